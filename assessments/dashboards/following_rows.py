"""The rows behind what follows: for the snapshot, for the dashboard, for one cell's page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.following import (
    EARLIER,
    LATER,
    MONTHS_AHEAD,
    MONTHS_BACK,
    CellFacts,
    Planned,
    Promise,
    follow_up,
)
from assessments.dashboards.likeness import Match, Profile, matches
from assessments.instrument import CELL_CODES, CellCode, Offer
from assessments.models import Campaign, Cell, Commitment, Cycle, Introduction
from assessments.querysets import CellQuerySet, CommitmentQuerySet
from schools.querysets import Who

SUGGESTED = 3
_CODE_OF = {tuple(code.split(".")): code for code in CELL_CODES}


@dataclass(frozen=True, slots=True)
class Looking:
    """A school that looks for an example, who could show it one, and whom it was told of."""

    school: Profile
    suggested: list[Match]
    introduced: list[Introduction]


def following_figures(campaign: Campaign, *, submitted: int) -> Figures:
    """What follows from a campaign's year, to be kept with its figures: two queries."""
    year = {"district": campaign.district_id, "school_year": campaign.school_year}
    rows = Cell.objects.filter(**year).submitted()
    cells = [
        CellFacts(school_id, _CODE_OF[context, area], disposition, offer)
        for school_id, context, area, disposition, offer in rows.values_list(
            "school_id", "context", "content_area", "disposition", "offer"
        )
    ]
    return follow_up(cells, submitted=submitted, planned=_planned(campaign))


def planned_before(cells: CellQuerySet) -> CellQuerySet:
    """Those cells of submitted cycles in which a school wrote what could improve."""
    return cells.submitted().exclude(improvements="")


def followed_up(who: Who, school_year: int, place: CellCode) -> CellQuerySet:
    """This year's cells of the schools that planned something here last year, by name."""
    cells = Cell.objects.visible_to(who)
    schools = planned_before(cells.filter(**_of(school_year - 1, place))).values("school")
    now = cells.submitted().filter(school__in=schools, **_of(school_year, place))
    return now.select_related("school").order_by("school__name", "id")


def beside_last_year(
    who: Who, cells: Sequence[Cell], school_year: int, place: CellCode
) -> list[tuple[Cell, str]]:
    """Each cell with what its school had planned: one query."""
    schools = [cell.school_id for cell in cells]
    before = Cell.objects.visible_to(who).filter(school__in=schools, **_of(school_year - 1, place))
    planned = dict(before.values_list("school_id", "improvements"))
    return [(cell, planned.get(cell.school_id, "")) for cell in cells]


def submitted_schools(who: Who, school_year: int) -> int:
    """How many schools have handed in: what offers are counted out of."""
    submitted: int = (
        Cycle.objects.visible_to(who).submitted().filter(school_year=school_year).count()
    )
    return submitted


def promised(who: Who) -> CommitmentQuerySet:
    """Every open commitment of a school at work, by date; none is ever submitted."""
    rows: CommitmentQuerySet = Commitment.objects.visible_to(who).still_open().by_date()
    return rows.filter(school__is_active=True).select_related("school", "cell")


def days_in(month: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that are counted in a row of months."""
    back, ahead = _month_away(today, -MONTHS_BACK), _month_away(today, MONTHS_AHEAD + 1)
    if month == EARLIER:
        return date.min, back - timedelta(days=1)
    if month == LATER:
        return ahead, date.max
    try:
        first = date.fromisoformat(f"{month}-01")
        # The calendar has a last month, after which there is none.
        return first, _month_away(first, 1) - timedelta(days=1)
    except ValueError:
        return None


def _month_away(day: date, months: int) -> date:
    """The first day of the month so many months away."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def open_promises(who: Who) -> list[Promise]:
    """What is counted of them: one query, live, for a commitment changes without a submission."""
    rows = promised(who).select_related(None).order_by()
    return [
        Promise(school_id, _CODE_OF[context, area], due_on)
        for school_id, context, area, due_on in rows.values_list(
            "school_id", "context", "content_area", "due_on"
        )
    ]


def profiles(who: Who, school_year: int, place: CellCode, offer: Offer) -> list[Profile]:
    """The schools that said so in this cell of a submitted cycle, by name."""
    rows = Cell.objects.visible_to(who).submitted().filter(**_of(school_year, place), offer=offer)
    names = ("school_id", "school__name", "school__level", "school__students", "school__city")
    return [
        Profile(str(school_id), *rest)
        for school_id, *rest in rows.order_by("school__name", "school_id").values_list(*names)
    ]


def introductions_of(who: Who, school_year: int, place: CellCode) -> dict[str, list[Introduction]]:
    """By the school that looks: whom it was told of already."""
    rows = Introduction.objects.visible_to(who).filter(**_of(school_year, place))
    found: dict[str, list[Introduction]] = defaultdict(list)
    for introduction in rows.select_related("looking", "showing", "made_by").latest_first():
        found[str(introduction.looking_id)].append(introduction)
    return found


def with_suggestions(
    looking: list[Profile],
    showing: list[Profile],
    introduced: dict[str, list[Introduction]],
) -> list[Looking]:
    """Each looking school with the schools most like it that it was not told of yet."""
    return [
        Looking(
            school,
            matches(
                school,
                _not_yet(showing, introduced.get(school.school_id, [])),
                most=SUGGESTED,
            ),
            introduced.get(school.school_id, []),
        )
        for school in looking
    ]


def _not_yet(showing: list[Profile], introduced: list[Introduction]) -> list[Profile]:
    known = {str(introduction.showing_id) for introduction in introduced}
    return [school for school in showing if school.school_id not in known]


def _of(school_year: int, place: CellCode) -> dict[str, Any]:
    return {
        "school_year": school_year,
        "context": place.context,
        "content_area": place.content_area,
    }


def _planned(campaign: Campaign) -> Planned:
    before = {"district": campaign.district_id, "school_year": campaign.school_year - 1}
    rows = planned_before(Cell.objects.filter(**before))
    return frozenset(
        (school_id, _CODE_OF[context, area])
        for school_id, context, area in rows.values_list("school_id", "context", "content_area")
    )
