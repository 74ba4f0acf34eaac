// Shows, while one types, how the entry and the badge will read, tells the server the
// time zone, and brings the focus to what is wrong. The page works without.
const form = document.querySelector(".form");
const preview = document.getElementById("preview");
const REPRESENTING = ["member_state", "observer"];
// As the server sets names: see joined_name of participants/models/participant.py.
const HAN_OR_HANGUL = /^[\u3400-\u9fff\uac00-\ud7af\u{20000}-\u{3ffff}]+$/u;
// As the server writes forms of address: see participants/listing.py.
const SCRIPTS = [
  [/^\p{Script=Latin}/u, ["en", "fr", "es"]],
  [/^\p{Script=Cyrillic}/u, ["ru"]],
  [/^\p{Script=Arabic}/u, ["ar"]],
  [/^\p{Script=Han}/u, ["zh-hans"]],
];

const text = (name) => form.elements[name]?.value.trim() ?? "";
const chosen = (name) => (text(name) ? form.elements[name].selectedOptions?.[0]?.text.trim() ?? "" : "");
const place = (name) => preview.querySelector(`[data-show=${name}]`);
const join = (parts, separator) => parts.filter(Boolean).join(separator);
const joined = (family, given) =>
  HAN_OR_HANGUL.test(family + given) ? family + given : join([given, family], " ");

const forms = preview && JSON.parse(preview.dataset.forms);

function formOfAddress(name) {
  const code = text("form_of_address");
  const first = name.match(/\p{L}/u)?.[0] ?? "";
  const languages = SCRIPTS.find(([script]) => script.test(first))?.[1] ?? ["en"];
  const own = preview.dataset.language;
  return code && `(${forms[languages.includes(own) ? own : languages[0]][code]})`;
}

// What stands after the name; not once more what the block is headed by. ``fold`` is
// that of combobox.js, which comes first.
function details(heading) {
  const names = heading.split("/").map(fold);
  return preview.dataset.parts.split(" ").map((part) =>
    part === "organisation" && names.includes(fold(text(part))) ? "" : text(part));
}

// Headings of the list are French and English whatever the page speaks: asked for once
// a delegation is chosen; until then its name stands there.
let headings = null;
async function learnHeadings() {
  headings = {};
  try {
    ({ headings } = await (await fetch(form.elements.delegation.dataset.names)).json());
    show();
  } catch { /* its name in this language stays */ }
}

function show() {
  const represents = REPRESENTING.includes(text("category"));
  const delegation = represents ? chosen("delegation") : "";
  const given = text("given_name");
  const family = text("family_name");
  const name = joined(family.toUpperCase(), given);
  const hidden = !represents && ["", "nobody"].includes(text("visibility"));

  if (delegation && !headings) learnHeadings();
  const heading = delegation && (headings?.[text("delegation")] ?? delegation.toUpperCase());
  const entry = [join([name, formOfAddress(name)], " "), ...details(heading)];

  place("delegation").textContent = heading;
  place("entry").textContent = family ? join(entry, ", ") : "";
  place("delegation").hidden = place("entry").hidden = hidden;
  place("nobody").hidden = !hidden;
  place("badge").textContent = text("badge_name") || joined(family, given);
  place("for").textContent = delegation || text("organisation");
  preview.hidden = !(family && text("category"));
}

if (form && preview) {
  form.addEventListener("input", show);
  addEventListener("pageshow", show);
  show();
  form.elements.time_zone.value = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
document.getElementById("errors")?.focus();
