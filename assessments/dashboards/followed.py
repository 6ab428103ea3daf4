"""What follows from a year, as the dashboard shows it: made readable, each with its denominator."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.bars import Bar
from assessments.dashboards.district import Dashboard
from assessments.dashboards.following import (
    DISPOSITIONS,
    EARLIER,
    LATER,
    NOT_SAID,
    Promise,
    Promises,
    promises_by_cell,
    promises_by_month,
)
from assessments.dashboards.following_rows import open_promises
from assessments.instrument import CELLS, CellCode, ContentArea, Context, Disposition, Offer
from assessments.models import Campaign
from schools.querysets import Who

NOT_SAID_LABEL = _("Not said")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of last year's improvements of one cell."""

    place: CellCode
    planned: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """How many schools look for an example in one cell, and how many could show one."""

    place: CellCode
    answered: int
    looking: int
    showing: int


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """Open commitments of one month or one cell; the shares are of the longest row."""

    promises: Promises
    label: str
    share: float
    share_overdue: float


class Following:
    """What follows: plans and offers from the snapshot, commitments as they are today."""

    def __init__(self, figures: Figures, promises: Sequence[Promise], today: date) -> None:
        self._figures = figures
        self._promises = promises
        self._today = today

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        """The cells in which a school had planned something, in the tool's order."""
        found = self._figures.get("dispositions", {})
        rows = [(place, found[str(place)]) for place in CELLS if str(place) in found]
        return [
            FollowUp(place, row["planned"], tuple(_bars(row)))
            for place, row in rows
            if row["planned"]
        ]

    @cached_property
    def offers(self) -> list[Offers]:
        """The cells in which a school looks for an example or has one, in the tool's order."""
        found = self._figures.get("offers", {})
        rows = [(place, found[str(place)]) for place in CELLS if str(place) in found]
        shown = [
            Offers(
                place,
                row["answered"],
                row["counts"][Offer.SEEKING],
                row["counts"][Offer.OFFERING],
            )
            for place, row in rows
        ]
        return [offers for offers in shown if offers.looking or offers.showing]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The dispositions and their labels, as the columns of the table."""
        return [(code, disposition_label(code)) for code in DISPOSITIONS]

    @cached_property
    def by_month(self) -> list[PromiseRow]:
        """Open commitments by the month of their date."""
        return _rows(promises_by_month(self._promises, self._today), month_label)

    @cached_property
    def by_cell(self) -> list[PromiseRow]:
        """Open commitments by cell."""
        return _rows(promises_by_cell(self._promises, self._today), cell_label)

    @property
    def open(self) -> int:
        """All open commitments."""
        return len(self._promises)

    @cached_property
    def overdue(self) -> int:
        """Of them, those whose date is over."""
        return sum(promise.due_on < self._today for promise in self._promises)

    @cached_property
    def schools(self) -> int:
        """The schools that have one."""
        return len({promise.school_id for promise in self._promises})


def following_of(who: Who, campaign: Campaign, dashboard: Dashboard) -> Following:
    """What follows from the dashboard's year: one query, for the commitments."""
    return Following(dashboard.following, open_promises(who), campaign.district.today())


def disposition_label(code: str) -> str:
    """What became of it, in words; silence too."""
    return str(NOT_SAID_LABEL if code == NOT_SAID else Disposition(code).label)


def month_label(key: str) -> str:
    """A month in words; far ones lie together."""
    if key == EARLIER:
        return gettext("Earlier")
    if key == LATER:
        return gettext("Later")
    year, month = key.split("-")
    return f"{MONTHS[int(month)]} {year}"


def cell_label(code: str) -> str:
    """A cell in words."""
    context, content_area = code.split(".")
    return f"{Context(context).label} · {ContentArea(content_area).label}"


def _bars(row: Figures) -> list[Bar]:
    counts, planned = row["counts"], row["planned"]
    return [Bar(code, disposition_label(code), counts[code], planned) for code in DISPOSITIONS]


def _rows(found: Sequence[Promises], label: Callable[[str], str]) -> list[PromiseRow]:
    longest = max((promises.open for promises in found), default=1)
    return [
        PromiseRow(
            promises,
            label(promises.key),
            round(100 * promises.open / longest, 1),
            round(100 * promises.overdue / longest, 1),
        )
        for promises in found
    ]
