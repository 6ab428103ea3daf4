// A page that refreshes by itself leaves its reader where they are. htmx brings back the focus (by
// its id); this brings back how far a wide table was scrolled to the side.

const places = new Map();
const tables = () => document.querySelectorAll(".scroll[id]");

document.addEventListener("htmx:beforeSwap", () => {
  for (const table of tables()) places.set(table.id, table.scrollLeft);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const table of tables()) table.scrollLeft = places.get(table.id) ?? 0;
});
