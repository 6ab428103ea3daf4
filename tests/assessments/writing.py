"""How a test reads and writes in a cycle: as a request does, each time in a scope of its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from assessments import answers
from assessments.answers import EditConflict
from assessments.models import Cell, Cycle, DirtyMark, Reflection, Response, Revision
from schools.models import Membership
from schools.tenancy import district_scope

CELL = "team.beliefs"
_WITH_ALL = ("cycle__campaign__district", "cycle__campaign__instrument_version")


def read_cell(cycle: Cycle, code: str = CELL) -> Cell:
    """The cell as it stands now."""
    context, content_area = code.split(".")
    with district_scope(cycle.district_id):
        cells = Cell.objects.select_related(*_WITH_ALL, "updated_by")
        found: Cell = cells.get(cycle=cycle, context=context, content_area=content_area)
        return found


def read_reflection(cycle: Cycle, question: str) -> Reflection:
    """The reflection as it stands now."""
    with district_scope(cycle.district_id):
        reflections = Reflection.objects.select_related(*_WITH_ALL, "updated_by")
        found: Reflection = reflections.get(cycle=cycle, question=question)
        return found


def read_cycle(cycle: Cycle) -> Cycle:
    """The cycle as it stands now."""
    with district_scope(cycle.district_id):
        found: Cycle = Cycle.objects.with_campaign().get(pk=cycle.pk)
        return found


def save(
    response: Response,
    by: Membership,
    *,
    based_on: int | None = None,
    typed_at: datetime | None = None,
    **answer: Any,
) -> None:
    """Save parts of an answer, based on the version that was read unless another one is named."""
    version = response.version if based_on is None else based_on
    verb = _verb(response)
    _in_scope(
        response,
        lambda: verb(response, by=by, version=version, answer=answer, typed_at=typed_at),
    )


def restore(
    response: Response, by: Membership, revision: Revision, *, based_on: int | None = None
) -> None:
    """Restore a revision, based on the version that was read unless another one is named."""
    version = response.version if based_on is None else based_on
    _in_scope(
        response, lambda: answers.restore(response, by=by, version=version, revision=revision)
    )


def history(cycle: Cycle, *codes: str) -> list[tuple[int, str, bool]]:
    """Version, words and whether they were refused, of every revision in the order of time."""
    only = {"code__in": codes} if codes else {}
    with district_scope(cycle.district_id):
        rows = Revision.objects.filter(cycle=cycle, **only).order_by("started_at", "pk")
        return [(row.version, _words(row.content), row.was_refused) for row in rows]


def marks(cycle: Cycle) -> int:
    """How many marks wait for the sweep in the cycle's year."""
    return DirtyMark.objects.filter(
        district=cycle.district_id, school_year=cycle.school_year
    ).count()


def _in_scope(response: Response, write: Callable[[], object]) -> None:
    refusal: Exception | None = None
    with district_scope(response.district_id):
        # As the pages do: what leaves the scope as an exception leaves nothing in the history.
        try:
            write()
        except (EditConflict, ValidationError) as refused:
            refusal = refused
    if refusal:
        raise refusal


def _verb(response: Response) -> Callable[..., Response]:
    return answers.save_cell if isinstance(response, Cell) else answers.save_reflection


def _words(content: dict[str, Any]) -> str:
    words: str = content.get("opportunities", content.get("text", ""))
    return words
