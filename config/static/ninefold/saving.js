// Saving while one types. htmx sends; this keeps the state line true, tries again after a failure,
// waits for a decision when two people wrote at once, and never lets an answer that is not ours
// (a sign-in page, say) stand in for a saved text.

import * as drafts from "./drafts.js";
import { freshToken, post } from "./left_behind.js";
import { tellThePage } from "./page_state.js";
import { hearTheClock } from "./server_clock.js";

const RETRY_EVERY = 5000;
const LONGEST_WAIT = 2000;
const UNSETTLED = ".save-state:is(.conflict, .refused)";
const unsaved = new Set();
const onTheWay = new Set();
const decided = new Set();
// What this device could not keep: full, or forbidden to us.
const unkept = new Set();
// The version on which the words of an entry are based that waits for a decision.
const basedOn = new Map();
// Signed in again, and refused all the same: signing in once more would not help.
let signedInAgain = false;
let leaving = false;

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
  const words = { ...line.dataset };
  const isHere = unkept.has(entry) && state !== "saving";
  line.textContent = isHere ? `${words[`${state}Unkept`] ?? words[state]} ${words.unkept}` : words[state];
  line.closest(".save-state").dataset.state = state;
}

// On the device as well; where that cannot be, the line must not promise it.
async function keep(entry, how = drafts.keep) {
  const version = awaitsDecision(entry) ? basedOn.get(entry) : undefined;
  const was = unkept.has(entry);
  await how(entry, version).then(
    () => unkept.delete(entry),
    () => unkept.add(entry),
  );
  const { state } = lineOf(entry).closest(".save-state").dataset;
  if (was !== unkept.has(entry) && state) say(entry, state);
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
  const isOpen = (entry) => unsaved.has(entry) || entry.querySelector(UNSETTLED);
  tellThePage(spot, howItStands(), [...entries()].filter(isOpen));
}

// Of the page as a whole: one of the three that it has words for.
export function howItStands() {
  if (onTheWay.size) return "saving";
  const isOpen = unsaved.size || document.querySelector(UNSETTLED);
  return isOpen ? "changed" : "saved";
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

export function sendUnsaved() {
  if (leaving) return;
  for (const entry of unsaved) {
    if (!onTheWay.has(entry)) send(entry);
  }
}

export function isAnswerOfOurs(detail) {
  const asked = new URL(detail.pathInfo.finalRequestPath, location.href).pathname;
  return new URL(detail.xhr.responseURL || location.href).pathname === asked;
}

// Whether a conflict is with our own save whose answer got lost on the way; then goes on from it.
// Told by what it says: what another page of the same person has saved is no echo of this one.
function isOwnEcho(entry, answer) {
  const said = new DOMParser().parseFromString(answer, "text/html");
  const stored = said.querySelector("template[data-stored]")?.content.textContent;
  if (!stored || !drafts.wasSentByUs(entry, JSON.parse(stored))) return false;
  drafts.versionOf(entry).value = said.querySelector("input.version").value;
  drafts.answered(entry);
  onTheWay.delete(entry);
  unsaved.add(entry);
  setTimeout(send, 0, entry);
  return true;
}

document.addEventListener("input", (event) => {
  const entry = entryOf(event.target);
  if (!entry) return;
  unsaved.add(entry);
  drafts.wordTyped(entry);
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
  const typedAt = drafts.typedAt(entryOf(event.detail.elt));
  if (typedAt) event.detail.headers["X-Typed-At"] = String(typedAt);
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
  basedOn.set(entry, drafts.versionOf(entry).value);
  keep(entry, drafts.keepAttempt);
  say(entry, "saving");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const entry = entryOf(event.detail.requestConfig.elt);
  hearTheClock(event.detail.xhr.getResponseHeader("Date"));
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
  if (!entry) {
    sayForThePage();
    return;
  }
  onTheWay.delete(entry);
  decided.delete(entry);
  signedInAgain = false;
  drafts.answered(entry);
  if (!awaitsDecision(entry)) {
    if (unsaved.has(entry)) {
      // The same words as before, but based on the version that is there now.
      say(entry, "changed");
      keep(entry);
    } else {
      if (!entry.querySelector(".save-state.refused")) {
        unkept.delete(entry);
        drafts.drop(entry);
      }
      announce(entry);
    }
  }
  sayForThePage();
  goOn();
});

for (const [failure, state] of [
  ["htmx:sendError", "offline"],
  ["htmx:timeout", "offline"],
  ["htmx:sendAbort", "offline"],
  ["htmx:responseError", "failed"],
]) {
  document.addEventListener(failure, (event) => {
    const entry = entryOf(event.detail.requestConfig?.elt ?? event.target);
    if (!entry) return;
    // 403: signed out, or someone else is signed in by now. 404: there is no place here any more for
    // whoever writes. Trying again would not help.
    const refused = { 403: signedInAgain ? "forbidden" : "expired", 404: "forbidden" };
    failed(entry, refused[event.detail.xhr?.status] ?? state);
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
  sendUnsaved();
  sayForThePage(true);
});

async function putBackAll() {
  const left = await drafts.leftBehind();
  if (!unsaved.size && [...entries()].some((entry) => drafts.isStale(entry, left))) {
    location.reload();
    return;
  }
  for (const entry of entries()) {
    // Whoever began to type meanwhile goes on; the draft waits for the next visit.
    if (unsaved.has(entry) || onTheWay.has(entry) || !drafts.putBack(entry, left)) continue;
    unsaved.add(entry);
    say(entry, "changed");
  }
  sendUnsaved();
}

drafts.lookAfter();
document.addEventListener("DOMContentLoaded", putBackAll);

window.addEventListener("online", sendUnsaved);
window.addEventListener("focus", sendUnsaved);
setInterval(sendUnsaved, RETRY_EVERY);

document.addEventListener("ninefold:signed-in", () => {
  signedInAgain = true;
  sendUnsaved();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") sendUnsaved();
});

// Sent by a request that outlives the page. Where one is on its way already, the next visit sends.
window.addEventListener("pagehide", () => {
  leaving = true;
  for (const entry of unsaved) {
    if (onTheWay.has(entry) || awaitsDecision(entry)) continue;
    drafts.keepAttempt(entry).catch(() => {});
    post(drafts.draftOf(entry), true).catch(() => {});
  }
  drafts.leave();
});

// Out of the browser's memory, as it was: the versions in it may be old ones.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = false;
  drafts.lookAfter();
  if (unkept.size) sendUnsaved();
  else location.reload();
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
