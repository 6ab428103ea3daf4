// A page that refreshes by itself leaves its reader where they are. htmx brings back the focus (by
// its id); this brings back how far a wide table was scrolled to the side, and what was unfolded.

const places = new Map();
const unfolded = new Map();
const tables = () => document.querySelectorAll(".scroll[id]");
const folds = () => document.querySelectorAll("#figures details[id]");

document.addEventListener("htmx:beforeSwap", () => {
  for (const table of tables()) places.set(table.id, table.scrollLeft);
  for (const fold of folds()) unfolded.set(fold.id, fold.open);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const table of tables()) table.scrollLeft = places.get(table.id) ?? 0;
  for (const fold of folds()) fold.open = unfolded.get(fold.id) ?? false;
});
