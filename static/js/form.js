// Shows, while one types, how the entry and the badge will read, and keeps what was
// typed when one changes the language. The page works without.
const form = document.querySelector(".form");
const preview = document.getElementById("preview");
const REPRESENTING = ["member_state", "observer"];

const text = (name) => form.elements[name]?.value.trim() ?? "";
const chosen = (name) => form.elements[name]?.selectedOptions?.[0]?.text.trim() ?? "";
const place = (name) => preview.querySelector(`[data-show=${name}]`);
const join = (parts, separator) => parts.filter(Boolean).join(separator);

function show() {
  const represents = REPRESENTING.includes(text("category"));
  const delegation = represents ? chosen("delegation") : "";
  const given = text("given_name");
  const family = text("family_name");
  const address = text("form_of_address") ? `(${chosen("form_of_address")})` : "";
  const name = join([given, family.toUpperCase(), address], " ");
  const entry = [name, text("function"), text("unit"), text("organisation"), text("city")];
  const hidden = !represents && ["", "nobody"].includes(text("visibility"));

  place("delegation").textContent = delegation.toUpperCase();
  place("entry").textContent = family ? join(entry, ", ") : "";
  place("delegation").hidden = place("entry").hidden = hidden;
  place("nobody").hidden = !hidden;
  place("badge").textContent = text("badge_name") || join([given, family], " ");
  place("for").textContent = delegation || text("organisation");
  preview.hidden = !(family && text("category"));
}

// What was typed waits in this tab for the same page in the other language, no longer.
const KEPT = "typed";
const page = location.pathname.replace(/^\/[^/]+/, "");
const typed = () => [...form.elements].filter((field) =>
  field.name && field.type !== "hidden" && field.closest(".away") === null);

function keep() {
  const values = typed().map((field) =>
    [field.name, field.value, ["radio", "checkbox"].includes(field.type) ? field.checked : null]);
  try { sessionStorage.setItem(KEPT, JSON.stringify({ page, values })); } catch { /* not kept */ }
}

function restore() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
  } catch { /* nothing was kept */ }
  if (kept?.page !== page) return;
  for (const [name, value, checked] of kept.values) {
    const field = typed().find((one) => one.name === name && (checked === null || one.value === value));
    if (!field) continue;
    if (checked === null) field.value = value;
    else field.checked = checked;
  }
}

if (form?.hasAttribute("data-keep")) {
  restore();
  for (const link of document.querySelectorAll(".langs a")) {
    link.addEventListener("click", (click) => {
      if (!(click.ctrlKey || click.metaKey || click.shiftKey)) keep();
    });
  }
}
if (form && preview) {
  form.addEventListener("input", show);
  show();
}
document.getElementById("errors")?.focus();
