// Where the keyboard stands when a page is there: at what the address names, opened and in sight; at
// what the page has to say about what was just done; else, within the site, at its heading.

function stepTo(place, how) {
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  // A row of choices is entered at what is chosen, or at the first.
  const field = place.matches("fieldset") && (place.querySelector(":checked") ?? place.querySelector("input"));
  const target = field || place;
  if (target.tabIndex < 0 && !target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus(how);
}

function named() {
  return document.getElementById(decodeURIComponent(location.hash.slice(1)));
}

const SAID = "main :is(.message[role=alert], .messages), main [aria-invalid=true]";

function arrive() {
  if (document.activeElement !== document.body) return;
  const cameFromHere = document.referrer.startsWith(`${location.origin}/`);
  const said = [...document.querySelectorAll(SAID)].find((it) => it.checkVisibility());
  if (named()) stepTo(named());
  else if (said) stepTo(said);
  else if (cameFromHere) stepTo(document.querySelector("main h1"), { preventScroll: true });
}

window.addEventListener("hashchange", () => stepTo(named()));
// After the browser's own step to what the address names, which takes the focus away.
window.addEventListener("load", arrive);
