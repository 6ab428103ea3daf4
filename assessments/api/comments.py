"""Comments, as programs read them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from assessments import comments as verbs
from assessments.api import team_shapes as shapes
from assessments.models import Comment, Cycle
from schools.api.bodies import nothing_of_that_id, read_body
from schools.api.details import ChangeableView
from schools.api.documentation import documented, path_id, writes
from schools.api.pages import Fields, Row
from schools.api.parameters import by_flag, by_id, by_school_year
from schools.api.passing import Chosen
from schools.api.resources import DistrictView, ListView, the_one_of
from schools.api.times import Written
from schools.permissions import Action

COMMENT = {
    "id": "id",
    "cycle": "cycle",
    "school": "school",
    "school_year": "school_year",
    "code": Chosen("code"),
    "thread": "thread",
    "text": "text",
    "author": "author_name",
    "written_at": Written("written_at"),
    "resolved_at": Written("resolved_at"),
    "resolved_by": "resolved_by_name",
    "updated_at": Written("updated_at"),
}
_COMMENT = path_id("comment_id", "The comment.")


class Comments(DistrictView):
    """What both addresses say."""

    action = Action.READ_CYCLES
    writing = Action.COMMENT
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
@writes(
    "post",
    "writeComment",
    "Write a comment",
    "A reply takes a resolved thread up again. Whoever must hear of it is told. The same words "
    "once more within a minute are the first ones.",
    tag="comments",
    sent=shapes.NewComment,
    answers=(201, shapes.Comment),
)
class CommentList(Comments, ListView):
    """Comments, a page at a time; and where another one is written."""

    http_method_names = ("get", "head", "post")
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

    def post(self, request: Request, **_route: Any) -> HttpResponseBase:
        """A new one."""
        sent = read_body(request, shapes.NewComment)
        cycles = Cycle.objects.visible_to(self.who).with_campaign()
        cycle = cycles.filter(pk=sent["cycle"]).first()
        if cycle is None:
            raise nothing_of_that_id("cycle")
        thread = None
        if sent.get("thread"):
            threads = Comment.objects.visible_to(self.who).filter(cycle=cycle)
            thread = threads.filter(pk=sent["thread"]).first()
            if thread is None:
                raise nothing_of_that_id("thread")
            if sent.get("code") not in (None, thread.code):
                raise _elsewhere()
        said = verbs.write_comment(
            cycle, by=self.who, text=sent["text"], code=sent.get("code") or "", thread=thread
        )
        return self.made(the_one_of(self.rows().filter(pk=said.pk), COMMENT), f"{said.pk}/")


def _elsewhere() -> serializers.ValidationError:
    said = ErrorDetail(_("A reply belongs where its thread does. Leave this out."), "not_its_place")
    return serializers.ValidationError({"code": [said]})


@documented(
    "readComment",
    "Read a comment",
    "One comment by its id.",
    tag="comments",
    answers=shapes.Comment,
    path=[_COMMENT],
)
@writes(
    "patch",
    "resolveComment",
    "Resolve a thread, or take it up again",
    "A thread is named by its first comment; a reply is settled with its thread.",
    tag="comments",
    path=[_COMMENT],
    sent=shapes.CommentChanges,
    answers=(200, shapes.Comment),
)
class CommentDetail(Comments, ChangeableView):
    """One comment."""

    named_by = "comment_id"
    sent = shapes.CommentChanges

    def says(self, row: Row, sent: dict[str, Any]) -> bool:
        """Whether the thread stands like this already."""
        return (row["resolved_at"] is not None) == sent["is_resolved"]

    def change(self, row: Row, sent: dict[str, Any]) -> None:
        """Settle its thread, or open it again."""
        self.hold(row, row["id"])
        comments = Comment.objects.visible_to(self.who).select_related("cycle")
        turn = verbs.resolve_comment if sent["is_resolved"] else verbs.unresolve_comment
        turn(comments.get(pk=row["id"]), by=self.who)
