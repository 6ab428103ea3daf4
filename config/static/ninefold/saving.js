// Saving while one types. htmx sends; this keeps the state line true, tries again after a failure,
// waits for a decision when two people wrote at once, and never lets an answer that is not ours
// (a sign-in page, say) stand in for a saved text.

const RETRY_EVERY = 5000;
const unsaved = new Set();
const onTheWay = new Set();
const decided = new Set();

const entryOf = (element) => element?.closest?.("[data-saves]");
const lineOf = (entry) => entry.querySelector(".save-line");
const awaitsDecision = (entry) =>
  entry.querySelector(".save-state.conflict") !== null && !decided.has(entry);

function say(entry, state) {
  const line = lineOf(entry);
  if (!line?.dataset[state]) return;
  line.textContent = line.dataset[state];
  line.closest(".save-state").dataset.state = state;
}

// A line that is swapped is not read out; one that stays is. It speaks when something is settled.
function announce(entry) {
  const region = document.getElementById("announcement");
  const said = `${entry.querySelector("h2").textContent.trim()}: ${lineOf(entry).textContent}`;
  if (region && region.textContent !== said) region.textContent = said;
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

function failed(entry, state) {
  onTheWay.delete(entry);
  unsaved.add(entry);
  say(entry, state);
  announce(entry);
}

function send(entry) {
  window.htmx?.trigger(entry, "save-now");
}

document.addEventListener("input", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  unsaved.add(entry);
  if (!awaitsDecision(entry)) say(entry, "changed");
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
  // The fields now hold the other's version: going on typing must not put theirs aside.
  if (awaitsDecision(entry)) {
    event.preventDefault();
    return;
  }
  // What is typed from now on is not in this request.
  unsaved.delete(entry);
  onTheWay.add(entry);
  say(entry, "saving");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isAnswerOfOurs(event.detail)) return;
  event.detail.shouldSwap = false;
  const entry = entryOf(event.detail.requestConfig.elt);
  if (entry) failed(entry, "expired");
  // Nothing is being written here: let the page itself lead to the sign-in.
  else location.reload();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const entry = entryOf(event.detail.requestConfig.elt);
  if (!entry) return;
  onTheWay.delete(entry);
  decided.delete(entry);
  if (awaitsDecision(entry)) return;
  if (unsaved.has(entry)) say(entry, "changed");
  else announce(entry);
});

for (const [failure, state] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:responseError", "failed"],
]) {
  document.addEventListener(failure, (event) => {
    const entry = entryOf(event.detail.requestConfig?.elt ?? event.target);
    if (entry) failed(entry, state);
  });
}

function tryAgain() {
  for (const entry of unsaved) send(entry);
}

window.addEventListener("online", tryAgain);
window.addEventListener("focus", tryAgain);
setInterval(tryAgain, RETRY_EVERY);

document.addEventListener("click", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  if (event.target.closest("[data-keep-theirs]")) unsaved.delete(entry);
  if (!event.target.closest("[data-save-now]")) return;
  event.preventDefault();
  decided.add(entry);
  send(entry);
});

// The button at the end of a page: the same requests as while typing, and a word beside it.
document.addEventListener("submit", (event) => {
  const spot = event.target.querySelector?.("[data-page-state]");
  if (!spot || !window.htmx) {
    leaving = true;
    return;
  }
  event.preventDefault();
  tryAgain();
  showWhole(spot);
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved.size || onTheWay.size) event.preventDefault();
});
