"""What follows from a year, as pure functions over plain rows: kept plans, offers, open promises.

Counts of schools, each with what it is counted out of; never a ranking (domain.md).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from assessments.dashboards.aggregation import Figures
from assessments.instrument import CELL_CODES, Disposition, Offer

NOT_SAID = "not_said"
# In the order in which they are shown: what came of it first, silence last.
DISPOSITIONS = (*Disposition.values, NOT_SAID)
EARLIER, LATER = "earlier", "later"
# Months that have a row of their own, before and after the present one.
MONTHS_BACK, MONTHS_AHEAD = 6, 12

SchoolId = Hashable
Planned = frozenset[tuple[SchoolId, str]]


class CellFacts(NamedTuple):
    """What is counted of one cell of a submitted cycle."""

    school_id: SchoolId
    code: str
    disposition: str
    offer: str


class Promise(NamedTuple):
    """What is counted of one open commitment."""

    school_id: SchoolId
    code: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Promises:
    """Open commitments of one cell or one month: those whose date is over are told apart."""

    key: str
    open: int
    overdue: int
    schools: int

    @property
    def in_time(self) -> int:
        """Those whose date is still to come."""
        return self.open - self.overdue


def follow_up(cells: Sequence[CellFacts], *, submitted: int, planned: Planned) -> Figures:
    """Of each cell: what became of last year's improvements, and who looks for or has an example.

    `planned` holds the (school, cell) pairs in which a school wrote an improvement last year;
    `cells` are this year's, of the `submitted` schools alone.
    """
    by_code: dict[str, list[CellFacts]] = {code: [] for code in CELL_CODES}
    for cell in cells:
        by_code[cell.code].append(cell)
    return {
        "dispositions": {
            code: _dispositions(
                [cell for cell in of_code if (cell.school_id, cell.code) in planned]
            )
            for code, of_code in by_code.items()
        },
        "offers": {code: _offers(of_code, submitted) for code, of_code in by_code.items()},
    }


def promises_by_cell(promises: Iterable[Promise], today: date) -> list[Promises]:
    """The cells that have open commitments, in the tool's order."""
    found = _grouped((promise.code, promise) for promise in promises)
    return [_promises(code, found[code], today) for code in CELL_CODES if code in found]


def promises_by_month(promises: Iterable[Promise], today: date) -> list[Promises]:
    """The months with open commitments, the earliest first; far ones lie together."""
    found = _grouped((month_of(promise.due_on, today), promise) for promise in promises)
    order = sorted(found, key=lambda key: (key != EARLIER, key == LATER, key))
    return [_promises(key, found[key], today) for key in order]


def month_of(day: date, today: date) -> str:
    """The row in which a day is counted: its month as 2027-03, or that it is far away."""
    away = 12 * (day.year - today.year) + day.month - today.month
    if away < -MONTHS_BACK:
        return EARLIER
    return LATER if away > MONTHS_AHEAD else f"{day:%Y-%m}"


def _dispositions(cells: Sequence[CellFacts]) -> Figures:
    counts = Counter(cell.disposition or NOT_SAID for cell in cells)
    return {"planned": len(cells), "counts": {code: counts[code] for code in DISPOSITIONS}}


def _offers(cells: Sequence[CellFacts], submitted: int) -> Figures:
    counts = Counter(cell.offer for cell in cells)
    return {"answered": submitted, "counts": {code: counts[code] for code in Offer.values}}


def _grouped(pairs: Iterable[tuple[str, Promise]]) -> dict[str, list[Promise]]:
    found: dict[str, list[Promise]] = {}
    for key, promise in pairs:
        found.setdefault(key, []).append(promise)
    return found


def _promises(key: str, promises: Sequence[Promise], today: date) -> Promises:
    return Promises(
        key,
        open=len(promises),
        overdue=sum(promise.due_on < today for promise in promises),
        schools=len({promise.school_id for promise in promises}),
    )
