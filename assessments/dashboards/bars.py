"""How many schools gave each answer, this year and last: what charts and tables are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from assessments.dashboards.aggregation import NOT_SURE
from assessments.instrument import (
    CELL_CODES,
    CellCode,
    ContentArea,
    Context,
    Field,
    OpportunityLevel,
    Question,
)

NONE_YET = str(OpportunityLevel.NONE_YET.value)
Counted = tuple[Mapping[str, int], int]
"""Counts by code, and what they are counted out of."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many schools gave one answer: this year, and last year when it could be given then."""

    code: str
    label: str
    count: int
    out_of: int
    before: int | None = None
    before_out_of: int | None = None

    @property
    def share(self) -> float:
        """This year's share in per cent, for drawing."""
        return share_of(self.count, self.out_of)

    @property
    def share_before(self) -> float:
        """Last year's share in per cent, for drawing."""
        return share_of(self.before or 0, self.before_out_of or 0)


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of the grid across schools."""

    place: CellCode
    bars: tuple[Bar, ...]
    answered: int
    answered_before: int | None
    same_schools: dict[str, int]


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """One part of a Part 2 question across schools."""

    field: Field
    bars: tuple[Bar, ...]
    answered: int
    answered_before: int | None = None

    @property
    def is_uneven(self) -> bool:
        """Whether only some of its answers could be given last year, too."""
        return len({bar.before is None for bar in self.bars}) > 1

    @property
    def is_the_grid(self) -> bool:
        """Whether its answers are the nine cells."""
        return tuple(bar.code for bar in self.bars) == CELL_CODES

    @property
    def by_context(self) -> list[tuple[Context, tuple[Bar, ...]]]:
        """The nine cells as rows of three."""
        width = len(ContentArea)
        return [
            (context, self.bars[place * width : (place + 1) * width])
            for place, context in enumerate(Context)
        ]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers that schools gave together."""

    codes: tuple[str, str]
    labels: tuple[str, str]
    bar: Bar


@dataclass(frozen=True, slots=True)
class Pairs:
    """What was chosen together in two fields of a question."""

    fields: tuple[Field, Field]
    pairs: tuple[Pair, ...]
    answered: int


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One Part 2 question across schools, and how it is best shown."""

    question: Question
    fields: tuple[FieldFigures, ...]
    pairs: Pairs | None = None

    @property
    def is_a_table(self) -> bool:
        """Whether its fields offer the same few choices, and so stand side by side as columns."""
        options = {tuple(it.code for it in figures.field.options) for figures in self.fields}
        return len(self.fields) == 2 and len(options) == 1 and len(min(options)) <= 3

    @property
    def is_uneven(self) -> bool:
        """Whether only some of its answers could be given last year, too."""
        return len({bar.before is None for it in self.fields for bar in it.bars}) > 1

    @property
    def rows(self) -> list[tuple[str, list[tuple[FieldFigures, Bar]]]]:
        """As that table: a choice in words, and its bar in every field."""
        return [
            (bars[0].label, list(zip(self.fields, bars, strict=True)))
            for bars in zip(*(figures.bars for figures in self.fields), strict=True)
        ]


def level_labels(*, asks_level: bool) -> dict[str, str]:
    """What can be said of a cell; without levels what is left: nothing yet, or it is in words."""
    if not asks_level:
        return {NONE_YET: str(OpportunityLevel.NONE_YET.label), NOT_SURE: gettext("In words")}
    labels = {str(level.value): str(level.label) for level in OpportunityLevel}
    return labels | {NOT_SURE: gettext("Not sure")}


def level_bars(
    now: Mapping[str, Any], before: Mapping[str, Any] | None, *, asks_level: bool
) -> list[Bar]:
    """A cell's levels this year, and last year's beside them where `before` can be compared."""
    counts = _level_counts(now, asks_level=asks_level)
    beside = _level_counts(before, asks_level=asks_level) if before else None
    labels = level_labels(asks_level=asks_level)
    return [bar(code, label, counts, beside) for code, label in labels.items()]


def _level_counts(cell: Mapping[str, Any], *, asks_level: bool) -> Counted:
    """How many schools said each of `level_labels` of a cell."""
    if not asks_level:
        none_yet = cell["levels"][NONE_YET]
        return {NONE_YET: none_yet, NOT_SURE: cell["answered"] - none_yet}, cell["answered"]
    return {**cell["levels"], NOT_SURE: cell[NOT_SURE]}, cell["answered"]


def bar(code: str, label: str, now: Counted, before: Counted | None) -> Bar:
    """One answer; last year beside it only if it was among the answers then."""
    counts, out_of = now
    if before is None or code not in before[0]:
        return Bar(code, label, counts.get(code, 0), out_of)
    return Bar(code, label, counts.get(code, 0), out_of, before[0][code], before[1])


def counted(figures: Mapping[str, Any] | None) -> Counted | None:
    """What stands in a year's figures for a field, if it does."""
    return (figures["counts"], figures["answered"]) if figures else None


def share_of(count: int, out_of: int) -> float:
    """In per cent, with one decimal."""
    return round(100 * count / out_of, 1) if out_of else 0.0
