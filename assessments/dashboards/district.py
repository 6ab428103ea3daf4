"""What the dashboard shows: this year's figures and the last, made readable.

Every figure carries what it is counted out of. The page, the API and later exports read this. All
schools together come from two snapshots; a filtered view is counted now (`live.py`).
"""

import json
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from statistics import median
from typing import Any

from django.forms.models import model_to_dict
from django.utils import timezone

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.bars import (
    Bar,
    GridCell,
    QuestionFigures,
    level_bars,
)
from assessments.dashboards.filters import Filters
from assessments.dashboards.live import count_live
from assessments.dashboards.minutes import Minutes
from assessments.dashboards.part_2 import Differences, differences_of, questions_across_schools
from assessments.dashboards.selection import Compare
from assessments.dashboards.standing import Standing
from assessments.instrument import CELL_CODES, CELLS, CellCode, Context, Wording
from assessments.models import Campaign, DashboardSnapshot
from schools.querysets import Who

NO_FILTERS = Filters()


class Dashboard(Standing):
    """One school year of a district or of some of its schools, beside the year before.

    How far the schools are, it says of all that are meant; what they answered, of those that the
    comparison is over (`now` and `before`).
    """

    def __init__(
        self,
        campaign: Campaign,
        standing: tuple[Figures, Figures | None],
        campaign_before: Campaign | None,
        *,
        computed_at: datetime,
        heatmap: list[list[Any]],
        minutes: Minutes,
        same: tuple[Figures, Figures] | None = None,
    ) -> None:
        super().__init__(campaign, *standing, campaign_before)
        self.computed_at = computed_at
        self.heatmap = heatmap
        self.is_of_the_same_schools = same is not None
        self._now, self._before = same or standing
        self._minutes = minutes

    @property
    def answered(self) -> int:
        """The schools whose answers are shown."""
        return int(self._now["submitted"])

    @property
    def following(self) -> Figures:
        """What follows from the year; nothing in figures that are older than this."""
        found: Figures = self._now.get("following", {})
        return found

    @property
    def answered_before(self) -> int | None:
        """Those of last year that stand beside them."""
        return self._before["submitted"] if self._before else None

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

    @cached_property
    def grid(self) -> list[tuple[Context, list[GridCell]]]:
        """The nine cells, a row a context."""
        cells = {place: self._grid_cell(place) for place in CELLS}
        return [
            (context, [cell for place, cell in cells.items() if place.context == context])
            for context in Context
        ]

    @property
    def compares_levels(self) -> bool:
        """Whether this year's levels can stand beside last year's: both were asked for."""
        return self._before is not None and self._asked_levels_alike

    def part_2(self, wording: Wording) -> list[QuestionFigures]:
        """The structured answers, in the order of the questions."""
        return questions_across_schools(wording, self._now, self._before)

    def differences(self) -> Differences | None:
        """What the two years' wordings do not share, when they are not the same."""
        before = self.campaign_before
        if before is None or self._before is None:
            return None
        if before.instrument_version_id == self.campaign.instrument_version_id:
            return None
        version = before.instrument_version
        return differences_of(
            self.campaign.instrument_version.wording(), version.wording(), str(version)
        )

    @cached_property
    def digest(self) -> str:
        """What its charts are drawn from, in short: it changes with any figure, date or wording."""
        campaigns = [self.campaign, self.campaign_before]
        drawn_from = [
            [model_to_dict(campaign) for campaign in campaigns if campaign],
            self._today,
            [self._standing, self._standing_before, self._now, self._before],
            self.heatmap,
        ]
        return sha256(json.dumps(drawn_from, default=str).encode()).hexdigest()

    @property
    def _asked_levels_alike(self) -> bool:
        """Unknown of a year whose campaign is not at hand: then it is taken to be alike."""
        before = self.campaign_before
        return before is None or before.asks_level == self.campaign.asks_level

    def _grid_cell(self, place: CellCode) -> GridCell:
        now = self._now["grid"][str(place)]
        before = self._before["grid"][str(place)] if self._before else None
        then = before["answered"] if before else None
        bars = tuple(self._bars(now, before))
        return GridCell(place, bars, now["answered"], then, now["same_schools"])

    def _bars(self, now: Figures, before: Figures | None) -> list[Bar]:
        comparable = before if self.compares_levels else None
        return level_bars(now, comparable, asks_level=self.campaign.asks_level)


def dashboard_of(
    who: Who,
    campaign: Campaign,
    *,
    campaign_before: Campaign | None = None,
    filters: Filters = NO_FILTERS,
    compare: Compare = Compare.ALL,
) -> Dashboard | None:
    """The dashboard of the campaign's year. None when nothing has been computed yet.

    Unfiltered one read; filtered, or over the same schools, counted from the rows as they are now.
    """
    year = campaign.school_year
    snapshots = DashboardSnapshot.objects.visible_to(who).filter(school_year__in=(year, year - 1))
    by_year = {snapshot.school_year: snapshot for snapshot in snapshots}
    if year not in by_year:
        return None
    now, before = by_year[year], by_year.get(year - 1)
    minutes = now.minutes or (before.minutes if before else {})
    if not filters and not compare:
        return Dashboard(
            campaign,
            (now.figures, before.figures if before else None),
            campaign_before,
            computed_at=now.computed_at,
            heatmap=now.heatmap,
            minutes=minutes,
        )
    live = count_live(campaign, campaign_before, filters, compare)
    same = (live.same_now, live.same_before) if live.same_now and live.same_before else None
    return Dashboard(
        campaign,
        (live.now, live.before),
        campaign_before,
        computed_at=timezone.now(),
        heatmap=live.heatmap,
        minutes={} if filters else minutes,
        same=same,
    )


def computed_at(who: Who, school_year: int) -> datetime | None:
    """When the year's snapshot was computed."""
    snapshots = DashboardSnapshot.objects.visible_to(who).filter(school_year=school_year)
    moment: datetime | None = snapshots.values_list("computed_at", flat=True).first()
    return moment
