"""Cells and reflections, as programs read them: inside their cycles, and by themselves."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet

from assessments.api import shapes
from assessments.instrument import CELLS, ContentArea, Context
from assessments.models import Cell, Reflection
from schools.api.documentation import documented
from schools.api.pages import Row
from schools.api.parameters import by_choice, by_id, by_key, by_school_year
from schools.api.resources import ListView
from schools.api.times import written
from schools.permissions import Action
from schools.querysets import Who

ByCycle = dict[UUID, list[Row]]

CELL = (
    "context",
    "content_area",
    "opportunities",
    "improvements",
    "opportunity_level",
    "reach",
    "offer",
    "version",
    "is_answered",
    "updated_at",
)
REFLECTION = ("question", "text", "answer", "version", "is_answered", "updated_at")
OWNER = ("id", "cycle", "school", "school_year")

_CODES = {(str(place.context), str(place.content_area)): str(place) for place in CELLS}
_POSITIONS = {code: position for position, code in enumerate(_CODES.values())}
_OF_CYCLE = (
    by_school_year(),
    by_id("cycle", "Of this cycle only."),
    by_id("school", "Of this school only."),
)


@documented(
    "listCells",
    "List cells",
    "Cells by themselves, those changed longest ago first: for tools that want flat rows. "
    "Drafts are among them; the cycle's status tells.",
    tag="cells",
    answers=shapes.Cell,
)
class CellList(ListView):
    """Cells, a page at a time."""

    action = Action.READ_CYCLES
    parameters: ClassVar = (
        *_OF_CYCLE,
        by_choice("context", "Of this context only.", Context.values),
        by_choice("content_area", "Of this content area only.", ContentArea.values),
    )

    def rows(self) -> QuerySet[Cell, Row]:
        return Cell.objects.visible_to(self.who).values(*OWNER, *CELL)

    def shown(self, rows: list[Row]) -> list[Row]:
        for row in rows:
            row["code"] = _CODES[row["context"], row["content_area"]]
            row["reach"] = row["reach"] or None
            row["offer"] = row["offer"] or None
            row["updated_at"] = written(row["updated_at"])
        return rows


@documented(
    "listReflections",
    "List reflections",
    "Answers to the questions of Part 2 by themselves, those changed longest ago first. "
    "Drafts are among them; the cycle's status tells.",
    tag="reflections",
    answers=shapes.Reflection,
)
class ReflectionList(ListView):
    """Reflections, a page at a time."""

    action = Action.READ_CYCLES
    parameters: ClassVar = (*_OF_CYCLE, by_key("question", "Answers to this question only."))

    def rows(self) -> QuerySet[Reflection, Row]:
        return Reflection.objects.visible_to(self.who).values(*OWNER, *REFLECTION)

    def shown(self, rows: list[Row]) -> list[Row]:
        for row in rows:
            row["updated_at"] = written(row["updated_at"])
        return rows


def cells_of(who: Who, cycle_ids: Iterable[UUID]) -> ByCycle:
    """The cells of these cycles in the tool's order: one query, however many there are."""
    cells = Cell.objects.visible_to(who).filter(cycle__in=list(cycle_ids))
    by_cycle: ByCycle = defaultdict(list)
    # Nine for every cycle of a page: plain tuples, taken apart once, are what makes it fast.
    for (
        cycle,
        context,
        area,
        now,
        better,
        level,
        reach,
        offer,
        version,
        answered,
        at,
    ) in cells.values_list("cycle", *CELL):
        by_cycle[cycle].append(
            {
                "code": _CODES[context, area],
                "context": context,
                "content_area": area,
                "opportunities": now,
                "improvements": better,
                "opportunity_level": level,
                "reach": reach or None,
                "offer": offer or None,
                "version": version,
                "is_answered": answered,
                "updated_at": written(at),
            }
        )
    for rows in by_cycle.values():
        rows.sort(key=_position)
    return by_cycle


def reflections_of(who: Who, cycle_ids: Iterable[UUID]) -> ByCycle:
    """The reflections of these cycles in the tool's order: one query, however many there are."""
    reflections = Reflection.objects.visible_to(who).filter(cycle__in=list(cycle_ids))
    by_cycle: ByCycle = defaultdict(list)
    for cycle, question, text, answer, version, answered, at in reflections.order_by(
        "position"
    ).values_list("cycle", *REFLECTION):
        by_cycle[cycle].append(
            {
                "question": question,
                "text": text,
                "answer": answer,
                "version": version,
                "is_answered": answered,
                "updated_at": written(at),
            }
        )
    return by_cycle


def _position(cell: Row) -> Any:
    return _POSITIONS[cell["code"]]
