// Moves columns of an export up and down without asking the server.
const list = document.querySelector("[data-columns]");
list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("li");
  if (button.name === "up") item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  button.focus();
});
