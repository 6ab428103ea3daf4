// Two wrote at once, and one of them chooses. The server answers with what the fields are to hold
// by that choice; what was typed so far it has put into the history.

import { asShown, fieldsOf, hold } from "./drafts.js";

const entryOf = (element) => element?.closest?.("[data-saves]");
const choiceIn = (entry) => entry.querySelector("input[data-chosen]");

// Nothing may be typed between the question and its answer: it would be written over. What was held
// before stays so: the fields of a campaign that has closed, say.
const held = new WeakSet();

function letType(entry, may) {
  for (const field of entry.querySelectorAll("textarea")) {
    if (may && held.delete(field)) field.readOnly = false;
    else if (!may && !field.readOnly) {
      field.readOnly = true;
      held.add(field);
    }
  }
}

// Before saving.js sends: it takes the choice along.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest("[data-choice]");
    const entry = entryOf(button);
    if (!entry || !window.htmx) return;
    choiceIn(entry)?.remove();
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: button.name, value: button.value });
    chosen.dataset.chosen = "";
    button.after(chosen);
  },
  true,
);

document.addEventListener("htmx:beforeRequest", (event) => {
  const entry = entryOf(event.target);
  if (entry && choiceIn(entry) && !event.defaultPrevented) letType(entry, false);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const entry = entryOf(event.detail.requestConfig?.elt);
  if (entry) letType(entry, true);
});

// The button that was pressed is gone: on to where the words are.
document.addEventListener("htmx:beforeSwap", (event) => {
  const entry = entryOf(event.detail.requestConfig.elt);
  if (entry && event.detail.shouldSwap) entry.dataset.goesOn = choiceIn(entry) ? "1" : "";
});

document.addEventListener("htmx:afterSwap", (event) => {
  const entry = entryOf(event.detail.requestConfig.elt);
  if (!entry?.dataset.goesOn) return;
  delete entry.dataset.goesOn;
  const state = entry.querySelector(".save-state");
  const values = JSON.parse(state.dataset.fields ?? "{}");
  const field = [...entry.querySelectorAll("textarea")].find(
    (text) => text.name in values && text.value !== values[text.name],
  );
  hold(fieldsOf(entry).filter((it) => it.name in values), asShown(entry, values));
  (field ?? entry.querySelector("textarea"))?.focus();
  // What is put together is kept on this device, as if it had been typed.
  if (state.matches(".conflict")) field?.dispatchEvent(new Event("input", { bubbles: true }));
});
