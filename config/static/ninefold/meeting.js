// A meeting's two pages: the screen and each member's own. They ask every few seconds whether
// something changed, and leave a cell only when its words are saved. The focus is nobody's but the
// reader's: nothing here takes it, and nothing overwrites a field.

const LOOK_EVERY = 4000;
const LONGEST_WAIT = 2000;
const SINGLE_KEYS = "ninefold/single-keys";
const WRITES = "textarea, select, input:not([type=radio], [type=checkbox])";

const entry = () => document.querySelector("[data-saves]");
const state = () => entry()?.querySelector(".save-state");
const isWriting = () => document.activeElement?.matches(WRITES) ?? false;
// Its line says "not saved yet", "saving" or why not, until it says "saved".
const isSettled = () => !state()?.dataset.state;

let isOver = false;
let isAsking = false;
let isLeaving = false;

function saveNow() {
  if (!isSettled()) window.htmx?.trigger(entry(), "save-now");
}

function whenSaved(then, until = Date.now() + LONGEST_WAIT) {
  if (isSettled() || Date.now() > until) then();
  else setTimeout(whenSaved, 50, then, until);
}

function hear(part) {
  const region = document.getElementById("heard");
  if (part.dataset.said && region.textContent !== part.dataset.said) {
    region.textContent = part.dataset.said;
  }
}

function replace(old, part) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(part);
  if (focused) document.getElementById(focused)?.focus();
  window.htmx?.process(part);
}

// Who reads a note changes when it is revealed, and its field says so at once.
function sayWhoReads(part) {
  const line = document.querySelector(".note-readers");
  if (line && part.dataset.readers) line.textContent = part.dataset.readers;
}

// Who is in the middle of a sentence is asked; everybody else goes along.
function follow(part) {
  if (!part.dataset.follow || isLeaving) return;
  if (isWriting() || !isSettled()) saveNow();
  else location.replace(part.dataset.follow);
}

async function look() {
  const old = document.querySelector("[data-poll]");
  if (!old || isOver || isAsking || document.hidden) return;
  isAsking = true;
  try {
    const address = `${old.dataset.poll}?seen=${encodeURIComponent(old.dataset.seen)}`;
    const answer = await fetch(address, { redirect: "manual" });
    // Signed out, or no longer at this table: asking again would not help.
    if (answer.type === "opaqueredirect" || [403, 404].includes(answer.status)) isOver = true;
    if (answer.status === 200) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = document.importNode(page.querySelector("[data-poll]"), true);
      replace(old, part);
      hear(part);
      sayWhoReads(part);
    }
    follow(document.querySelector("[data-poll]"));
  } catch {
    // No network just now; the next look may have one.
  } finally {
    isAsking = false;
  }
}

// What was typed is saved first; then the page goes where the button leads.
function go(button) {
  if (isLeaving) return;
  isLeaving = true;
  document.activeElement?.blur();
  saveNow();
  whenSaved(() => {
    // A conflict or a refusal is to be seen before the cell is left.
    if (state()?.matches(".conflict, .refused")) {
      isLeaving = false;
      state().scrollIntoView({ block: "center" });
      return;
    }
    const form = document.getElementById("go");
    const field = form.querySelector("input:not([name=csrfmiddlewaretoken])");
    field.name = button.name;
    field.value = button.value;
    form.submit();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-go]");
  if (!button || !window.htmx) return;
  event.preventDefault();
  go(button);
});

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (["PageDown", "PageUp"].includes(event.key)) {
    const disturbs = isWriting() && !event.altKey;
    return disturbs ? null : document.querySelector(`[data-press="${event.key}"]`);
  }
  const isReveal = event.key.toLowerCase() === "r" && !event.altKey && !isWriting();
  const mayReveal = document.querySelector("[data-single-keys]")?.checked;
  return isReveal && mayReveal ? document.getElementById("reveal") : null;
}

document.addEventListener("keydown", (event) => {
  const button = event.repeat ? null : pressed(event);
  if (!button) return;
  event.preventDefault();
  go(button);
});

// Whoever speaks to their computer can do without keys of one letter.
const singleKeys = document.querySelector("[data-single-keys]");
if (singleKeys) {
  singleKeys.checked = localStorage.getItem(SINGLE_KEYS) !== "off";
  singleKeys.addEventListener("change", () => {
    localStorage.setItem(SINGLE_KEYS, singleKeys.checked ? "on" : "off");
  });
}

document.addEventListener("visibilitychange", look);
setInterval(look, LOOK_EVERY);
