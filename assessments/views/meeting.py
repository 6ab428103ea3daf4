"""A meeting: the screen before the team, and each member's own device."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments import meetings, permissions
from assessments.forms import CellForm
from assessments.instrument import ContentArea, Context
from assessments.models import Cell, Cycle, Meeting
from assessments.views.finding import cycle_of
from assessments.views.meeting_page import MeetingPage
from assessments.views.saving import OK, UNPROCESSABLE, save
from schools.access import DistrictRequest

NOTHING_NEW = 204


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """The meeting that is under way, or the way to begin one."""
    cycle = _own_cycle(request, cycle_id)
    running = _running(request, cycle)
    if request.method == "POST":
        try:
            running = meetings.start_meeting(cycle, by=request.who)
        except ValidationError as refusal:
            return _none(request, cycle, refusal.messages, UNPROCESSABLE)
    if running is None:
        return _none(request, cycle)
    return redirect("meeting_cell", district_slug, cycle_id, *running.place)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_cell(
    request: DistrictRequest,
    district_slug: str,
    cycle_id: str,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """One cell on the screen. A button brings along what was typed, and it is saved first."""
    cycle = _own_cycle(request, cycle_id)
    form = CellForm(response=_cell(request, cycle, context, content_area), data=_typed(request))
    status, problems = save(request, form) if form.is_bound else OK, []
    running = _running(request, cycle)
    if request.method == "POST" and status == OK:
        try:
            return _carry_out(request, cycle, running, form.response.code)
        except ValidationError as refusal:
            status, problems = UNPROCESSABLE, refusal.messages
    # What was refused is not to be lost, even when the meeting has ended meanwhile.
    if running is None and status == OK:
        return _none(request, cycle)
    page = MeetingPage(request, cycle, running, form.response)
    shown = page.screen(form) | {"problems": problems}
    return render(request, "assessments/meeting/screen.html", shown, status=status)


@require_safe
def meeting_voices(
    request: DistrictRequest,
    district_slug: str,
    cycle_id: str,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """Who has written alone and, once it is revealed, what: for the screen that asks again."""
    return _if_new(request, cycle_id, (context, content_area), "assessments/meeting/_voices.html")


@require_safe
def meeting_mine(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """Where a member writes alone, on the cell that is on the screen."""
    cycle = _own_cycle(request, cycle_id)
    running = _running(request, cycle)
    if running is None:
        return _none(request, cycle)
    page = MeetingPage(request, cycle, running, _cell(request, cycle, *running.place))
    return render(request, "assessments/meeting/mine.html", page.mine())


@require_safe
def meeting_now(
    request: DistrictRequest,
    district_slug: str,
    cycle_id: str,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """Whether the screen has moved on from this cell, and what was revealed on it."""
    return _if_new(request, cycle_id, (context, content_area), "assessments/meeting/_now.html")


def _own_cycle(request: DistrictRequest, cycle_id: str) -> Cycle:
    """A cycle in which the reader writes: nobody else sits at this table."""
    cycle = cycle_of(request, cycle_id)
    if not permissions.can_edit(request.who, cycle):
        raise PermissionDenied
    return cycle


def _running(request: DistrictRequest, cycle: Cycle) -> Meeting | None:
    if not cycle.is_editable:
        return None
    rows = Meeting.objects.visible_to(request.who).filter(cycle=cycle).under_way()
    found: Meeting | None = rows.select_related("chair").first()
    if found:
        found.cycle = cycle
    return found


def _cell(
    request: DistrictRequest, cycle: Cycle, context: Context, content_area: ContentArea
) -> Cell:
    rows = Cell.objects.visible_to(request.who).select_related("updated_by")
    found: Cell = get_object_or_404(rows, cycle=cycle, context=context, content_area=content_area)
    found.cycle = cycle
    return found


def _none(
    request: DistrictRequest, cycle: Cycle, problems: list[str] | None = None, status: int = OK
) -> HttpResponse:
    shown = {"cycle": cycle, "campaign": cycle.campaign, "problems": problems or []}
    return render(request, "assessments/meeting/none.html", shown, status=status)


def _typed(request: HttpRequest) -> Any:
    """What the fields held; nothing when only a button was sent."""
    sent = any(name.endswith("-version") for name in request.POST)
    return request.POST if sent else None


def _carry_out(
    request: DistrictRequest, cycle: Cycle, running: Meeting | None, code: str
) -> HttpResponse:
    """What the pressed button asks for; without one the fields alone were to be saved."""
    if "reveal" in request.POST:
        meetings.reveal(cycle, code, by=request.who)
        # Whoever goes on with the keyboard goes on from what has just appeared.
        return redirect(f"{request.path}#voices")
    elif running and "end" in request.POST:
        meetings.end_meeting(running, by=request.who)
        return redirect("cycle", request.district.slug, cycle.pk)
    elif running and "show" in request.POST:
        shown = meetings.show_cell(running, by=request.who, code=request.POST["show"])
        return redirect("meeting_cell", request.district.slug, cycle.pk, *shown.place)
    return redirect(request.path)


def _if_new(
    request: DistrictRequest, cycle_id: str, place: tuple[Context, ContentArea], template: str
) -> HttpResponse:
    """The part that is asked for again and again; an answer without a body when nothing changed."""
    cycle = _own_cycle(request, cycle_id)
    page = MeetingPage(
        request, cycle, _running(request, cycle), Cell(context=place[0], content_area=place[1])
    )
    if request.GET.get("seen") == page.stamp:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, template, page.voices())
