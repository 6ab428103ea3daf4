// What the line beside the button at the end of a page says, once it has been pressed: how the page
// as a whole stands and, with links that lead there, what is not saved or not sent.

import { unsentForms } from "./unsent.js";

const headingOf = (element) => element.closest("section[id]")?.querySelector("h2")?.textContent.trim();

function linkTo(href, ...names) {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = [...new Set(names.filter(Boolean))].join(": ");
  return link;
}

// To the very fields that were refused; else to where the answer is.
function linksInto(entry) {
  const refused = [...entry.querySelectorAll(".save-state .field-error a")];
  if (refused.length) return refused.map((it) => linkTo(it.hash, headingOf(entry), it.textContent));
  const field = entry.querySelector("textarea");
  const own = entry.querySelector("h2").textContent.trim();
  return [linkTo(`#${field.id}`, headingOf(entry), own)];
}

function linkInto(form) {
  const field = form.querySelector("textarea");
  return linkTo(`#${field.id}`, headingOf(form), field.labels[0].textContent.trim());
}

export function tellThePage(spot, state, unsaved) {
  const open = state === "changed" ? unsaved.flatMap(linksInto) : [];
  const waiting = unsentForms().map(linkInto);
  const parts = [
    [spot.dataset[state], open],
    [waiting.length ? spot.dataset.unsent : "", waiting],
  ];
  const said = parts
    .filter(([words]) => words)
    .flatMap(([words, links], n) => [
      `${n ? ". " : ""}${words}${links.length ? ": " : ""}`,
      ...links.flatMap((link, at) => (at ? [", ", link] : [link])),
    ]);
  const before = spot.textContent;
  // Said again only when it says something else.
  const fresh = document.createElement("span");
  fresh.append(...said);
  if (fresh.textContent !== before) spot.replaceChildren(...fresh.childNodes);
}
