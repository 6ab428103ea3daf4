"""Submissions, as programs read them."""

from typing import ClassVar

from django.db.models import QuerySet

from assessments.api import shapes
from assessments.models import Submission
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id
from schools.api.pages import Fields
from schools.api.parameters import by_id, by_school_year
from schools.api.passing import AsJson
from schools.api.resources import DistrictView, ListView
from schools.api.times import Written
from schools.permissions import Action

SUBMISSION = {
    "id": "id",
    "cycle": "cycle",
    "school": "school",
    "school_year": "school_year",
    "number": "number",
    "quoting": "quoting",
    "content": AsJson("content"),
    "submitted_at": Written("submitted_at"),
}


class Submissions(DistrictView):
    """What both addresses say."""

    action = Action.READ_CYCLES
    fields: ClassVar[Fields] = SUBMISSION

    def rows(self) -> QuerySet[Submission]:
        """All that the caller may know of."""
        return Submission.objects.visible_to(self.who).with_cycle()


@documented(
    "listSubmissions",
    "List submissions",
    "The numbered copies that were made each time a cycle was submitted, the earliest first. "
    "They never change, so `updated_after` speaks of `submitted_at`.",
    tag="submissions",
    answers=shapes.Submission,
)
class SubmissionList(Submissions, ListView):
    """Submissions, a page at a time."""

    changed_at = "submitted_at"
    parameters: ClassVar = (
        by_school_year(lookup="cycle__school_year"),
        by_id("cycle", "Of this cycle only."),
        by_id("school", "Of this school only.", lookup="cycle__school"),
    )


@documented(
    "readSubmission",
    "Read a submission",
    "One submission by its id.",
    tag="submissions",
    answers=shapes.Submission,
    path=[path_id("submission_id", "The submission.")],
)
class SubmissionDetail(Submissions, DetailView):
    """One submission."""

    named_by = "submission_id"
