// The last hour before the end, and the end itself, by the server's clock. Words typed until then are
// saved however late they arrive; after it the fields take no more, so that none is typed in vain.

import { serverNow } from "./server_clock.js";
import { howItStands, sendUnsaved } from "./saving.js";

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
// Minutes that are also read out; the line itself changes every minute.
const READ_OUT = [60, 30, 15, 5, 1];

const line = document.querySelector("[data-closes-at]");
const closesAt = Number(line?.dataset.closesAt);
let closed = false;

// Notes are no part of the record, and go on.
const OURS = "[data-saves]:not(.note-field)";

const isOver = () => serverNow() >= closesAt;
const isOurs = (event) => event.target.closest?.(OURS);

function say(text, readOut) {
  if (line.textContent === text) return;
  line.textContent = text;
  line.hidden = false;
  const region = document.getElementById("announcement");
  if (readOut && region) region.textContent = text;
}

// Again at every look: an answer that comes later may have brought a field in, or let one be typed in.
function hold() {
  for (const field of document.querySelectorAll(`${OURS} textarea`)) field.readOnly = true;
  for (const choice of document.querySelectorAll(`${OURS} .field:not(:has(textarea))`)) {
    choice.inert = true;
  }
}

function close() {
  hold();
  if (!closed) sendUnsaved();
  closed = true;
  say(line.dataset[howItStands()], true);
}

function look() {
  const left = closesAt - serverNow();
  if (left <= 0) close();
  else if (left <= HOUR) {
    const minutes = Math.ceil(left / MINUTE);
    say(line.dataset.left.replace("{minutes}", minutes), READ_OUT.includes(minutes));
  }
}

// A word that came between the end and our noticing it would take those before it along.
function refuse(event) {
  if (!isOurs(event) || !isOver()) return;
  event.preventDefault();
  close();
}

function refuseChoice(event) {
  if (event.target.matches(`${OURS} :is(input, select, option, label, label *)`)) refuse(event);
}

if (line && document.querySelector("[data-saves]")) {
  document.addEventListener("beforeinput", refuse, true);
  document.addEventListener("click", refuseChoice, true);
  look();
  setInterval(look, 500);
}
