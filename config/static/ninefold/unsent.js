// What is typed into a form beside an answer and not sent yet. Nothing sends it by itself, so it is
// this tab's alone: it outlives a reload, a crash and signing in again, and goes with the tab.

const FIELDS = "textarea, input:not([type=hidden])";
const KEPT = `${FIELDS}, input[name=version]`;
const person = document.body.dataset.person;

const fieldsOf = (form) => [...form.querySelectorAll(KEPT)];
const keyOf = (form) => `ninefold/unsent/${person}${location.pathname}#${fieldsOf(form).at(-1)?.id}`;

export function keep(form) {
  const values = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify(values));
  } catch {
    // A full or forbidden store: the page itself still holds the words, and asks before it goes.
  }
}

export function drop(form) {
  sessionStorage.removeItem(keyOf(form));
}

// Puts back what was typed before; says whether there was anything. It goes on from the version
// that was read then: what somebody else changed meanwhile is still seen before it is replaced.
export function putBack(form) {
  const values = JSON.parse(sessionStorage.getItem(keyOf(form)));
  for (const field of values ? fieldsOf(form) : []) field.value = values[field.name] ?? field.value;
  return values !== null;
}

// The forms on this page that hold words which nobody has sent.
export function unsentForms() {
  return [...document.querySelectorAll("form[data-around]")].filter(isUnsent);
}

function isUnsent(form) {
  if ("sent" in form.dataset) return false;
  const typed = [...form.querySelectorAll(FIELDS)].some((it) => it.value !== it.defaultValue);
  return typed || ("unsent" in form.dataset && Boolean(form.getAttribute("hx-post")));
}
