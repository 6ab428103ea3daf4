"""The dashboard of a complete year beside the year before, against an empty page of a district.

Whole from the snapshots; and as some of its schools, or the same schools in both years, counted
anew from the rows of two years, which is compared with the bare aggregates of both in SQL, too.

Pages go through the whole stack: middleware, session, district scope, base template.
"""

from collections.abc import Callable
from functools import partial

from django.core.cache import caches

from benchmarks.clock import Timing, Way, take_turns
from benchmarks.figures import Count, Figure
from benchmarks.measurements.recompute import bare_aggregates, refresh
from benchmarks.stack import signed_in
from benchmarks.stage import LARGE, SMALL, Stage, reader, statements
from schools.models import District

ROUNDS = 60
ROUNDS_OF_VIEWS = 15
_ELEMENTARY = """
    AND cycle.school_id IN (
        SELECT id FROM schools_school
        WHERE district_id = %(district)s AND level = 'elementary')
"""
_AT_2 = """
    AND cycle.id IN (
        SELECT cycle_id FROM assessments_cell
        WHERE district_id = %(district)s AND school_year = %(year)s
          AND context = 'team' AND content_area = 'beliefs' AND opportunity_level = 2)
"""
# What the address says, and which cycles that leaves.
VIEWS = {
    "filtered by level": ("school_level=elementary", _ELEMENTARY),
    "filtered by an answer": ("cell=team.beliefs&at=2", _AT_2),
    "the same schools": ("compare=same", ""),
}


def measure(stage: Stage) -> list[Figure | Count]:
    """An empty page and a dashboard in turn, for either district; then its views."""
    found: list[Figure | Count] = []
    for district, schools, target in ((stage.small, SMALL, 5), (stage.large, LARGE, 15)):
        prepare(stage, district)
        what = f"dashboard page, {schools:,} schools"
        page, empty = pages(stage, district)
        first, _empty = pages(stage, district, anew=True)
        found += [
            Figure(what, page, empty, target),
            Figure(f"{what}, charts drawn anew", first, empty),
            Count(f"{what}: statements", statements(asking(stage, district))),
        ]
        for view, (query, condition) in VIEWS.items():
            counted, sql, empty = take_turns(
                Way(view, asking(stage, district, query)),
                Way("the aggregates of two years in SQL", _bare(stage, district, condition)),
                Way("an empty page", asking_nothing(district)),
                rounds=ROUNDS_OF_VIEWS,
            )
            found += [
                Figure(f"{what}, {view}", counted, sql),
                Figure(f"{what}, {view}", counted, empty),
                Count(f"{what}, {view}: statements", statements(asking(stage, district, query))),
            ]
    return found


def prepare(stage: Stage, district: District) -> None:
    """Bring the snapshots that the dashboard shows up to date."""
    for school_year in (stage.last_year - 1, stage.last_year):
        refresh(district, school_year)


def pages(stage: Stage, district: District, *, anew: bool = False) -> list[Timing]:
    """The dashboard and an empty page in turn; `anew` as the first who asks after a change."""
    ask = asking(stage, district)

    def ask_first() -> None:
        caches["template_fragments"].clear()
        ask()

    return take_turns(
        Way("dashboard", ask_first if anew else ask),
        Way("an empty page", asking_nothing(district)),
        rounds=ROUNDS,
    )


def asking(stage: Stage, district: District, query: str = "") -> Callable[[], object]:
    """Ask for the dashboard of the last year."""
    ask = signed_in(reader(district).user).ask
    return partial(ask, f"/d/{district.slug}/?year={stage.last_year}&{query}".rstrip("&"))


def asking_nothing(district: District) -> Callable[[], object]:
    """Ask for the empty page."""
    return partial(signed_in(reader(district).user).ask, f"/d/{district.slug}/nothing/")


def _bare(stage: Stage, district: District, condition: str) -> Callable[[], object]:
    def count() -> None:
        for school_year in (stage.last_year, stage.last_year - 1):
            bare_aggregates(district, school_year, condition)

    return count
