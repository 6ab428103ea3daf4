"""Submissions over the weeks of a campaign against its due date, beside last year's.

Weeks are counted from the day on which each year's campaign opened, so that the third week stands
beside the third. Places are in per cent of the chart, so that it can be drawn at any width.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, pairwise

from assessments.dashboards.aggregation import Figures
from assessments.models import Campaign

WEEK = timedelta(days=7)
# A campaign of a year and more is not drawn beyond that.
MOST_WEEKS = 60
# The share of the chart's height that all schools together would fill; above it is their line.
HEIGHT = 88.0
# What a bar leaves of its week to the gap between two.
WIDTH = 0.72
MIDDLE = 50.0


@dataclass(frozen=True, slots=True)
class Week:
    """How many schools had submitted by the end of one week."""

    number: int
    ends_on: date
    count: int | None
    """None while the week lies ahead."""
    before: int | None
    """By the end of that week last year; None when there was no such week."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar, or the end of a line: where it stands, in per cent."""

    x: float
    y: float
    width: float = 0
    height: float = 0


class Weeks:
    """The weeks of a campaign until today or until its end."""

    def __init__(
        self,
        campaign: Campaign,
        figures: Figures,
        *,
        today: date,
        before: tuple[Campaign | None, Figures],
    ) -> None:
        self.campaign = campaign
        self.schools = int(figures["schools"])
        self._handed_in = _so_far(figures["handed_in"])
        self._today = today
        self.campaign_before, figures_before = before
        self._handed_in_before = _so_far(figures_before.get("handed_in", {}))
        self.schools_before = int(figures_before.get("schools", 0))

    @property
    def has_before(self) -> bool:
        """Whether there is a last year to stand beside."""
        return bool(self.campaign_before and self._handed_in_before[0])

    @cached_property
    def weeks(self) -> list[Week]:
        """From the opening on."""
        opens_on = self.campaign.opens_on
        last = max([self.campaign.closes_on, *self._handed_in[0][-1:]])
        number = min((last - opens_on) // WEEK + 1, MOST_WEEKS)
        return [self._week(place) for place in range(max(number, 1))]

    @property
    def bars(self) -> list[Drawn]:
        """What was handed in by the end of each week."""
        step = 100 / len(self.weeks)
        return [
            Drawn(
                round(step * (place + (1 - WIDTH) / 2), 2),
                self._y(week.count),
                round(step * WIDTH, 2),
                round(100 - self._y(week.count), 2),
            )
            for place, week in enumerate(self.weeks)
            if week.count is not None
        ]

    @property
    def line_before(self) -> list[tuple[Drawn, Drawn]]:
        """Last year's, from the middle of each week to the middle of the next."""
        step = 100 / len(self.weeks)
        points = [
            Drawn(round(step * (place + 0.5), 2), self._y(week.before))
            for place, week in enumerate(self.weeks)
            if week.before is not None
        ]
        return list(pairwise(points))

    @property
    def due_at(self) -> float:
        """Where the due date's day ends."""
        days = (self.campaign.due_on - self.campaign.opens_on).days + 1
        return round(min(100 * days / (7 * len(self.weeks)), 100), 2)

    @property
    def due_is_late(self) -> bool:
        """Whether its label has more room on its left."""
        return self.due_at > MIDDLE

    @property
    def all_at(self) -> float:
        """The height of the line at which all schools would have submitted."""
        return self._y(self.schools)

    def _week(self, place: int) -> Week:
        ends_on = self.campaign.opens_on + WEEK * (place + 1) - timedelta(days=1)
        begun = self.campaign.opens_on + WEEK * place <= self._today
        return Week(
            place + 1,
            ends_on,
            _by(self._handed_in, ends_on) if begun else None,
            self._before(place),
        )

    def _before(self, place: int) -> int | None:
        if self.campaign_before is None or not self._handed_in_before[0]:
            return None
        ends_on = self.campaign_before.opens_on + WEEK * (place + 1) - timedelta(days=1)
        return _by(self._handed_in_before, ends_on)

    def _y(self, count: int | None) -> float:
        most = max(self.schools, self.schools_before if self.has_before else 0, 1)
        return round(100 - HEIGHT * (count or 0) / most, 2)


def _so_far(handed_in: Mapping[str, int]) -> tuple[list[date], list[int]]:
    """The days on which schools submitted, and how many had by the end of each."""
    days = sorted(handed_in)
    return [date.fromisoformat(day) for day in days], list(accumulate(handed_in[it] for it in days))


def _by(so_far: tuple[list[date], list[int]], day: date) -> int:
    days, counts = so_far
    place = bisect_right(days, day)
    return counts[place - 1] if place else 0
