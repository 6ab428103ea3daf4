// A passage that is selected in a school's text goes into the field below it, with where it begins
// (counted in characters, as the server counts). Without this script it is copied by hand.

const characters = (text) => [...text].length;

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const holder = range.commonAncestorContainer;
  const text = (holder.nodeType === Node.TEXT_NODE ? holder.parentElement : holder).closest("[data-text]");
  if (!text) return;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const form = text.closest("[data-selecting]").querySelector("form");
  const words = range.toString();
  form.elements.words.value = words.trim();
  const lead = words.length - words.trimStart().length;
  form.elements.start.value = characters(before.toString() + words.slice(0, lead));
});
