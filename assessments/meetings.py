"""A team before one screen, and what its members noted alone. Nothing else writes these rows.

A note belongs to its author alone until the team reveals it in a meeting, and never to the record.
"""

from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import permissions
from assessments.instrument import CELL_CODES
from assessments.models import Cell, Cycle, Meeting, WorkingNote
from assessments.querysets import WRITERS
from schools.models import Membership, Seat
from schools.text import clean_text

LONGEST_NOTE: Final = 5_000


class NoteConflict(Exception):
    """The same person wrote elsewhere first, in another tab say. Nothing was overwritten.

    `current` is the note as it stands; `refused` is the text that this save wanted to write.
    """

    def __init__(self, current: WorkingNote, refused: str) -> None:
        super().__init__(f"{current.code} is at version {current.version}")
        self.current = current
        self.refused = refused


@transaction.atomic
def start_meeting(cycle: Cycle, *, by: Membership) -> Meeting:
    """Begin a meeting; the one that is under way, if there is one. A forgotten one ends here.

    Raises:
        PermissionDenied: `by` does not write in this school's cycle.
        ValidationError: the cycle is not open.
    """
    _ask(by, cycle)
    now = _in_turn(cycle)
    if not cycle.is_editable:
        raise ValidationError(
            _("This cycle cannot be written in now, so there is nothing to meet over."),
            code="cycle_not_editable",
        )
    if running := _running(cycle):
        return running
    Meeting.objects.filter(cycle=cycle, ended_at=None).update(ended_at=now)
    started: Meeting = Meeting.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        at=_where_to_begin(cycle),
        chair=by.user,
        started_at=now,
    )
    return started


def show_cell(meeting: Meeting, *, by: Membership, code: str) -> Meeting:
    """Put a cell on the screen. Whoever may write may lead; an ended meeting stays as it was."""
    _ask(by, meeting.cycle)
    if code not in CELL_CODES:
        raise ValidationError(_("There is no such cell."), code="unknown_cell")
    if Meeting.objects.filter(pk=meeting.pk, ended_at=None).update(at=code):
        meeting.at = code
    return meeting


def end_meeting(meeting: Meeting, *, by: Membership) -> Meeting:
    """The meeting is over. Ending it twice changes nothing."""
    _ask(by, meeting.cycle)
    Meeting.objects.filter(pk=meeting.pk, ended_at=None).update(ended_at=timezone.now())
    meeting.refresh_from_db(fields=["ended_at"])
    return meeting


def write_note(
    cycle: Cycle,
    code: str,
    *,
    by: Membership,
    text: str,
    version: int,
    typed_at: datetime | None = None,
) -> WorkingNote:
    """Write one's own note, if it still stands at `version`; 0 is a note that is not there yet.

    Saving what is stored already changes nothing. That the cycle is submitted is no reason to
    refuse a note: it is no part of it. Late words are taken as those of an answer are.

    Raises:
        PermissionDenied: `by` does not write in this school's cycle.
        ValidationError: the campaign is closed, the text cannot be kept as it is, or there is no
            such place.
        NoteConflict: it has another version by now.
    """
    _ask(by, cycle)
    if code not in _places(cycle):
        raise ValidationError(_("There is no such cell or question."), code="unknown_place")
    text = clean_text(text, longest=LONGEST_NOTE)
    now = timezone.now()
    if cycle.is_closed and not cycle.were_typed_in_time(typed_at, now=now):
        raise ValidationError(_("This campaign is closed."), code="campaign_closed")
    note, _created = WorkingNote.objects.get_or_create(
        district_id=cycle.district_id,
        cycle=cycle,
        code=code,
        author=by.user,
        defaults={"updated_at": now},
    )
    if note.text == text:
        return note
    own = WorkingNote.objects.filter(pk=note.pk, version=version)
    written = own.update(text=text, version=F("version") + 1, updated_at=now)
    note.refresh_from_db(fields=["text", "version", "updated_at", "revealed_at"])
    if not written and note.text != text:
        raise NoteConflict(note, text)
    return note


@transaction.atomic
def reveal(cycle: Cycle, code: str, *, by: Membership) -> int:
    """Show the team all that its members wrote on this cell, together; how many became visible.

    A note that is written later stays its author's own until the next reveal. Revealing twice
    changes nothing.

    Raises:
        PermissionDenied: `by` does not write in this school's cycle.
        ValidationError: no meeting is under way, `by` does not lead it, or nobody else has written.
    """
    _ask(by, cycle)
    now = _in_turn(cycle)
    running = _running(cycle) if cycle.is_editable else None
    if running is not None and running.chair_id != by.user_id:
        raise ValidationError(
            _("Only the chair, who began the meeting, reveals what each of you wrote."),
            code="not_the_chair",
        )
    if running is None:
        raise ValidationError(
            _("Notes are revealed in a meeting, and none is under way."), code="no_meeting"
        )
    written = WorkingNote.objects.filter(cycle=cycle, code=code).exclude(text="")
    if not written.exclude(author=by.user_id).exists():
        raise ValidationError(
            _("Nobody else has written on this cell yet: there is nothing to reveal together.")
            if written.exists()
            else _("Nobody has written anything on this cell yet: there is nothing to reveal."),
            code="nothing_to_reveal",
        )
    return written.filter(revealed_at=None).update(revealed_at=now)


def who_has_written(cycle: Cycle, code: str, *, by: Membership) -> list[tuple[str, bool]]:
    """The names of those who wrote on this cell, each with whether that is revealed. No text."""
    _ask(by, cycle)
    rows = WorkingNote.objects.filter(cycle=cycle, code=code).exclude(text="")
    names = rows.order_by("author__name", "id").values_list("author__name", "revealed_at")
    return [(name, revealed_at is not None) for name, revealed_at in names]


def size_of_team(cycle: Cycle, *, by: Membership) -> int:
    """How many people write in this school's cycle."""
    _ask(by, cycle)
    seats = Seat.objects.filter(district_id=cycle.district_id, school=cycle.school_id)
    return seats.filter(membership__role__in=WRITERS, membership__user__is_active=True).count()


def _ask(by: Membership, cycle: Cycle) -> None:
    if not permissions.can_edit(by, cycle):
        raise PermissionDenied


def _in_turn(cycle: Cycle) -> datetime:
    """Meetings and reveals of one cycle take turns, and see what its submission changed."""
    cycle.refresh_from_db(fields=["status"], from_queryset=Cycle.objects.select_for_update())
    return timezone.now()


def _running(cycle: Cycle) -> Meeting | None:
    found: Meeting | None = Meeting.objects.filter(cycle=cycle).under_way().first()
    return found


def _where_to_begin(cycle: Cycle) -> str:
    """The first cell that nobody has answered, else the first of all."""
    unanswered = Cell.objects.filter(cycle=cycle, is_answered=False).in_order().first()
    return unanswered.code if unanswered else CELL_CODES[0]


def _places(cycle: Cycle) -> set[str]:
    wording = cycle.campaign.instrument_version.wording()
    return {*CELL_CODES, *(question.key for question in wording.questions)}
