"""Submissions, as programs read them."""

from typing import ClassVar

from django.db.models import F, QuerySet

from assessments.api import shapes
from assessments.models import Submission
from schools.api.documentation import documented
from schools.api.pages import Row
from schools.api.parameters import by_id, by_school_year
from schools.api.resources import ListView
from schools.api.times import written
from schools.permissions import Action

COLUMNS = ("id", "cycle", "number", "quoting", "content", "submitted_at")


@documented(
    "listSubmissions",
    "List submissions",
    "The numbered copies that were made each time a cycle was submitted, the earliest first. "
    "They never change, so `updated_after` speaks of `submitted_at`.",
    tag="submissions",
    answers=shapes.Submission,
)
class SubmissionList(ListView):
    """Submissions, a page at a time."""

    action = Action.READ_CYCLES
    changed_at = "submitted_at"
    parameters: ClassVar = (
        by_school_year(lookup="cycle__school_year"),
        by_id("cycle", "Of this cycle only."),
        by_id("school", "Of this school only.", lookup="cycle__school"),
    )

    def rows(self) -> QuerySet[Submission, Row]:
        return Submission.objects.visible_to(self.who).values(
            *COLUMNS, school=F("cycle__school"), school_year=F("cycle__school_year")
        )

    def shown(self, rows: list[Row]) -> list[Row]:
        for row in rows:
            row["submitted_at"] = written(row["submitted_at"])
        return rows
