"""Submissions, as programs read them."""

from typing import ClassVar

from django.db.models import F, QuerySet

from assessments.api import shapes
from assessments.models import Submission
from schools.api.documentation import documented
from schools.api.parameters import by_id, by_school_year
from schools.api.passing import AsJson
from schools.api.resources import ListView
from schools.api.times import Written
from schools.permissions import Action

SUBMISSION = {
    "id": "id",
    "cycle": "cycle",
    "school": F("cycle__school"),
    "school_year": F("cycle__school_year"),
    "number": "number",
    "quoting": "quoting",
    "content": AsJson("content"),
    "submitted_at": Written("submitted_at"),
}


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
    fields = SUBMISSION
    changed_at = "submitted_at"
    parameters: ClassVar = (
        by_school_year(lookup="cycle__school_year"),
        by_id("cycle", "Of this cycle only."),
        by_id("school", "Of this school only.", lookup="cycle__school"),
    )

    def rows(self) -> QuerySet[Submission]:
        """All that the caller may know of."""
        return Submission.objects.visible_to(self.who)
