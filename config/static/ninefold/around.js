// The forms around the answers: comments and commitments. htmx sends them and puts the answer in
// their place; this moves the focus there, says what happened, and keeps what was typed when the
// answer does not come, or is not ours.

import { isAnswerOfOurs } from "./saving.js";
import { drop, keep, putBack, unsentForms } from "./unsent.js";

const FIELDS = "textarea, input:not([type=hidden])";
const spot = () => document.getElementById("around-said");
// What stood where a form was opened, for who leaves it again.
const replaced = new WeakMap();
let opening = null;

const isAround = (detail) => detail.requestConfig?.elt?.matches?.("[data-around]");

function fail(element, state) {
  const form = element.closest("form") ?? element.parentElement;
  let line = form.querySelector(":scope > .side-state");
  if (!line) {
    line = document.createElement("p");
    line.className = "side-state";
    form.append(line);
  }
  line.textContent = spot().textContent = spot().dataset[state];
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (!isAround(detail)) return;
  if (!isAnswerOfOurs(detail)) {
    detail.shouldSwap = false;
    fail(detail.requestConfig.elt, "expired");
  } else {
    // A form that comes back refused can still be left.
    const isOpened = detail.requestConfig.verb === "get";
    opening = isOpened ? detail.target.cloneNode(true) : replaced.get(detail.target);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const { detail } = event;
  if (!isAround(detail)) return;
  const fresh = detail.elt;
  const sent = detail.requestConfig.elt.closest("form");
  if (sent && detail.xhr.status < 400) drop(sent);
  if (opening) replaced.set(fresh, opening);
  opening = null;
  const settled = within(fresh, "[data-focus]");
  if (settled) {
    settled.focus();
    spot().textContent = settled.dataset.said;
  }
  const form = within(fresh, "[data-focus-field]");
  if (form && detail.requestConfig.verb === "get") putBack(within(form, "form"));
  if (form) (form.querySelector("[aria-invalid=true]") ?? form.querySelector(FIELDS))?.focus();
});

for (const [failure, state] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:responseError", "failed"],
]) {
  document.addEventListener(failure, ({ detail }) => {
    if (!isAround(detail)) return;
    // 403: signed out, or someone else is signed in by now.
    fail(detail.requestConfig.elt, detail.xhr?.status === 403 ? "expired" : state);
  });
}

// Opening a form to comment is asking to write in it.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open && target.matches(".say") && target.contains(document.activeElement)) {
      target.querySelector("textarea").focus();
    }
  },
  true,
);

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-cancel]")?.closest("li");
  if (place) drop(place.querySelector("form"));
  const before = place && replaced.get(place);
  if (!before) return;
  event.preventDefault();
  place.replaceWith(before);
  window.htmx.process(before);
  before.querySelector("a[data-around]")?.focus();
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-around]");
  if (form) keep(form);
});

// On a page of its own a form is sent as any other: leaving is what was asked for.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("form[data-around]") || target.getAttribute("hx-post")) return;
  target.dataset.sent = "";
  drop(target);
});

for (const form of document.querySelectorAll("form.side-form")) {
  const fold = putBack(form) && form.closest("details");
  if (fold) fold.open = true;
}

window.addEventListener("beforeunload", (event) => {
  if (window.htmx && unsentForms().length) event.preventDefault();
});

function within(element, selector) {
  return element.matches?.(selector) ? element : element.querySelector?.(selector);
}
