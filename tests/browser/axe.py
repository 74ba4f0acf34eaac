"""axe-core in a page: WCAG 2.2 AA by its rules, in a colour scheme and a width.

axe-core (tests/vendor, Mozilla Public License 2.0) serves the tests alone.
"""

from pathlib import Path

AXE = (Path(__file__).parent.parent / "vendor/axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}

# All rules once; what colours and width decide, in every colour and width.
EVERY_RULE = {"type": "tag", "values": WCAG}
RULES_OF_LOOKS = [
    *("color-contrast", "link-in-text-block", "target-size"),
    *("scrollable-region-focusable", "meta-viewport", "css-orientation-lock"),
]
LOOKS = {"type": "rule", "values": RULES_OF_LOOKS}
VIEWS = [
    (DESKTOP, "light", EVERY_RULE),
    (DESKTOP, "dark", LOOKS),
    (PHONE, "dark", EVERY_RULE),
    (PHONE, "light", LOOKS),
]
RUN = """
async (rules) => {
  const found = await axe.run(document, {
    runOnly: rules, resultTypes: ["violations"], preload: false});
  const wide = document.documentElement.scrollWidth - innerWidth;
  return [
    ...found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map(
      (n) => n.html + " " + n.any.map((a) => a.message).join(" ")).join(" | ")}`),
    ...(wide > 0 ? [`wider than the window by ${wide}`] : []),
  ];
}
"""


def judged(page, rules=EVERY_RULE):
    """Return what is wrong with the page that stands open, in words."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return page.evaluate(RUN, rules)


def judged_in_all_views(page):
    """Judge an open page in both colour schemes at both widths."""
    for size, scheme, rules in VIEWS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        yield from (f"{size['width']} {scheme}: {what}" for what in judged(page, rules))
