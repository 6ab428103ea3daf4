"""Comments, as programs read them."""

from typing import ClassVar

from django.db.models import QuerySet, Value
from django.db.models.functions import NullIf

from assessments.api import team_shapes as shapes
from assessments.models import Comment
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id
from schools.api.pages import Fields
from schools.api.parameters import by_flag, by_id, by_school_year
from schools.api.resources import DistrictView, ListView
from schools.api.times import Written
from schools.permissions import Action

COMMENT = {
    "id": "id",
    "cycle": "cycle",
    "school": "school",
    "school_year": "school_year",
    "code": NullIf("code", Value("")),
    "thread": "thread",
    "text": "text",
    "author": "author_name",
    "written_at": Written("written_at"),
    "resolved_at": Written("resolved_at"),
    "resolved_by": "resolved_by_name",
    "updated_at": Written("updated_at"),
}


class Comments(DistrictView):
    """What both addresses say."""

    action = Action.READ_CYCLES
    fields: ClassVar[Fields] = COMMENT

    def rows(self) -> QuerySet[Comment]:
        """All that the caller may know of."""
        return Comment.objects.visible_to(self.who).with_names().with_cycle()


@documented(
    "listComments",
    "List comments",
    "What colleagues and the district's people say about cycles, those changed longest ago first. "
    "Whoever reads a cycle reads its comments. The notes of a team's meeting are not among them.",
    tag="comments",
    answers=shapes.Comment,
)
class CommentList(Comments, ListView):
    """Comments, a page at a time."""

    parameters: ClassVar = (
        by_school_year(lookup="cycle__school_year"),
        by_id("cycle", "On this cycle only."),
        by_id("school", "On cycles of this school only.", lookup="cycle__school"),
        by_id("thread", "Replies to this comment only."),
        by_flag(
            "is_resolved",
            "Only what is settled, or only what is not. A reply counts as not settled.",
            lookup="resolved_at__isnull",
            is_negated=True,
        ),
    )


@documented(
    "readComment",
    "Read a comment",
    "One comment by its id.",
    tag="comments",
    answers=shapes.Comment,
    path=[path_id("comment_id", "The comment.")],
    is_versioned=True,
)
class CommentDetail(Comments, DetailView):
    """One comment."""

    named_by = "comment_id"
