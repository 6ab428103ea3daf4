"""What the dashboard shows: two snapshots, this year's and the last, made readable.

Every figure carries what it is counted out of. The page, the API and later exports read this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median
from typing import Any

from django.utils.translation import gettext

from assessments.dashboards.aggregation import NOT_SURE, Figures
from assessments.dashboards.minutes import Minutes
from assessments.instrument import (
    CELL_CODES,
    CELLS,
    CellCode,
    Context,
    Field,
    OpportunityLevel,
    Question,
    Wording,
)
from assessments.models import Campaign, DashboardSnapshot, Status
from schools.models import SchoolLevel
from schools.querysets import Who


@dataclass(frozen=True, slots=True)
class Bar:
    """How many schools gave one answer: this year, and last year when there was one."""

    code: str
    label: str
    count: int
    out_of: int
    before: int | None = None
    before_out_of: int | None = None

    @property
    def share(self) -> float:
        """This year's share in per cent, for drawing."""
        return _share(self.count, self.out_of)

    @property
    def share_before(self) -> float:
        """Last year's share in per cent, for drawing."""
        return _share(self.before or 0, self.before_out_of or 0)


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of the grid across schools."""

    place: CellCode
    bars: tuple[Bar, ...]
    answered: int
    same_schools: dict[str, int]


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """One part of a Part 2 question across schools."""

    field: Field
    bars: tuple[Bar, ...]
    answered: int


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One Part 2 question across schools."""

    question: Question
    fields: tuple[FieldFigures, ...]


class Dashboard:
    """One school year of a district, beside the year before."""

    def __init__(
        self, campaign: Campaign, now: DashboardSnapshot, before: DashboardSnapshot | None
    ) -> None:
        self.campaign = campaign
        self.computed_at: datetime = now.computed_at
        self.heatmap: list[list[Any]] = now.heatmap
        self._now: Figures = now.figures
        self._minutes: Minutes = now.minutes or (before.minutes if before else {})
        self._before: Figures | None = before.figures if before else None

    @property
    def schools(self) -> int:
        """Schools in the campaign."""
        return int(self._now["schools"])

    @property
    def submitted(self) -> int:
        """Schools whose cycle is in the district's hands."""
        return int(self._now["submitted"])

    @property
    def following(self) -> Figures:
        """What follows from the year; nothing in figures that are older than this."""
        found: Figures = self._now.get("following", {})
        return found

    @property
    def submitted_before(self) -> int | None:
        """The same, last year."""
        return self._before["submitted"] if self._before else None

    @property
    def submitted_late(self) -> int:
        """Of them, those who handed in after the due date."""
        return int(self._now["progress"]["submitted_late"])

    @cached_property
    def minutes(self) -> dict[str, float] | None:
        """About how long a cell and a whole cycle take, and over how few schools at the least."""
        cells = [self._minutes[code] for code in CELL_CODES if code in self._minutes]
        if len(cells) < len(CELL_CODES):
            return None
        return {
            "cell": round(median(cell["median"] for cell in cells)),
            "cycle": round(sum(part["median"] for part in self._minutes.values())),
            "schools": min(part["schools"] for part in self._minutes.values()),
        }

    @property
    def still_out(self) -> int:
        """Schools that have yet to hand in."""
        return self.schools - self.submitted

    @property
    def with_more_time(self) -> int:
        """Of them, those who were given more time, and still have it."""
        today = self.campaign.district.today().isoformat()
        more_time = self._now["progress"].get("more_time", {})
        return sum(count for day, count in more_time.items() if day >= today)

    @property
    def late(self) -> int:
        """Of them, those whose due date is over."""
        return self.still_out - self.with_more_time if self.campaign.is_past_due else 0

    @cached_property
    def statuses(self) -> list[Bar]:
        """How many schools are where."""
        counts = self._now["progress"]["statuses"]
        return [
            Bar(status.value, str(status.label), counts.get(status.value, 0), self.schools)
            for status in reversed(Status)
        ]

    @property
    def levels_of_schools(self) -> list[tuple[str, str, dict[str, int], int]]:
        """Progress by level of school: code, label, counts by status, schools."""
        by_level = self._now["progress"]["by_level"]
        return [
            (level.value, str(level.label), counts, sum(counts.values()))
            for level in SchoolLevel
            if (counts := by_level.get(level.value))
        ]

    @cached_property
    def grid(self) -> list[tuple[Context, list[GridCell]]]:
        """The nine cells, a row a context."""
        cells = {place: self._grid_cell(place) for place in CELLS}
        return [
            (context, [cell for place, cell in cells.items() if place.context == context])
            for context in Context
        ]

    def part_2(self, wording: Wording) -> list[QuestionFigures]:
        """The structured answers, in the order of the questions."""
        return [
            QuestionFigures(question, tuple(self._fields(question)))
            for question in wording.questions
            if question.key in self._now["part2"]
        ]

    def _grid_cell(self, place: CellCode) -> GridCell:
        now = self._now["grid"][str(place)]
        before = self._before["grid"][str(place)] if self._before else None
        answers = [(str(level.value), str(level.label)) for level in OpportunityLevel]
        bars = [
            _bar(code, label, (now["levels"], now["answered"]), _levels_of(before))
            for code, label in answers
        ]
        not_sure = Bar(
            NOT_SURE,
            gettext("Not sure"),
            now[NOT_SURE],
            now["answered"],
            before and before[NOT_SURE],
            before and before["answered"],
        )
        return GridCell(place, (*bars, not_sure), now["answered"], now["same_schools"])

    def _fields(self, question: Question) -> Iterator[FieldFigures]:
        before = (self._before or {}).get("part2", {}).get(question.key, {})
        for field in question.fields:
            now = self._now["part2"][question.key][field.key]
            then = before.get(field.key)
            bars = tuple(
                _bar(
                    str(option.code),
                    option.label,
                    (now["counts"], now["answered"]),
                    then and (then["counts"], then["answered"]),
                )
                for option in field.options
            )
            yield FieldFigures(field, bars, now["answered"])


def dashboard_of(who: Who, campaign: Campaign) -> Dashboard | None:
    """The dashboard of the campaign's year: one read. None when nothing has been computed yet."""
    year = campaign.school_year
    snapshots = DashboardSnapshot.objects.visible_to(who).filter(school_year__in=(year, year - 1))
    by_year = {snapshot.school_year: snapshot for snapshot in snapshots}
    return Dashboard(campaign, by_year[year], by_year.get(year - 1)) if year in by_year else None


def computed_at(who: Who, school_year: int) -> datetime | None:
    """When the year's snapshot was computed."""
    snapshots = DashboardSnapshot.objects.visible_to(who).filter(school_year=school_year)
    moment: datetime | None = snapshots.values_list("computed_at", flat=True).first()
    return moment


def _bar(
    code: str,
    label: str,
    now: tuple[dict[str, int], int],
    before: tuple[dict[str, int], int] | None,
) -> Bar:
    counts, out_of = now
    if before is None:
        return Bar(code, label, counts[code], out_of)
    return Bar(code, label, counts[code], out_of, before[0].get(code, 0), before[1])


def _levels_of(cell: dict[str, Any] | None) -> tuple[dict[str, int], int] | None:
    return (cell["levels"], cell["answered"]) if cell else None


def _share(count: int, out_of: int) -> float:
    return round(100 * count / out_of, 1) if out_of else 0.0
