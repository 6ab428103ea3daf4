"""What is said about a cycle: a remark, a reply, and that a thread is settled."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments import comments as verbs
from assessments import permissions
from assessments.forms import CommentForm
from assessments.models import Comment, Cycle
from assessments.places import page_of
from assessments.views.carrying_out import carried_out, refuse_another_person
from assessments.views.finding import cycle_of
from assessments.views.saving import UNPROCESSABLE
from schools.access import DistrictRequest

FOLDER = "assessments/comments"


@require_POST
def comments(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """Say something about a cell, a question or the cycle, or reply."""
    cycle = cycle_of(request, cycle_id)
    _check_may_comment(request, cycle)
    form = CommentForm(request.POST)
    thread = _thread(request, cycle)
    said = carried_out(form, partial(_say, cycle, thread=thread, request=request))
    place = thread.code if thread else request.POST.get("code", "")
    shown = {"cycle": cycle, "thread": thread, "code": place, "can_comment": True}
    if said is None:
        return _refused(request, shown | {"side_form": form})
    if not request.htmx:
        return redirect(_address_of(said, district_slug, request.POST.get("back", "")))
    verbs.name_places([said], request.district.pk)
    template = "_reply_made" if thread else "_thread_made"
    return render(request, f"{FOLDER}/{template}.html", shown | {"said": said})


@require_POST
def comment_resolution(
    request: DistrictRequest, district_slug: str, comment_id: str
) -> HttpResponse:
    """A thread is settled, or open again."""
    rows = Comment.objects.visible_to(request.who).filter(thread=None)
    found = get_object_or_404(rows.select_related("cycle__campaign", "resolved_by"), pk=comment_id)
    _check_may_comment(request, found.cycle)
    verb = verbs.resolve_comment if request.POST.get("resolved") else verbs.unresolve_comment
    thread = verb(found, by=request.who)
    if not request.htmx:
        return redirect(_address_of(thread, district_slug, request.POST.get("back", "")))
    shown = {"thread": thread, "can_comment": True, "moved": True}
    return render(request, f"{FOLDER}/_thread_state.html", shown)


def _say(
    cycle: Cycle, *, request: DistrictRequest, text: str, code: str, thread: Comment | None
) -> Comment:
    return verbs.write_comment(cycle, by=request.who, text=text, code=code, thread=thread)


def _check_may_comment(request: DistrictRequest, cycle: Cycle) -> None:
    if not permissions.can_comment(request.who, cycle):
        raise PermissionDenied
    refuse_another_person(request)


def _thread(request: DistrictRequest, cycle: Cycle) -> Comment | None:
    """The thread that is replied to: one of this cycle, or it does not exist."""
    if not request.POST.get("thread"):
        return None
    try:
        thread_id = UUID(request.POST["thread"])
    except ValueError:
        raise Http404 from None
    rows = Comment.objects.visible_to(request.who).filter(cycle=cycle, thread=None)
    found: Comment = get_object_or_404(rows, pk=thread_id)
    return found


def _refused(request: DistrictRequest, shown: dict[str, Any]) -> HttpResponse:
    """The form with what was typed: in its place, or on a page of its own."""
    template = "_form" if request.htmx else "refused"
    return render(request, f"{FOLDER}/{template}.html", shown, status=UNPROCESSABLE)


def _address_of(comment: Comment, district_slug: str, back: str = "") -> str:
    """The page on which it stands or was written, and its place there."""
    page = page_of(district_slug, comment.cycle_id, comment.code)
    if back == "reading":
        page = reverse("reading_school", args=(district_slug, comment.cycle_id))
    return f"{page}#comment-{comment.pk}"
