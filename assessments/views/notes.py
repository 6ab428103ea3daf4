"""Saving one's own note while one types it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments import meetings, permissions
from assessments.forms import NoteForm
from assessments.instrument import CellCode, ContentArea, Context
from assessments.meetings import NoteConflict
from assessments.models import Cycle, WorkingNote
from assessments.places import place_of
from assessments.views.carrying_out import refuse_another_person
from assessments.views.finding import cycle_of
from assessments.views.saving import CONFLICT, OK, UNPROCESSABLE, typed_at
from schools.access import DistrictRequest


@require_POST
def cell_note(
    request: DistrictRequest,
    district_slug: str,
    cycle_id: str,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """One's own note on a cell."""
    return _saved(request, cycle_id, str(CellCode(context, content_area)))


@require_POST
def question_note(
    request: DistrictRequest, district_slug: str, cycle_id: str, question: str
) -> HttpResponse:
    """One's own note on a question of Part 2."""
    return _saved(request, cycle_id, question)


def _saved(request: DistrictRequest, cycle_id: str, code: str) -> HttpResponse:
    cycle = cycle_of(request, cycle_id)
    if not permissions.can_edit(request.who, cycle):
        raise PermissionDenied
    refuse_another_person(request)
    note, problems, conflict = _write(request, cycle, code)
    if not (request.htmx or problems or conflict):
        return redirect(_page_of(request, cycle, code))
    shown = {"cycle": cycle, "code": code, "note": note, "problems": problems, "conflict": conflict}
    part = "_note_state" if request.htmx else "note"
    status = CONFLICT if conflict else UNPROCESSABLE if problems else OK
    return render(request, f"assessments/meeting/{part}.html", shown, status=status)


def _write(
    request: DistrictRequest, cycle: Cycle, code: str
) -> tuple[WorkingNote, list[str], NoteConflict | None]:
    """The note as the page goes on with it: when it was refused, with the text that was typed."""
    form = NoteForm(request.POST)
    typed = WorkingNote(code=code, text=request.POST.get("text", ""))
    if not form.is_valid():
        return typed, [str(text) for texts in form.errors.values() for text in texts], None
    typed.version = form.cleaned_data["version"]
    try:
        sent = form.cleaned_data | {"typed_at": typed_at(request)}
        written = meetings.write_note(cycle, code, by=request.who, **sent)
    except ValidationError as error:
        return typed, error.messages, None
    except NoteConflict as conflict:
        # What is sent next stands on the version that is there now, and was seen.
        typed.version = conflict.current.version
        return typed, [], conflict
    return written, [], None


def _page_of(request: DistrictRequest, cycle: Cycle, code: str) -> str:
    """Where the note's field stands: in the meeting, else beside its answer."""
    if request.POST.get("back") == "mine":
        return reverse("meeting_mine", args=(request.district.slug, cycle.pk))
    return place_of(request.district.slug, cycle.pk, code)
