"""How much of a cycle is answered. Not its status, not its level, not its timeliness."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from assessments.models import Cell, Cycle, Reflection


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the parts that a cycle asks for are answered."""

    answered: int
    asked: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left."""
        return self.answered == self.asked


def with_progress(cycles: Iterable[Cycle]) -> list[tuple[Cycle, Progress, Progress]]:
    """Each cycle with the progress of its cells and of its reflections: two queries for all."""
    found = list(cycles)
    cells, reflections = _counts(Cell, found), _counts(Reflection, found)
    blank = Progress(0, 0)
    return [
        (cycle, cells.get(cycle.pk, blank), reflections.get(cycle.pk, blank)) for cycle in found
    ]


def progress_of(responses: Iterable[Any]) -> Progress:
    """The progress of cells or reflections that are loaded already."""
    answered = [response.is_answered for response in responses]
    return Progress(sum(answered), len(answered))


def missing_answers(cycle: Cycle) -> list[str]:
    """The codes of the cells and required questions that a submission still needs."""
    questions = cycle.campaign.instrument_version.wording("en").questions
    required = {question.key for question in questions if question.required}
    cells = cycle.cells.filter(is_answered=False).in_order()
    reflections = cycle.reflections.filter(is_answered=False, question__in=required)
    return [cell.code for cell in cells] + [reflection.code for reflection in reflections]


def _counts(model: type[Cell] | type[Reflection], cycles: list[Cycle]) -> dict[Any, Progress]:
    if not cycles:
        return {}
    rows = model.objects.filter(district=cycles[0].district_id, cycle__in=cycles).order_by()
    counts = rows.values("cycle").annotate(
        asked=Count("pk"), answered=Count("pk", filter=Q(is_answered=True))
    )
    return {row["cycle"]: Progress(row["answered"], row["asked"]) for row in counts}
