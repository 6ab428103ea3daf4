// Signing in again without leaving the page: the words that wait in it are sent as soon as that is done.

import { freshToken } from "./left_behind.js";

const THROTTLED = 429;
const JSON_PLEASE = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };

const dialog = document.getElementById("sign-in-again");
const form = dialog?.querySelector("form");
const message = dialog?.querySelector("[data-message]");
let openedBy = null;

function say(text) {
  message.textContent = text;
  message.hidden = !text;
}

function open(button) {
  openedBy = button;
  say("");
  dialog.showModal();
  form.elements.password.focus();
}

async function ask(options = {}) {
  const { headers, ...others } = options;
  const answer = await fetch(form.action, { ...others, headers: { ...JSON_PLEASE, ...headers } });
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  return { status: answer.status, ...told };
}

// Asked first, because it brings a token along, which may have ended with the session; who has
// signed in meanwhile in another tab is led on at once.
async function signIn() {
  const first = await ask();
  if (first.location) return first;
  const headers = { "X-CSRFToken": freshToken() };
  return ask({ method: "POST", body: new FormData(form), headers });
}

function errorsOf(answer) {
  const fields = Object.values(answer.form?.fields ?? {}).flatMap((field) => field.errors);
  return [...(answer.form?.errors ?? []), ...fields].join(" ");
}

// A second factor, say, whose page lies beside the sign-in's own, or a district's own sign-on: this
// dialog cannot show it.
function needsAnotherStep(location) {
  const there = new URL(location, form.action);
  return there.href.startsWith(new URL("..", form.action).href) || there.pathname.startsWith("/sign-in/");
}

function finish() {
  const token = freshToken();
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  dialog.close();
  document.dispatchEvent(new CustomEvent("ninefold:signed-in"));
}

async function submit(event) {
  event.preventDefault();
  say("");
  form.setAttribute("aria-busy", "true");
  const answer = await signIn().catch(() => ({ status: 0 }));
  form.removeAttribute("aria-busy");
  form.elements.password.value = "";
  if (answer.location && !needsAnotherStep(answer.location)) finish();
  else {
    say(whyNot(answer));
    form.elements.password.focus();
  }
}

function whyNot({ status, location, ...answer }) {
  if (location) return form.dataset.anotherStep;
  if (status === 0) return form.dataset.offline;
  if (status === THROTTLED) return form.dataset.throttled;
  return errorsOf(answer) || form.dataset.failed;
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sign-in-again]");
    if (button) open(button);
    if (event.target.closest("[data-not-now]")) dialog.close();
  });
  form.addEventListener("submit", submit);
  // Back to the words: the button is gone when they are saved.
  dialog.addEventListener("close", () => {
    form.elements.password.value = "";
    openedBy?.closest("[data-saves]")?.querySelector("textarea")?.focus();
  });
}
