// What was typed stays on this device until the server has said that it has it. In localStorage,
// because that writes before the next event: a tab that is closed at once has lost nothing.

const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 60 * DAY;
const PREFIX = `ninefold/draft/${document.body.dataset.person}/`;

// Each tab keeps its own: what one of them has saved says nothing of what another has not.
const TAB = sessionStorage.getItem("ninefold/tab") ?? crypto.randomUUID();
sessionStorage.setItem("ninefold/tab", TAB);

const placeOf = (entry) => `${PREFIX}${entry.getAttribute("hx-post")}#`;
const keyOf = (entry) => placeOf(entry) + TAB;
// The draft of a closed tab that an entry has taken over: it ends when this one is saved.
const takenOver = new Map();

function fieldsOf(entry) {
  return [...entry.querySelectorAll("input[name], select[name], textarea[name]")];
}

function valueOf(field) {
  return ["radio", "checkbox"].includes(field.type) ? field.checked : field.value;
}

function nameOf(field) {
  return ["radio", "checkbox"].includes(field.type) ? `${field.name}=${field.value}` : field.name;
}

export function versionOf(entry) {
  return entry.querySelector("input.version");
}

export function keep(entry) {
  const values = Object.fromEntries(fieldsOf(entry).map((field) => [nameOf(field), valueOf(field)]));
  try {
    localStorage.setItem(keyOf(entry), JSON.stringify({ at: Date.now(), values }));
  } catch {
    // A full or forbidden store: the page itself still holds the words, and still sends them.
  }
}

export function drop(entry) {
  try {
    localStorage.removeItem(keyOf(entry));
    if (takenOver.has(entry)) localStorage.removeItem(takenOver.get(entry));
    takenOver.delete(entry);
  } catch {
    // As above.
  }
}

// Puts back what an earlier visit could not send; says whether there was anything new in it.
export function putBack(entry) {
  const key = latestKey(entry);
  const draft = key && read(key);
  if (!draft) return false;
  if (key !== keyOf(entry)) takenOver.set(entry, key);
  const fields = fieldsOf(entry).filter((field) => nameOf(field) in draft.values);
  const words = fields.filter((field) => !field.matches(".version"));
  if (words.every((field) => valueOf(field) === draft.values[nameOf(field)])) {
    drop(entry);
    return false;
  }
  for (const field of fields) {
    const value = draft.values[nameOf(field)];
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
  }
  return true;
}

// This tab's own draft, else the latest that another tab has left.
function latestKey(entry) {
  if (read(keyOf(entry))) return keyOf(entry);
  const others = Object.keys(localStorage).filter((key) => key.startsWith(placeOf(entry)));
  return others.sort((one, other) => (read(other)?.at ?? 0) - (read(one)?.at ?? 0))[0];
}

function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < KEPT_FOR ? draft : null;
  } catch {
    return null;
  }
}
