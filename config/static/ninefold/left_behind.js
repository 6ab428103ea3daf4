// What a page that is gone had not sent, sent from whichever page is opened next: also where there is
// no form for it any more, because the campaign has closed since.

import { leftBehind, settle } from "./drafts.js";

const REFUSALS = [409, 422];

export function freshToken() {
  const name = document.body.dataset.csrfCookie;
  const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

// The fields of a draft as a form would send them: of those that can be chosen only the chosen.
function bodyOf(values) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const cut = name.lastIndexOf("=");
    if (typeof value === "string") body.append(name, value);
    else if (value) body.append(name.slice(0, cut), name.slice(cut + 1));
  }
  return body;
}

export function post({ place, values, typedAt }, keepalive = false) {
  const headers = { "X-CSRFToken": freshToken(), "X-Person": document.body.dataset.person };
  headers["HX-Request"] = "true";
  if (typedAt) headers["X-Typed-At"] = String(typedAt);
  return fetch(place, { method: "POST", body: bodyOf(values), headers, keepalive });
}

// As the answer has it: words that were there already make no new version.
function versionIn(answer) {
  const said = new DOMParser().parseFromString(answer, "text/html");
  return Number(said.querySelector("input.version")?.value ?? 0);
}

async function sendOne(draft) {
  const answer = await post(draft);
  if (answer.redirected) return "";
  if (!answer.ok && !REFUSALS.includes(answer.status)) return "";
  const outcome = answer.ok ? "saved" : "refused";
  await settle(draft, outcome, versionIn(await answer.text()));
  return outcome;
}

function say(outcome) {
  const spot = document.querySelector("[data-left-behind]");
  if (!spot || !outcome) return;
  spot.querySelector("[data-outcome]").textContent = spot.dataset[outcome];
  spot.hidden = false;
}

async function sendAll() {
  const drafts = await leftBehind();
  const cycle = document.querySelector("[data-left-behind]")?.dataset.leftBehind;
  for (const draft of drafts) {
    const entry = document.querySelector(`[data-saves][hx-post="${CSS.escape(draft.place)}"]`);
    if (entry || draft.outcome) continue;
    const outcome = await sendOne(draft).catch(() => "");
    if (cycle && draft.place.startsWith(cycle)) say(outcome);
  }
}

if (document.body.dataset.person) {
  window.addEventListener("online", sendAll);
  sendAll();
}
