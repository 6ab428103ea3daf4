// Saving while one types. htmx sends; this keeps the state line true, tries again after a failure,
// and never lets an answer that is not ours (a sign-in page, say) stand in for a saved text.

const RETRY_EVERY = 5000;
const unsaved = new Set();

const entryOf = (element) => element.closest?.("[data-saves]");
const lineOf = (entry) => entry.querySelector(".save-line");

function say(entry, state) {
  const line = lineOf(entry);
  if (line && line.dataset[state]) {
    line.textContent = line.dataset[state];
    line.closest(".save-state").dataset.state = state;
  }
}

function freshToken() {
  const name = document.body.dataset.csrfCookie;
  const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

function isAnswerOfOurs(detail) {
  const asked = new URL(detail.pathInfo.finalRequestPath, location.href).pathname;
  return new URL(detail.xhr.responseURL || location.href).pathname === asked;
}

document.addEventListener("input", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  unsaved.add(entry);
  say(entry, "changed");
});

// After signing in again in another tab, the token of this page is an old one.
document.addEventListener("htmx:configRequest", (event) => {
  const token = freshToken();
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  if (event.detail.verb !== "get") event.detail.parameters.csrfmiddlewaretoken = token;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  // What is typed from now on is not in this request.
  unsaved.delete(entry);
  say(entry, "saving");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const entry = entryOf(event.detail.requestConfig.elt);
  if (!entry) return;
  if (!isAnswerOfOurs(event.detail)) {
    event.detail.shouldSwap = false;
    unsaved.add(entry);
    say(entry, "expired");
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const entry = entryOf(event.detail.requestConfig.elt);
  if (entry && unsaved.has(entry)) say(entry, "changed");
});

for (const [failure, state] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:responseError", "failed"],
]) {
  document.addEventListener(failure, (event) => {
    const entry = entryOf(event.detail.requestConfig?.elt ?? event.target);
    if (!entry) return;
    unsaved.add(entry);
    say(entry, state);
  });
}

function tryAgain() {
  for (const entry of unsaved) window.htmx.trigger(entry, "save-now");
}

window.addEventListener("online", tryAgain);
window.addEventListener("focus", tryAgain);
setInterval(tryAgain, RETRY_EVERY);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-save-now]");
  const entry = button && entryOf(button);
  if (!entry) return;
  event.preventDefault();
  window.htmx.trigger(entry, "save-now");
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
