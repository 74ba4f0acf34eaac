// Names for what Django's admin shows without: for those who hear a page.
const name = (element, words) => {
  if (element && words && !element.ariaLabel) element.ariaLabel = words;
};

const nameAll = () => {
  const search = document.getElementById("searchbar");
  name(search, document.querySelector("#changelist-search [type=submit]")?.value);
  for (const part of document.querySelectorAll(".datetime input")) {
    const row = part.closest(".form-row, td, .fieldBox");
    const label = row?.querySelector("label, legend")?.textContent.trim() ?? "";
    const kind = part.previousSibling?.textContent?.trim() ?? "";
    name(part, `${label} ${kind}`.trim() || part.name);
  }
  for (const icon of document.querySelectorAll(".help-tooltip[aria-label]")) icon.role = "img";
  for (const cell of document.querySelectorAll("th:empty, th.original")) cell.role = "none";
};

addEventListener("load", nameAll);
document.addEventListener("formset:added", nameAll);
