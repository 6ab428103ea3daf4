// "Link to exactly this view" is an ordinary link to this view; where the browser lets us, a press
// copies its address and says so.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copies-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    link.parentElement.querySelector("[role=status]").textContent = link.dataset.said;
  } catch {
    location.assign(link.href);
  }
});
