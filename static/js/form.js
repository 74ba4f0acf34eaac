// Shows, while one types, how the entry and the badge will read. The page works without.
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

if (form && preview) {
  form.addEventListener("input", show);
  show();
}
document.getElementById("errors")?.focus();
