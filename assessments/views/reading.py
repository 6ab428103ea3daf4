"""What a specialist has to read: school by school, only what is new to them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments import permissions, readings
from assessments.contents import name_of
from assessments.dashboards.waiting import Read
from assessments.dashboards.waiting_rows import ForReading, Queue, for_reading
from assessments.forms import ReadingForm
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Comment
from assessments.views.finding import cycle_of
from assessments.views.workspace_page import WorkspacePage
from schools.access import DistrictRequest
from schools.models import SchoolLevel

ON_A_PAGE = 50
READ_LATELY = 8
# So long a slip of the key can be put right on the next page.
JUST_NOW = timedelta(hours=1)


@require_safe
def queue(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Who waits to be read, and who was read lately."""
    _check_may_read(request)
    campaigns = list(
        Campaign.objects.visible_to(request.who).select_related("district").latest_first()
    )
    shown: dict[str, Any] = {"campaigns": campaigns, "levels": SchoolLevel.choices}
    if campaigns:
        waits = Queue(
            request.who, request.district, _year(request, campaigns), level=_level(request)
        )
        page = Paginator(waits.entries, ON_A_PAGE).get_page(request.GET.get("page"))
        shown |= {"queue": waits, "page": page, "read_lately": waits.read[:READ_LATELY]}
    return render(request, "assessments/reading/queue.html", shown)


@require_safe
def one_school(request: DistrictRequest, district_slug: str, cycle_id: UUID) -> HttpResponse:
    """What is new of one school, as much of it as can be on one screen."""
    cycle = cycle_of(request, cycle_id)
    _check_may_read(request)
    # Before anything is read: what comes in meanwhile is new once more, rather than never.
    shown_at = timezone.now().isoformat()
    waits = Queue(request.who, request.district, cycle.school_year, level=_level(request))
    new = for_reading(request.who, cycle)
    page = WorkspacePage(request, cycle)
    threads = _new_threads(page, new)
    codes = [*CELL_CODES, *(question.key for question in page.wording.questions)]
    changed = {news.code for news in new.news}
    shown = {
        "cycle": cycle,
        "shown_at": shown_at,
        "queue": waits,
        "place": waits.place_of(cycle.pk),
        "following": waits.after(cycle.pk),
        "new": new,
        "threads": threads,
        "commented": [
            (code, name_of(code, page.wording))
            for code in codes
            if code in threads.keys() - changed
        ],
        "unchanged": [name_of(code, page.wording) for code in codes if code not in changed],
        "just_read": _just_read(waits),
        "can_comment": permissions.can_comment(request.who, cycle),
        "reopened": None if cycle.is_submitted else cycle.reopenings.order_by("reopened_at").last(),
        "back": "reading",
    }
    return render(request, "assessments/reading/school.html", shown)


@require_POST
def mark(request: DistrictRequest, district_slug: str, cycle_id: UUID) -> HttpResponse:
    """It was read, and on to the next; or it is to be read once more."""
    cycle = cycle_of(request, cycle_id)
    _check_may_read(request)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    number, onward = form.cleaned_data["number"], form.cleaned_data["next"]
    if not form.cleaned_data["read"]:
        readings.mark_unread(cycle, by=request.who, number=number)
        return _to(request, "reading_school", cycle.pk)
    try:
        shown_at = form.cleaned_data["shown_at"]
        readings.mark_read(cycle, by=request.who, number=number, shown_at=shown_at)
    except ValidationError:
        raise Http404 from None
    return _to(request, "reading_school", onward) if onward else _to(request, "reading")


def _check_may_read(request: DistrictRequest) -> None:
    if not permissions.can_read_along(request.who):
        raise PermissionDenied


def _level(request: DistrictRequest) -> str:
    level: str = request.GET.get("level", "")
    return level if level in SchoolLevel.values else ""


def _year(request: DistrictRequest, campaigns: list[Campaign]) -> int:
    """The year that is asked for, else the one at hand."""
    asked = request.GET.get("year", "")
    if not asked:
        return Campaign.at_hand(campaigns).school_year
    years = [each.school_year for each in campaigns if str(each.school_year) == asked]
    if not years:
        raise Http404
    return years[0]


def _to(request: DistrictRequest, name: str, *arguments: Any) -> HttpResponse:
    """There, with the schools of the same level in the queue."""
    level = _level(request)
    address = reverse(name, args=(request.district.slug, *arguments))
    return HttpResponseRedirect(f"{address}?level={level}" if level else address)


def _just_read(waits: Queue) -> Read | None:
    """What was read last, while that is fresh."""
    fresh = (each for each in waits.read if each.at > timezone.now() - JUST_NOW)
    return next(fresh, None)


def _new_threads(page: WorkspacePage, new: ForReading) -> dict[str, list[Comment]]:
    """By code, the threads in which somebody else has written since this person read last."""
    found = {
        code: [thread for thread in threads if _is_new(thread, page, new)]
        for code, threads in page.comments.items()
    }
    return {code: threads for code, threads in found.items() if threads}


def _is_new(thread: Comment, page: WorkspacePage, new: ForReading) -> bool:
    since = new.read_at
    return any(
        said.author_id != page.who.user_id and (since is None or said.written_at > since)
        for said in (thread, *thread.said_since)
    )
