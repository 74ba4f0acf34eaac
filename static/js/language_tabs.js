// Shows the texts of one language at a time, where the English ones stand: parts of a form
// that fold without this script become tabs beside it.
// Pattern: tabs, https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
let made = 0;

class LanguageTabs {
  constructor(first) {
    const parts = [first.previousElementSibling];
    for (let part = first; part?.matches(".language"); part = part.nextElementSibling) parts.push(part);
    this.list = Object.assign(document.createElement("div"), { className: "language-tabs" });
    this.list.setAttribute("role", "tablist");
    this.list.setAttribute("aria-label", document.getElementById("languages")?.getAttribute("aria-label") ?? "");
    parts[0].before(this.list);
    this.tabs = parts.map((part) => this.tab(part));
    this.list.addEventListener("keydown", (event) => this.press(event));
    this.show(this.tabs.find(({ error }) => error) ?? this.tabs[0]);
  }

  tab(part) {
    const panel = document.createElement("div"); // a fieldset may be no tabpanel
    part.before(panel);
    panel.append(part);
    const heading = part.matches(".language") ? part.querySelector(".fieldset-heading") : null;
    const button = Object.assign(document.createElement("button"), {
      type: "button", id: `language-tab-${made += 1}`, textContent: heading?.textContent ?? "English",
    });
    const error = panel.querySelector(".errorlist")?.textContent.trim();
    if (error) {
      button.classList.add("wrong");
      button.append(Object.assign(document.createElement("span"), { className: "hide", textContent: `: ${error}` }));
    }
    panel.id = `language-panel-${made}`;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    for (const fold of heading ? panel.querySelectorAll("details") : []) fold.open = true;
    const tab = { button, panel, error };
    button.addEventListener("click", () => this.show(tab));
    this.list.append(button);
    return tab;
  }

  show(chosen) {
    for (const { button, panel } of this.tabs) {
      const isChosen = button === chosen.button;
      button.setAttribute("aria-selected", isChosen);
      button.tabIndex = isChosen ? 0 : -1;
      panel.hidden = !isChosen;
    }
  }

  press(event) {
    const last = this.tabs.length - 1;
    const at = this.tabs.findIndex(({ button }) => button === event.target);
    const onwards = getComputedStyle(this.list).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: onwards, ArrowLeft: -onwards }[event.key];
    const to = step ? (at + step + last + 1) % (last + 1) : { Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.show(this.tabs[to]);
    this.tabs[to].button.focus();
  }
}

const makeTabs = (within) => {
  for (const first of within.querySelectorAll(":not(.language) + .language")) {
    if (!first.closest(".empty-form")) new LanguageTabs(first);
  }
};

makeTabs(document);
document.addEventListener("formset:added", (event) => makeTabs(event.target));
