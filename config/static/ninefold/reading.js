// Reading with one hand: Enter, where nothing else is meant by it, marks the school as read and
// goes on to the next. Space and the arrows scroll, as everywhere.

const form = document.getElementById("read-next");
const hint = document.querySelector("[data-key-hint]");

if (form) {
  hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (document.activeElement.matches("body, main, h1")) form.requestSubmit();
  });
}
