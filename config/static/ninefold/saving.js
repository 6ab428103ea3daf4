// Saving while one types. htmx sends; this keeps the state line true, tries again after a failure,
// waits for a decision when two people wrote at once, and never lets an answer that is not ours
// (a sign-in page, say) stand in for a saved text.

import { drop, keep, putBack, versionOf } from "./drafts.js";

const RETRY_EVERY = 5000;
const LONGEST_WAIT = 2000;
const unsaved = new Set();
const onTheWay = new Set();
const decided = new Set();
// The version that a request was based on whose answer never came: it may have been saved.
const unanswered = new Map();

// Where a link leads that was followed while a request was on its way.
let whereTo = "";

const entryOf = (element) => element?.closest?.("[data-saves]");
const entries = () => document.querySelectorAll("[data-saves]");
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

// Beside the button at the end of the page, once it has been pressed.
function sayForThePage(asked = false) {
  const spot = document.querySelector("[data-page-state]");
  if (!spot || !(asked || spot.textContent)) return;
  const open = unsaved.size || document.querySelector(".save-state:is(.conflict, .refused)");
  spot.textContent = spot.dataset[onTheWay.size ? "saving" : open ? "changed" : "saved"];
}

function failed(entry, state) {
  onTheWay.delete(entry);
  unsaved.add(entry);
  say(entry, state);
  announce(entry);
  sayForThePage();
  goOn();
}

function goOn() {
  if (!onTheWay.size && whereTo) location.assign(whereTo);
}

function send(entry) {
  window.htmx?.trigger(entry, "save-now");
}

function tryAgain() {
  for (const entry of unsaved) send(entry);
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

// Whether a conflict is with our own save whose answer got lost on the way; then goes on from it.
function isOwnEcho(entry, answer) {
  if (!unanswered.has(entry)) return false;
  const both = new DOMParser().parseFromString(answer, "text/html").querySelector(".both");
  const based = unanswered.get(entry);
  unanswered.delete(entry);
  if (!both?.dataset.mine || Number(both.dataset.version) !== based + 1) return false;
  versionOf(entry).value = both.dataset.version;
  onTheWay.delete(entry);
  unsaved.add(entry);
  setTimeout(send, 0, entry);
  return true;
}

document.addEventListener("input", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  unsaved.add(entry);
  keep(entry);
  if (!awaitsDecision(entry)) say(entry, "changed");
  sayForThePage();
});

// After signing in again in another tab, the token of this page is an old one.
document.addEventListener("htmx:configRequest", (event) => {
  const token = freshToken();
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  // Whose page this is: another person may have signed in since, on a shared computer.
  event.detail.headers["X-Person"] = document.body.dataset.person;
  if (event.detail.verb !== "get") event.detail.parameters.csrfmiddlewaretoken = token;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  // The fields now stand on the other's version: going on typing must not put theirs aside.
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
  const entry = entryOf(event.detail.requestConfig.elt);
  if (!isAnswerOfOurs(event.detail)) {
    event.detail.shouldSwap = false;
    if (entry) failed(entry, "expired");
    // Nothing is being written here: let the page itself lead to the sign-in. (What is written
    // around the answers, around.js keeps.)
    else if (!event.detail.requestConfig.elt.closest("[data-around]")) location.reload();
  } else if (entry && event.detail.shouldSwap && isOwnEcho(entry, event.detail.serverResponse)) {
    event.detail.shouldSwap = false;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const entry = entryOf(event.detail.requestConfig.elt);
  if (!entry) return;
  onTheWay.delete(entry);
  decided.delete(entry);
  if (!awaitsDecision(entry)) {
    if (unsaved.has(entry)) {
      // The same words as before, but based on the version that is there now.
      keep(entry);
      say(entry, "changed");
    } else {
      if (!entry.querySelector(".save-state.refused")) drop(entry);
      announce(entry);
    }
  }
  sayForThePage();
  goOn();
});

for (const [failure, state] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:responseError", "failed"],
]) {
  document.addEventListener(failure, (event) => {
    const entry = entryOf(event.detail.requestConfig?.elt ?? event.target);
    if (!entry) return;
    if (state === "offline" && !unanswered.has(entry)) {
      unanswered.set(entry, Number(versionOf(entry).value));
    }
    // 403: signed out, or someone else is signed in by now. Trying again would not help.
    failed(entry, event.detail.xhr?.status === 403 ? "expired" : state);
  });
}

// The next page shall show what was just typed, so a moment's wait for the answer.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.matches("[data-around], [data-cancel]") || !onTheWay.size || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  whereTo = link.href;
  setTimeout(() => location.assign(whereTo), LONGEST_WAIT);
});

document.addEventListener("click", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  if (!window.htmx || !event.target.closest("[data-save-now]")) return;
  event.preventDefault();
  decided.add(entry);
  send(entry);
});

// The button at the end of a page sends what is still here, by the same requests as while typing.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "record") return;
  if (!window.htmx) {
    unsaved.clear();
    return;
  }
  event.preventDefault();
  tryAgain();
  sayForThePage(true);
});

document.addEventListener("DOMContentLoaded", () => {
  for (const entry of entries()) {
    if (!putBack(entry)) continue;
    unsaved.add(entry);
    say(entry, "changed");
  }
  tryAgain();
});

window.addEventListener("online", tryAgain);
window.addEventListener("focus", tryAgain);
setInterval(tryAgain, RETRY_EVERY);

window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
