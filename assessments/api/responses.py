"""Cells and reflections, as programs read them: inside their cycles, and by themselves."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Func, QuerySet, TextField
from django.shortcuts import get_object_or_404
from orjson import Fragment

from assessments import answers
from assessments.api import shapes
from assessments.instrument import ContentArea, Context
from assessments.models import Cell, Cycle, Reflection
from schools.api.details import ChangeableView
from schools.api.documentation import documented, path_id, writes
from schools.api.pages import Row
from schools.api.parameters import by_choice, by_id, by_key, by_school_year
from schools.api.passing import AnyOf, AsJson, Chosen, arrays_of
from schools.api.resources import ListView
from schools.api.times import Written
from schools.permissions import Action
from schools.querysets import Who

# The tool's order is the alphabet's.
_IN_ORDER = ("context", "content_area")


class CellCode(Func):
    """The code of a cell's place in the grid."""

    template = "(%(expressions)s)"
    arg_joiner = " || '.' || "
    arity = 2
    output_field = TextField()


CELL = {
    "code": CellCode("context", "content_area"),
    "context": "context",
    "content_area": "content_area",
    "opportunities": "opportunities",
    "improvements": "improvements",
    "opportunity_level": "opportunity_level",
    "reach": Chosen("reach"),
    "offer": Chosen("offer"),
    "disposition": Chosen("disposition"),
    "disposition_why": "disposition_why",
    "minority_view": "minority_view",
    "version": "version",
    "is_answered": "is_answered",
    "updated_at": Written("updated_at"),
}
REFLECTION = {
    "question": "question",
    "text": "text",
    "answer": AsJson("answer"),
    "version": "version",
    "is_answered": "is_answered",
    "updated_at": Written("updated_at"),
}
OWNER = {"id": "id", "cycle": "cycle", "school": "school", "school_year": "school_year"}

_CELL = path_id("cell_id", "The cell.")
_REFLECTION = path_id("reflection_id", "The reflection.")
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
    fields: ClassVar = OWNER | CELL
    parameters: ClassVar = (
        *_OF_CYCLE,
        by_choice("context", "Of this context only.", Context.values),
        by_choice("content_area", "Of this content area only.", ContentArea.values),
    )

    def rows(self) -> QuerySet[Cell]:
        """All that the caller may know of."""
        return Cell.objects.visible_to(self.who)


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
    fields: ClassVar = OWNER | REFLECTION
    parameters: ClassVar = (*_OF_CYCLE, by_key("question", "Answers to this question only."))

    def rows(self) -> QuerySet[Reflection]:
        """All that the caller may know of."""
        return Reflection.objects.visible_to(self.who)


class ResponseDetail(ChangeableView):
    """What one cell and one reflection have in common."""

    action = Action.READ_CYCLES
    writing = Action.EDIT_CYCLES

    def whole(self, row: Row) -> Any:
        """The row as the verbs take it."""
        response = get_object_or_404(self.rows(), pk=row["id"])
        cycles = Cycle.objects.visible_to(self.who).with_campaign()
        response.cycle = get_object_or_404(cycles, pk=row["cycle"])
        return response

    def set_aside(self, row: Row, sent: dict[str, Any]) -> None:
        """In the history, as refused."""
        answers.set_aside(self.whole(row), by=self.who, answer=_answer(sent))


@documented(
    "readCell",
    "Read a cell",
    "One cell by its id.",
    tag="cells",
    answers=shapes.Cell,
    path=[_CELL],
)
@writes(
    "patch",
    "changeCell",
    "Write in a cell",
    "What is left out stays. Words that come too late, because someone else saved first or the "
    "cycle is submitted, change nothing and are kept in the cell's history.",
    tag="cells",
    path=[_CELL],
    sent=shapes.CellChanges,
    answers=(200, shapes.Cell),
)
class CellDetail(ResponseDetail):
    """One cell."""

    named_by = "cell_id"
    fields: ClassVar = OWNER | CELL
    sent = shapes.CellChanges

    def rows(self) -> QuerySet[Cell]:
        """All that the caller may know of."""
        return Cell.objects.visible_to(self.who)

    def change(self, row: Row, sent: dict[str, Any]) -> None:
        """Write these parts of it."""
        cell = self.whole(row)
        answers.save_cell(cell, by=self.who, version=row["version"], answer=_answer(sent))


@documented(
    "readReflection",
    "Read a reflection",
    "One reflection by its id.",
    tag="reflections",
    answers=shapes.Reflection,
    path=[_REFLECTION],
)
@writes(
    "patch",
    "changeReflection",
    "Write in a reflection",
    "What is left out stays; `answer` is taken whole. Words that come too late change nothing and "
    "are kept in the reflection's history.",
    tag="reflections",
    path=[_REFLECTION],
    sent=shapes.ReflectionChanges,
    answers=(200, shapes.Reflection),
)
class ReflectionDetail(ResponseDetail):
    """One reflection."""

    named_by = "reflection_id"
    fields: ClassVar = OWNER | REFLECTION
    sent = shapes.ReflectionChanges

    def rows(self) -> QuerySet[Reflection]:
        """All that the caller may know of."""
        return Reflection.objects.visible_to(self.who)

    def change(self, row: Row, sent: dict[str, Any]) -> None:
        """Write these parts of it."""
        reflection = self.whole(row)
        answers.save_reflection(reflection, by=self.who, version=row["version"], answer=sent)


def cells_of(who: Who, cycles: Sequence[Row]) -> list[Fragment]:
    """The cells of these cycles in the tool's order: one query, however many there are."""
    cells = Cell.objects.visible_to(who).filter(cycle=AnyOf(_ids(cycles)))
    return arrays_of(cycles, cells, CELL, by={"cycle": "id"}, order_by=_IN_ORDER)


def reflections_of(who: Who, cycles: Sequence[Row]) -> list[Fragment]:
    """The reflections of these cycles in the tool's order: one query, however many there are."""
    reflections = Reflection.objects.visible_to(who).filter(cycle=AnyOf(_ids(cycles)))
    return arrays_of(cycles, reflections, REFLECTION, by={"cycle": "id"}, order_by=("position",))


def _answer(sent: dict[str, Any]) -> dict[str, Any]:
    """As it is kept: a code that was not chosen is an empty text, a level that was not is null."""
    return {
        name: "" if value is None and name != "opportunity_level" else value
        for name, value in sent.items()
    }


def _ids(cycles: Sequence[Row]) -> list[UUID]:
    return [cycle["id"] for cycle in cycles]
