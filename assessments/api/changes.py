"""What happened to a district's rows, one by one: so that a copy knows of deletions too."""

from typing import Any, ClassVar, Final

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from assessments.api import shapes
from schools.api.documentation import documented
from schools.api.pages import LIMIT, USUAL_LIMIT, Row, as_rows
from schools.api.parameters import Parameter, by_choice
from schools.api.resources import DistrictView
from schools.api.times import Written, settled_until
from schools.api.versions import answer_unless_known
from schools.changes import Feed, Position
from schools.models import Change, School
from schools.permissions import Action, may

# What a caller must be allowed to read in order to hear of it.
READS: Final = {
    "schools": Action.READ_SCHOOLS,
    "campaigns": Action.READ_CYCLES,
    "cycles": Action.READ_CYCLES,
    "cells": Action.READ_CYCLES,
    "reflections": Action.READ_CYCLES,
    "commitments": Action.READ_CYCLES,
    "comments": Action.READ_CYCLES,
    "submissions": Action.READ_CYCLES,
    "themes": Action.SEE_DASHBOARD,
}
LATEST: Final = "latest"
CHANGE: Final = {
    "resource": "resource",
    "id": "row_id",
    "operation": "operation",
    "school": "school",
    "nces_schid": "known_nces_schid",
    "cycle": "cycle",
    "school_year": "school_year",
    "code": "code",
    "number": "number",
    "changed_at": Written("changed_at"),
    "transaction": "transaction",
    "place": "id",
}


class CursorGone(APIException):
    """A cursor from before what the feed still holds, or from before the database was restored."""

    status_code = 410
    default_code = "cursor_gone"


def _read_cursor(text: str) -> Position | None:
    """None is the end of the feed, wherever that is when it is asked for."""
    return None if text == LATEST else Position.read(text)


CURSOR: Final = Parameter(
    "cursor",
    "Read on after this change: the `cursor` of a change or of a page. Left out: from the oldest "
    "change that is kept. `latest`: no changes, only the cursor to begin with, before a full copy.",
    read=_read_cursor,
    expected=gettext_lazy("Expected a cursor as the feed gave it, or latest."),
    schema={"type": "string"},
)


@documented(
    "listChanges",
    "Follow changes",
    "What was created, updated and deleted, one by one, in an order in which nothing is ever "
    "inserted: whoever reads on from a cursor misses nothing. Keys only, no words. Changes of "
    "what the scopes or the role may not read are left out. They are kept for 90 days; who comes "
    "later gets 410 and copies anew.",
    tag="changes",
    answers=shapes.ChangePage,
    problems={
        410: "The changes after this cursor are not kept any more, or the database was restored: "
        "ask for `cursor=latest`, copy the lists in full, and read on from there."
    },
)
class ChangeList(DistrictView):
    """The feed, from a cursor on."""

    parameters: ClassVar = (
        LIMIT,
        CURSOR,
        by_choice("resource", "Changes of this resource only.", list(READS)),
    )

    def get(self, request: Request, **_route: Any) -> HttpResponseBase:
        """The changes after a cursor, and the cursor after them."""
        feed, changes = Feed.now(), self.rows()
        position = self.query.get(CURSOR.name, feed.beginning)
        if position is None:
            return _page(request, [], feed.before(settled_until(), self.district.pk).written())
        limit: int = self.query.get(LIMIT.name, USUAL_LIMIT)
        found = as_rows(feed.after(position, changes), CHANGE, at_most=limit + 1)
        if CURSOR.name in self.query and not feed.can_go_on(position, self.district.pk):
            raise CursorGone
        shown = [_shown(request, row, feed) for row in found[:limit]]
        if len(found) > limit:
            return _page(request, shown, shown[-1]["cursor"], there_are_more=True)
        return _page(request, shown, max(position, feed.end).written())

    def rows(self) -> QuerySet[Change]:
        """Those of what the caller may read.

        Raises:
            PermissionDenied: they may read nothing of what they ask for.
        """
        wanted = [self.query["resource"]] if "resource" in self.query else READS
        readable = [resource for resource in wanted if may(self.who, READS[resource])]
        if not readable:
            raise PermissionDenied
        changes = Change.objects.visible_to(self.who).filter(resource__in=readable)
        schools = School.objects.visible_to(self.who).filter(pk=OuterRef("school")).order_by()
        named = Coalesce("nces_schid", Subquery(schools.values("nces_schid")))
        return changes.annotate(known_nces_schid=named)


def _shown(request: Request, row: Row, feed: Feed) -> Row:
    at = Position(feed.history, row.pop("transaction"), row.pop("place"))
    is_there = row["operation"] != Change.Operation.DELETED
    return {
        "cursor": at.written(),
        **row,
        "link": request.build_absolute_uri(f"../{row['resource']}/?id={row['id']}")
        if is_there
        else None,
    }


def _page(
    request: Request, shown: list[Row], cursor: str, *, there_are_more: bool = False
) -> HttpResponseBase:
    """As every list has it; only that there is always a cursor to come back with."""
    query = request.query_params.copy()
    query[CURSOR.name] = cursor
    following = request.build_absolute_uri(f"?{query.urlencode()}") if there_are_more else None
    answer = {"next": following, "previous": None, "cursor": cursor, "results": shown}
    response = answer_unless_known(request, answer)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
