"""A district's dashboard when there are a few hundred other districts, and when there are 19,000.

Between the two, thousands of districts are laid out, so these are not turns: the empty page of
either moment stands beside the dashboard and says how busy the machine was.
"""

from benchmarks.clock import Timing
from benchmarks.figures import Figure
from benchmarks.measurements.dashboard_page import asking, pages, prepare
from benchmarks.stage import LARGE, SMALL, Stage
from schools.models import District

MANY = 19_000
HIGHEST = 1.2


def measure(stage: Stage) -> list[Figure]:
    """Both districts' pages among few others and among many."""
    few = stage.neighbours.count
    districts = ((stage.small, SMALL), (stage.large, LARGE))
    for district, _schools in districts:
        prepare(stage, district)
    before = [_pages(stage, district) for district, _schools in districts]
    stage.neighbours.grow_to(MANY)
    after = [_pages(stage, district) for district, _schools in districts]
    found = []
    for (_district, schools), then, now in zip(districts, before, after, strict=True):
        what = f"dashboard page, {schools:,} schools"
        for (page, empty), others in ((then, few), (now, MANY)):
            found.append(Figure(f"{what}, {others:,} other districts", page, empty))
        found.append(
            Figure(
                f"{what}, {MANY:,} other districts, in empty pages",
                _in_pages(now, "dashboard"),
                _in_pages(then, f"the same, {few:,} others"),
                HIGHEST,
            )
        )
    return found


def _pages(stage: Stage, district: District) -> list[Timing]:
    asking(stage, district)()
    return pages(stage, district)


def _in_pages(timings: list[Timing], name: str) -> Timing:
    """The dashboard's turns in thousands of empty pages of the same moment."""
    page, empty = timings
    return Timing(name, [turn / empty.median for turn in page.turns])
