// What was typed stays on this device until the server has said that it has it. In IndexedDB, which
// outlives the browser itself being killed; localStorage then loses its last seconds (ADR 6).

import { serverNow } from "./server_clock.js";

const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 60 * DAY;
const STORE = "drafts";
// Attempts whose answers never came, of which each may have been the one that arrived.
const ATTEMPTS = 5;
// For so long a page that was on its way may not show yet what has been saved.
const ON_ITS_WAY = 60 * 1000;

const person = document.body.dataset.person;
// Each page keeps its own: what one has saved says nothing of what another has not.
const page = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
const placeOf = (entry) => entry.getAttribute("hx-post");
const keyOf = (entry) => `${person} ${placeOf(entry)} ${page}`;

// For each entry: when its last word was typed, by the server's clock; which texts were sent and
// not answered; the draft of a page that is gone which it has taken over.
const typed = new Map();
const sent = new Map();
const takenOver = new Map();

let database = null;
let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("ninefold", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => {
      database = asked.result;
      database.onclose = forget;
      database.onversionchange = forget;
      resolve(database);
    };
    asked.onerror = () => reject(asked.error);
  }).catch((error) => {
    forget();
    throw error;
  });
  return opening;
}

function forget() {
  database?.close();
  database = null;
  opening = null;
}

// Begun at once where the store is open, so that it is on its way before the next event.
function inStore(mode, work) {
  return new Promise((resolve, reject) => {
    const begin = (store) => {
      const transaction = store.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = () => reject(transaction.error);
    };
    if (database) begin(database);
    else open().then(begin).catch(reject);
  });
}

export function fieldsOf(entry) {
  return [...entry.querySelectorAll("input[name], select[name], textarea[name]")];
}

function valueOf(field) {
  return ["radio", "checkbox"].includes(field.type) ? field.checked : field.value;
}

function nameOf(field) {
  return ["radio", "checkbox"].includes(field.type) ? `${field.name}=${field.value}` : field.name;
}

function valuesOf(entry) {
  return Object.fromEntries(fieldsOf(entry).map((field) => [nameOf(field), valueOf(field)]));
}

// To choose nothing is stored as what was never chosen, and is marked only while the page is open:
// it says nothing of whose an answer is.
const saysNothing = (name) => name.endsWith("=");

// As the server keeps a text, so that ours can be known again.
const asKept = (text) => text.replace(/\r\n?/g, "\n").normalize("NFC").trim();
const isSame = (one, other) =>
  typeof one === "string" ? asKept(one) === asKept(String(other ?? "")) : one === (other ?? false);

// What the fields of an entry would hold if they showed what the server has; choices too, or another
// person's choice beside the same words would pass for our own.
export function asShown(entry, stored) {
  const shown = {};
  for (const field of fieldsOf(entry)) {
    if (!(field.name in stored) || saysNothing(nameOf(field))) continue;
    const chosen = [stored[field.name] ?? ""].flat().map(String);
    const isChoice = typeof valueOf(field) === "boolean";
    shown[nameOf(field)] = isChoice ? chosen.includes(field.value) : chosen[0];
  }
  return shown;
}

// Makes these fields hold what is kept under their names.
export function hold(fields, values) {
  for (const field of fields) {
    if (!(nameOf(field) in values)) continue;
    const value = values[nameOf(field)];
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
  }
}

// Whether this, as the server has it, is among what was sent without an answer.
function isAmong(attempts, shown) {
  return attempts.some((values) =>
    Object.keys(shown).every((name) => saysNothing(name) || isSame(shown[name], values[name])),
  );
}

export function versionOf(entry) {
  return entry.querySelector("input.version");
}

export function wordTyped(entry) {
  typed.set(entry, serverNow());
}

export function typedAt(entry) {
  return typed.get(entry);
}

// Keeps an entry as it stands, based on `version` where that is not the one in its field. The
// promise is broken where the device cannot keep it: full, or forbidden.
export function keep(entry, version = versionOf(entry).value) {
  const draft = draftOf(entry);
  draft.values[versionOf(entry).name] = version;
  const old = takenOver.get(entry);
  return inStore("readwrite", (store) => {
    store.put(draft);
    if (old) store.delete(old.key);
    store.transaction.commit?.();
  }).then(() => void takenOver.delete(entry));
}

export function draftOf(entry) {
  return {
    key: keyOf(entry),
    person,
    page,
    place: placeOf(entry),
    at: Date.now(),
    typedAt: typed.get(entry),
    sent: sent.get(entry) ?? [],
    values: valuesOf(entry),
  };
}

// What is about to be sent: should its answer get lost, we know it again.
export function keepAttempt(entry) {
  const attempts = [...(sent.get(entry) ?? []), valuesOf(entry)];
  sent.set(entry, attempts.slice(-ATTEMPTS));
  return keep(entry);
}

export function wasSentByUs(entry, stored) {
  return isAmong(sent.get(entry) ?? [], asShown(entry, stored));
}

// An answer has come: what was sent before it no longer matters.
export function answered(entry) {
  sent.delete(entry);
}

export function drop(entry) {
  const old = takenOver.get(entry);
  typed.delete(entry);
  takenOver.delete(entry);
  if (old) discard(old);
  const { key, place } = draftOf(entry);
  return settle({ key, person, page, place }, "saved", Number(versionOf(entry).value));
}

// Unless more has been typed into it since it was read.
export function discard(draft) {
  return inStore("readwrite", (store) => {
    const asked = store.get(draft.key);
    asked.onsuccess = () => {
      if (asked.result?.at === draft.at) store.delete(draft.key);
    };
  }).catch(() => {});
}

// What became of what was kept: "refused", or "saved" as a version. That one is remembered for a
// moment: a page that was asked for just before may show what was there until then.
export function settle(draft, outcome, version) {
  const settled = { ...draft, at: Date.now(), outcome, version };
  return inStore("readwrite", (store) => void store.put(settled)).catch(() => {});
}

export function isStale(entry, drafts) {
  return drafts.some(
    ({ place, outcome, version }) =>
      outcome === "saved" && place === placeOf(entry) && Number(versionOf(entry).value) < version,
  );
}

// This person's drafts that no open page is looking after, the latest first; what is too old goes.
export async function leftBehind() {
  const all = await inStore("readonly", (store) => store.getAll()).catch(() => []);
  const alive = await openPages();
  const isOld = ({ at, outcome }) =>
    Date.now() - at > KEPT_FOR || (outcome === "saved" && Date.now() - at > ON_ITS_WAY);
  for (const draft of all.filter(isOld)) discard(draft);
  return all
    .filter((draft) => draft.person === person && !isOld(draft) && !alive(draft))
    .sort((one, other) => other.at - one.at);
}

// Puts back what an earlier visit could not send; says whether there was anything new in it.
export function putBack(entry, drafts) {
  const draft = drafts.find((each) => each.place === placeOf(entry) && each.outcome !== "saved");
  if (!draft) return false;
  const fields = fieldsOf(entry).filter((field) => nameOf(field) in draft.values);
  const words = fields.filter((field) => !field.matches(".version"));
  if (words.every((field) => saysNothing(nameOf(field)) || valueOf(field) === draft.values[nameOf(field)])) {
    discard(draft);
    return false;
  }
  // What stands there may be our own, sent in the last moment of that visit.
  const shown = Object.fromEntries(words.map((field) => [nameOf(field), valueOf(field)]));
  const goesOn = isAmong(draft.sent, shown);
  hold(goesOn ? words : fields, draft.values);
  takenOver.set(entry, draft);
  if (draft.typedAt) typed.set(entry, draft.typedAt);
  sent.set(entry, goesOn ? [] : draft.sent);
  return true;
}

// An open page holds a lock, which ends with it however it ends.
let letGo = null;
export function lookAfter() {
  const held = () => new Promise((resolve) => (letGo = resolve));
  navigator.locks?.request(`ninefold ${page}`, held).catch(() => {});
}

export function leave() {
  letGo?.();
}

async function openPages() {
  const moment = Date.now() - 60 * 1000;
  const held = await navigator.locks?.query().catch(() => null);
  if (!held) return (draft) => draft.at > moment;
  const names = new Set(held.held.map((lock) => lock.name));
  return (draft) => names.has(`ninefold ${draft.page}`);
}
