// Names for what Django's admin shows without: for those who hear a page.
const name = (element, words) => {
  if (element && words && !element.ariaLabel) element.ariaLabel = words;
};

const nameAll = () => {
  const search = document.getElementById("searchbar");
  name(search, document.querySelector("#changelist-search [type=submit]")?.value);
  // What is chosen stands in the box; what is asked for stands in its label.
  for (const box of document.querySelectorAll(".select2-selection[role=combobox]")) {
    const select = box.closest(".select2-container").previousElementSibling;
    const label = select?.labels?.[0];
    if (!label || label.id) continue;
    label.id = `${select.id}-label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby")}`);
    box.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", label.id);
  }
  for (const icon of document.querySelectorAll(".help-tooltip[aria-label]")) icon.role = "img";
  for (const cell of document.querySelectorAll("th:empty, th.original")) cell.role = "none";
};

// Django's scripts make boxes once the page is ready, as jQuery understands it, or loaded.
window.django?.jQuery?.(nameAll);
addEventListener("load", nameAll);
document.addEventListener("formset:added", nameAll);
