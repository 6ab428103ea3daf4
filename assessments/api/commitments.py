"""Commitments, as programs read them: inside their cycles, and by themselves."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from orjson import Fragment
from rest_framework.request import Request

from assessments import commitments as verbs
from assessments.api import team_shapes as shapes
from assessments.api.responses import CellCode
from assessments.instrument import ContentArea, Context
from assessments.models import Cell, Commitment
from assessments.querysets.teamwork import BY_DATE
from schools.api.bodies import nothing_of_that_id, read_body
from schools.api.details import ChangeableView
from schools.api.documentation import documented, path_id, writes
from schools.api.pages import Fields, Row
from schools.api.parameters import by_choice, by_id, by_school_year
from schools.api.passing import AnyOf, arrays_of
from schools.api.resources import DistrictView, ListView, the_one_of
from schools.api.times import Written
from schools.permissions import Action
from schools.querysets import Who

COMMITMENT = {
    "id": "id",
    "code": CellCode("context", "content_area"),
    "context": "context",
    "content_area": "content_area",
    "what": "what",
    "who": "who",
    "due_on": "due_on",
    "status": "status",
    "settled_on": "settled_on",
    "version": "version",
    "made_at": Written("made_at"),
    "updated_at": Written("updated_at"),
}
_COMMITMENT = path_id("commitment_id", "The commitment.")
OWNER = {"cell": "cell", "cycle": "cycle", "school": "school", "school_year": "school_year"}


class Commitments(DistrictView):
    """What both addresses say."""

    action = Action.READ_CYCLES
    writing = Action.EDIT_CYCLES
    fields: ClassVar[Fields] = COMMITMENT | OWNER

    def rows(self) -> QuerySet[Commitment]:
        """All that the caller may know of."""
        return Commitment.objects.visible_to(self.who).with_cycle()


@documented(
    "listCommitments",
    "List commitments",
    "What schools decided to do, those changed longest ago first. `school_year` is the year in "
    "which a commitment was made; it may be settled years later.",
    tag="commitments",
    answers=shapes.Commitment,
)
@writes(
    "post",
    "makeCommitment",
    "Make a commitment",
    "Decide to do something about a cell, also after its cycle was submitted. The same once more "
    "within a minute is the first one.",
    tag="commitments",
    sent=shapes.NewCommitment,
    answers=(201, shapes.Commitment),
)
class CommitmentList(Commitments, ListView):
    """Commitments, a page at a time; and where another one is made."""

    http_method_names = ("get", "head", "post")
    parameters: ClassVar = (
        by_school_year(),
        by_id("cycle", "Made in this cycle only.", lookup="cell__cycle"),
        by_id("school", "Of this school only."),
        by_choice("status", "With this status only.", Commitment.Status.values),
        by_choice("context", "Of this context only.", Context.values),
        by_choice("content_area", "Of this content area only.", ContentArea.values),
    )

    def post(self, request: Request, **_route: Any) -> HttpResponseBase:
        """A new one."""
        sent = read_body(request, shapes.NewCommitment)
        cell = Cell.objects.visible_to(self.who).filter(pk=sent.pop("cell")).first()
        if cell is None:
            raise nothing_of_that_id("cell")
        made = verbs.make_commitment(cell, by=self.who, **sent)
        return self.made(the_one_of(self.rows().filter(pk=made.pk), self.fields), f"{made.pk}/")


@documented(
    "readCommitment",
    "Read a commitment",
    "One commitment by its id.",
    tag="commitments",
    answers=shapes.Commitment,
    path=[_COMMITMENT],
)
@writes(
    "patch",
    "changeCommitment",
    "Change or settle a commitment",
    "What is left out stays. `status` settles it or opens it again.",
    tag="commitments",
    path=[_COMMITMENT],
    sent=shapes.CommitmentChanges,
    answers=(200, shapes.Commitment),
)
class CommitmentDetail(Commitments, ChangeableView):
    """One commitment."""

    named_by = "commitment_id"
    sent = shapes.CommitmentChanges

    @transaction.atomic
    def change(self, row: Row, sent: dict[str, Any]) -> None:
        """Say it differently, settle it, or both: all of it or nothing."""
        self.hold(row, row["id"])
        commitment = Commitment.objects.visible_to(self.who).get(pk=row["id"])
        version, status = row["version"], sent.pop("status", row["status"])
        if row["status"] != Commitment.Status.OPEN and row["status"] != status:
            commitment = verbs.reopen_commitment(commitment, by=self.who)
            version += 1
        if sent:
            wanted = {"what": row["what"], "who": row["who"], "due_on": row["due_on"]} | sent
            commitment = verbs.change_commitment(commitment, by=self.who, version=version, **wanted)
        if status not in (Commitment.Status.OPEN, row["status"]):
            verbs.settle_commitment(commitment, by=self.who, status=status)


def commitments_of(who: Who, cycles: Sequence[Row]) -> list[Fragment]:
    """Those made in these cycles, by date: one query, however many there are.

    Asked for by schools, as an index has them; a school has one cycle a year.
    """
    by = {"school": "school", "school_year": "school_year"}
    schools = {cycle["school"] for cycle in cycles}
    years = {cycle["school_year"] for cycle in cycles}
    rows = Commitment.objects.visible_to(who).filter(school=AnyOf(schools), school_year__in=years)
    return arrays_of(cycles, rows, COMMITMENT, by=by, order_by=BY_DATE)
