// The server's clock, as far as this page can know it: a deadline is kept by it, not by the device's.

// A Date header counts whole seconds, and an answer is a while on its way.
const TOLERANCE = 3000;

const page = document.querySelector("[data-server-clock]");
const [navigation] = performance.getEntriesByType("navigation");
// The page was rendered a moment before its first byte arrived, however long the rest took.
const arrived = performance.timeOrigin + (navigation?.responseStart ?? performance.now());
let ahead = page ? Number(page.dataset.serverClock) - arrived : 0;

export function serverNow() {
  return Math.round(Date.now() + ahead);
}

// A device's clock can be set while a page stands open; any answer tells.
export function hearTheClock(date) {
  const told = Date.parse(date ?? "") - Date.now();
  if (Math.abs(told - ahead) > TOLERANCE) ahead = told;
}
