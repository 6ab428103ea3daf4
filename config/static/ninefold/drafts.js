// What was typed stays on this device until the server has said that it has it. In localStorage,
// because that writes before the next event: a tab that is closed at once has lost nothing.

const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 60 * DAY;
const PREFIX = `ninefold/draft/${document.body.dataset.person}/`;

const keyOf = (entry) => PREFIX + entry.getAttribute("hx-post");

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
  } catch {
    // As above.
  }
}

// Puts back what an earlier visit could not send; says whether there was anything new in it.
export function putBack(entry) {
  const draft = read(keyOf(entry));
  if (!draft) return false;
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

function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < KEPT_FOR ? draft : null;
  } catch {
    return null;
  }
}
