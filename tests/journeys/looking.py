"""What must hold of any page that one looks at: axe, no overflow, targets, one heading, a name."""

from collections.abc import Sequence
from functools import cache

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.journeys.browsing import NARROW, WIDE

# No page is to grow wider with a word.
VERY_LONG = "Donaudampfschifffahrtsgesellschaft" * 4
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RULES = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]}
_RUN_AXE = "options => axe.run(document, options)"

_NAMED = """() => {
  const problems = [];
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) problems.push(`It has ${headings} headings of the first level.`);
  if (!document.title.trim()) problems.push("It has no title.");
  if (!document.documentElement.lang) problems.push("It does not say its language.");
  return problems;
}"""
_OVERFLOW = """() => {
  const width = document.documentElement.scrollWidth;
  const window = innerWidth;
  return width > window ? [`The page is ${width} px wide in a window of ${window} px.`] : [];
}"""
# A link within a sentence may be as high as its line (WCAG 2.5.8, "inline").
_SMALL_TARGETS = """() => {
  const isInText = (target) => getComputedStyle(target).display === "inline" &&
    [...target.parentElement.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  const boxes = (target) =>
    [target, ...(target.labels ?? [])].map((it) => it.getBoundingClientRect());
  const isTooSmall = (target) => {
    const high = Math.max(...boxes(target).map((box) => box.height));
    const wide = Math.max(...boxes(target).map((box) => box.width));
    return high < 23.9 || wide < 23.9;
  };
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((target) => target.checkVisibility() && !target.closest(".skip"))
    .filter((target) => !isInText(target) && isTooSmall(target))
    .map((target) => {
      const box = target.getBoundingClientRect();
      const size = `${Math.round(box.width)} × ${Math.round(box.height)} px`;
      return `A target of ${size}: ${target.outerHTML.slice(0, 120)}`;
    });
}"""
# What a page is about, and what stands around it on every page.
_PARTS = """() => {
  const page = document.documentElement.cloneNode(true);
  for (const token of page.querySelectorAll("[name=csrfmiddlewaretoken]")) token.remove();
  for (const name of page.querySelectorAll(".who *")) name.replaceWith();
  page.querySelector("body").removeAttribute("data-person");
  const main = page.querySelector("main");
  const words = main.outerHTML;
  main.remove();
  return [words, page.outerHTML];
}"""


class Looker:
    """Looks at pages; does not look twice at what two people see alike."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def problems(self, page: Page, sizes: Sequence[ViewportSize] = (WIDE, NARROW)) -> list[str]:
        """Everything that is wrong with the page as it stands: wide and light, narrow and dark."""
        found: list[str] = page.evaluate(_NAMED)
        parts = set(page.evaluate(_PARTS))
        if parts <= self._seen:
            return found
        self._seen |= parts
        page.evaluate(_axe_script())
        for size in sizes:
            page.set_viewport_size(size)
            # What the themes change is colours, and what the sizes change is places.
            page.emulate_media(color_scheme="dark" if size == NARROW else "light")
            found += _axe(page) + page.evaluate(_OVERFLOW) + page.evaluate(_SMALL_TARGETS)
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")
        return found


def _axe(page: Page) -> list[str]:
    results = AxeResults(page.evaluate(_RUN_AXE, _RULES))
    return [results.generate_report()] if results.violations_count else []


@cache
def _axe_script() -> str:
    return Axe().axe_script
