"""The dashboard of a complete year beside the year before, against an empty page of a district.

Whole from the snapshots; and as some of its schools, or the same schools in both years, counted
anew from the rows of two years.

Both go through the whole stack: middleware, session, district scope, base template.
"""

from functools import partial

from benchmarks.clock import Way, take_turns
from benchmarks.figures import Count, Figure
from benchmarks.measurements.recompute import refresh
from benchmarks.stack import signed_in
from benchmarks.stage import LARGE, SMALL, Stage, reader, statements

ROUNDS = 60
ROUNDS_OF_VIEWS = 15
VIEWS = {
    "filtered by level": "school_level=elementary",
    "filtered by an answer": "cell=team.beliefs&at=2",
    "the same schools": "compare=same",
}


def measure(stage: Stage) -> list[Figure | Count]:
    """An empty page and a dashboard in turn, for either district."""
    found: list[Figure | Count] = []
    for district, schools, target in ((stage.small, SMALL, 5), (stage.large, LARGE, 15)):
        for school_year in (stage.last_year - 1, stage.last_year):
            refresh(district, school_year)
        ask = signed_in(reader(district).user).ask
        dashboard = partial(ask, f"/d/{district.slug}/?year={stage.last_year}")
        page, empty = take_turns(
            Way("dashboard", dashboard),
            Way("an empty page", partial(ask, f"/d/{district.slug}/nothing/")),
            rounds=ROUNDS,
        )
        what = f"dashboard page, {schools:,} schools"
        found += [
            Figure(what, page, empty, target),
            Count(f"{what}: statements", statements(dashboard)),
        ]
        for view, query in VIEWS.items():
            address = f"/d/{district.slug}/?year={stage.last_year}&{query}"
            filtered = partial(ask, address)
            counted, empty = take_turns(
                Way(view, filtered),
                Way("an empty page", partial(ask, f"/d/{district.slug}/nothing/")),
                rounds=ROUNDS_OF_VIEWS,
            )
            found += [
                Figure(f"{what}, {view}", counted, empty),
                Count(f"{what}, {view}: statements", statements(filtered)),
            ]
    return found
