"""Commitments, as programs read them: inside their cycles, and by themselves."""

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from assessments.api import team_shapes as shapes
from assessments.instrument import ContentArea, Context
from assessments.models import Commitment
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id
from schools.api.pages import Fields, Row, as_rows
from schools.api.parameters import by_choice, by_id, by_school_year
from schools.api.resources import DistrictView, ListView
from schools.api.times import Written
from schools.permissions import Action
from schools.querysets import Who

COMMITMENT = {
    "id": "id",
    "code": Concat("context", Value("."), "content_area"),
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
OWNER = {"cell": "cell", "cycle": "cycle", "school": "school", "school_year": "school_year"}


class Commitments(DistrictView):
    """What both addresses say."""

    action = Action.READ_CYCLES
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
class CommitmentList(Commitments, ListView):
    """Commitments, a page at a time."""

    parameters: ClassVar = (
        by_school_year(),
        by_id("cycle", "Made in this cycle only.", lookup="cell__cycle"),
        by_id("school", "Of this school only."),
        by_choice("status", "With this status only.", Commitment.Status.values),
        by_choice("context", "Of this context only.", Context.values),
        by_choice("content_area", "Of this content area only.", ContentArea.values),
    )


@documented(
    "readCommitment",
    "Read a commitment",
    "One commitment by its id.",
    tag="commitments",
    answers=shapes.Commitment,
    path=[path_id("commitment_id", "The commitment.")],
    is_versioned=True,
)
class CommitmentDetail(Commitments, DetailView):
    """One commitment."""

    named_by = "commitment_id"


def commitments_of(who: Who, cycles: Sequence[Row]) -> dict[UUID, list[Row]]:
    """Those made in these cycles, by date: one query, however many there are.

    Asked for by schools, as an index has them; a school has one cycle a year.
    """
    schools = {cycle["school"] for cycle in cycles}
    years = {cycle["school_year"] for cycle in cycles}
    rows = Commitment.objects.visible_to(who).filter(school__in=schools, school_year__in=years)
    place = {"of_school": "school", "of_year": "school_year"}
    made = defaultdict(list)
    for row in as_rows(rows.by_date(), place | COMMITMENT):
        made[row.pop("of_school"), row.pop("of_year")].append(row)
    return {cycle["id"]: made[cycle["school"], cycle["school_year"]] for cycle in cycles}
