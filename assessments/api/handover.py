"""Handing a cycle to the district, and taking it back."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from assessments import workflow
from assessments.api import shapes
from assessments.models import Cycle
from assessments.progress import missing_answers
from schools.api.bodies import read_body
from schools.api.details import ChangeableView, DetailView
from schools.api.documentation import documented, path_id, writes
from schools.api.pages import Row
from schools.api.times import Written
from schools.permissions import Action

_CYCLE = path_id("cycle_id", "The cycle.")


class CycleHandover(DetailView):
    """How a cycle stands. Its version changes with every word of the cycle."""

    action = Action.READ_CYCLES
    named_by = "cycle_id"
    fields: ClassVar = {
        "cycle": "id",
        "status": "status",
        "quoting": "quoting",
        "submitted_at": Written("submitted_at"),
        "updated_at": Written("updated_at"),
    }

    def rows(self) -> QuerySet[Cycle]:
        """All that the caller may know of."""
        return Cycle.objects.visible_to(self.who)

    def shown(self, rows: list[Row]) -> list[Row]:
        """With what a submission still needs."""
        return [{**row, "missing": missing_answers(self.cycle(row["cycle"]))} for row in rows]

    def cycle(self, cycle_id: UUID) -> Cycle:
        """It, as the verbs take it."""
        found: Cycle = get_object_or_404(
            Cycle.objects.visible_to(self.who).with_campaign(), pk=cycle_id
        )
        return found


@documented(
    "readCycleSubmission",
    "Read how a cycle stands",
    "Whether it is submitted, and what it lacks. What was submitted is among the submissions.",
    tag="cycles",
    answers=shapes.Handover,
    path=[_CYCLE],
)
@writes(
    "put",
    "submitCycle",
    "Submit a cycle",
    "Hand it to the district, as it was when you read this address: any word that was written "
    "since then is a conflict. Submitting twice changes nothing but `quoting`, which may be said "
    "anew, also after the campaign has closed.",
    tag="cycles",
    path=[_CYCLE],
    sent=shapes.Submitting,
    answers=(200, shapes.Handover),
)
class CycleSubmission(CycleHandover, ChangeableView):
    """Where a cycle is submitted."""

    http_method_names = ("get", "head", "put")
    writing = Action.SUBMIT_CYCLES
    sent = shapes.Submitting

    def put(self, request: Request, **route: Any) -> HttpResponseBase:
        """It, submitted."""
        return self.patch(request, **route)

    def says(self, row: Row, sent: dict[str, Any]) -> bool:
        """Whether it was submitted like this already."""
        return row["submitted_at"] is not None and super().says(row, sent)

    def change(self, row: Row, sent: dict[str, Any]) -> None:
        """Submit it or, once it is submitted, say anew whether its words may be quoted."""
        # Saves of its words take turns here: from now on none can slip in.
        self.hold(row, row["cycle"])
        is_submitted = row["submitted_at"] is not None
        verb = workflow.change_quoting if is_submitted else workflow.submit_cycle
        verb(self.cycle(row["cycle"]), by=self.who, **sent)


@writes(
    "post",
    "reopenCycle",
    "Reopen a cycle",
    "Take a submitted cycle back to work; its submissions stay. One that is open stays as it is.",
    tag="cycles",
    path=[_CYCLE],
    sent=shapes.Reopening,
    answers=(201, shapes.Handover),
)
class CycleReopenings(CycleHandover):
    """Where a cycle is reopened."""

    http_method_names = ("post",)
    writing = Action.REOPEN_CYCLES

    def post(self, request: Request, cycle_id: UUID, **_route: Any) -> HttpResponseBase:
        """It, reopened."""
        cycle = self.cycle(cycle_id)
        self.check_may()
        workflow.reopen_cycle(cycle, by=self.who, **read_body(request, shapes.Reopening))
        return self.made(self.one(cycle_id), "../submission/")
