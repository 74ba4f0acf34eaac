// Say on the page what a browser tells the console only: a key that was not accepted.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.getElementById("passkey-error");
  if (words) words.hidden = false;
});
