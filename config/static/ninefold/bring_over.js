// Last year's words, brought into this year's field with one key. They join what is there already,
// and are saved as anything that is typed.

const buttonOf = (field) => document.querySelector(`[data-bring-over="${CSS.escape(field.id)}"]`);

function bringOver(button) {
  const field = document.getElementById(button.dataset.bringOver);
  const words = button.nextElementSibling.content.textContent;
  if (field.value.includes(words)) {
    field.focus();
    return;
  }
  const begun = field.value.trimEnd();
  field.focus();
  field.setSelectionRange(begun.length, field.value.length);
  // As if typed, so that undoing takes them away again, and nothing else: a value that is set by a
  // script leaves the browser's own list of steps pointing at what somebody typed elsewhere.
  document.execCommand("insertText", false, begun ? `\n\n${words}` : words);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-bring-over]");
  if (button) bringOver(button);
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyL") return;
  const button = event.target.matches("textarea") && buttonOf(event.target);
  if (!button) return;
  event.preventDefault();
  bringOver(button);
});
