"""Every change to a school's words. Nothing else writes them.

A save touches PostgreSQL alone: what follows from it (the dashboard) is a mark in its transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import permissions, revisions, validation
from assessments.models import Cell, Cycle, Reflection, Response, Revision, Status
from schools.models import Author
from schools.overtaken import Overtaken

# The first saved word makes a cycle "in progress"; every one leaves a mark for the sweep. In one
# statement, because it is sent whenever somebody pauses in their typing.
_TOUCH = """
    WITH touched AS (
        UPDATE assessments_cycle
        SET status = %s, started_at = coalesce(started_at, %s), updated_at = %s
        WHERE district_id = %s AND id = %s
        RETURNING district_id, school_year, id, updated_at
    )
    INSERT INTO assessments_dirtymark (district_id, school_year, cycle_id, at)
    SELECT district_id, school_year, id, updated_at FROM touched
"""


class EditConflict(Overtaken):
    """Someone else saved first. Nothing was overwritten, and the refused words are kept.

    `current` is the row as it stands now; `refused` is what this save wanted to write.
    """

    def __init__(self, current: Response, refused: dict[str, Any]) -> None:
        super().__init__(f"{current.code} is at version {current.version}")
        self.current = current
        self.refused = refused


@dataclass(frozen=True)
class _Attempt:
    """What someone wants to write, and onto which version."""

    by: Author
    version: int
    changes: dict[str, Any]
    typed_at: datetime | None = None
    may_fold: bool = True


def save_cell(
    cell: Cell,
    *,
    by: Author,
    version: int,
    answer: Mapping[str, Any],
    typed_at: datetime | None = None,
) -> Cell:
    """Write the given parts of a cell's answer, if it still stands at `version`.

    Saving what is stored already changes nothing. `typed_at` is when its last word was typed, by
    our clock as the browser knows it: words typed before the cycle closed are taken afterwards
    too, as long as a device keeps them. It is the browser's claim about its own person's words,
    and no more is trusted to it than this; the revision keeps when they arrived.

    Raises:
        PermissionDenied: `by` does not write in this school's cycle.
        ValidationError: the answer cannot be kept as it is, or the cycle is not open.
        EditConflict: it has another version by now.
    """
    changes = validation.clean_cell(answer)
    if changes.get("disposition", "") not in ("", cell.disposition) and not was_promised(cell):
        raise ValidationError(
            {
                "disposition": ValidationError(
                    _("There is no improvement of last year to look back at."),
                    code="nothing_promised",
                )
            }
        )
    _save(cell, _Attempt(by, version, changes, typed_at))
    return cell


def save_reflection(
    reflection: Reflection,
    *,
    by: Author,
    version: int,
    answer: Mapping[str, Any],
    typed_at: datetime | None = None,
) -> Reflection:
    """Write the given parts of a reflection, if it still stands at `version`.

    Takes late words and raises as `save_cell` does.
    """
    changes = validation.clean_reflection(reflection.whole_question, answer)
    changes = _with_whether_answered(reflection, changes)
    _save(reflection, _Attempt(by, version, changes, typed_at))
    return reflection


def set_aside(response: Response, *, by: Author, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Keep words in the history, as refused, that gave way to what is stored; returns them, clean.

    Changes nothing else.

    Raises:
        PermissionDenied: `by` does not write in this school's cycle.
        ValidationError: the answer could not be kept.
    """
    cycle: Cycle = response.cycle  # type: ignore[attr-defined]
    if not permissions.can_edit(by, cycle):
        raise PermissionDenied
    if isinstance(response, Reflection):
        changes = validation.clean_reflection(response.whole_question, answer)
    else:
        changes = validation.clean_cell(answer)
    wanted = response.content | changes
    kept = Revision.objects.filter(cycle=cycle, code=response.code, edited_by=by.user)
    if _says(response, changes) or kept.filter(content=wanted).exists():
        return wanted
    revisions.keep_refused(
        response, by=by, version=response.version, content=wanted, at=timezone.now()
    )
    return wanted


def restore(response: Response, *, by: Author, version: int, revision: Revision) -> Response:
    """Write what a revision of this answer holds, as a new version after `version`.

    Parts that the answer has won since that revision stay as they are.

    Raises as `save_cell` does.
    """
    if (revision.cycle_id, revision.code) != (response.cycle.pk, response.code):  # type: ignore[attr-defined]
        raise ValidationError(_("This is a version of something else."), code="not_its_revision")
    held = {name: revision.content[name] for name in response.CONTENT if name in revision.content}
    if isinstance(response, Reflection):
        held = _with_whether_answered(response, held)
    _save(response, _Attempt(by, version, held, may_fold=False))
    return response


def was_promised(cell: Cell) -> bool:
    """Whether the school handed in an improvement for the same cell a year earlier."""
    before = Cell.objects.filter(
        district=cell.district_id,
        school=cell.school_id,
        school_year=cell.school_year - 1,
        context=cell.context,
        content_area=cell.content_area,
    )
    return before.submitted().exclude(improvements="").exists()


def _with_whether_answered(reflection: Reflection, changes: dict[str, Any]) -> dict[str, Any]:
    merged = reflection.content | changes
    is_answered = validation.is_complete(
        reflection.whole_question, merged["text"], merged["answer"]
    )
    return changes | {"is_answered": is_answered}


def _save(response: Response, attempt: _Attempt) -> None:
    cycle: Cycle = response.cycle  # type: ignore[attr-defined]
    if not permissions.can_edit(attempt.by, cycle):
        raise PermissionDenied
    if _says(response, attempt.changes):
        return
    # Raised after the transaction, so that the refused words stay in the history.
    if refusal := _write(response, attempt, cycle=cycle):
        raise refusal


@transaction.atomic(savepoint=False)
def _write(response: Response, attempt: _Attempt, *, cycle: Cycle) -> Exception | None:
    """The whole save; returns why it was refused, having kept the refused words."""
    now = timezone.now()
    # Saves and the submission of one cycle take turns.
    cycle.refresh_from_db(fields=["status"], from_queryset=Cycle.objects.select_for_update())
    by, version, changes = attempt.by, attempt.version, attempt.changes
    wanted = {name: changes.get(name, value) for name, value in response.content.items()}
    refusal = _reason_not_to_write(cycle, typed_at=attempt.typed_at, now=now)
    rows = type(response)._default_manager.filter(pk=response.pk, version=version)
    written = {**changes, "updated_at": now, "updated_by": by.user}
    if refusal is None and not rows.update(**written, version=F("version") + 1):
        current = type(response)._default_manager.select_related("updated_by").get(pk=response.pk)
        # Two requests with the same words at once: the second has nothing to add.
        if _says(current, changes):
            response.refresh_from_db()
            return None
        refusal = EditConflict(current, wanted)
    kept: Any = {"by": by, "version": version, "content": wanted, "at": now}
    if refusal:
        revisions.keep_refused(response, **kept)
        return refusal
    revisions.keep_revision(response, **kept, may_fold=attempt.may_fold)
    _touch(cycle, now)
    for name, value in {**written, "version": version + 1}.items():
        setattr(response, name, value)
    return None


def _says(response: Response, changes: dict[str, Any]) -> bool:
    return all(getattr(response, name) == value for name, value in changes.items())


def _reason_not_to_write(
    cycle: Cycle, *, typed_at: datetime | None, now: datetime
) -> Exception | None:
    if cycle.is_submitted:
        return ValidationError(
            _("This cycle has been submitted. Reopen it to change its words."),
            code="cycle_submitted",
        )
    if cycle.campaign.is_upcoming:
        return ValidationError(_("This campaign has not opened yet."), code="campaign_upcoming")
    if cycle.is_closed and not cycle.were_typed_in_time(typed_at, now=now):
        return ValidationError(_("This campaign is closed."), code="campaign_closed")
    return None


def _touch(cycle: Cycle, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [Status.IN_PROGRESS.value, now, now, cycle.district_id, cycle.pk])
