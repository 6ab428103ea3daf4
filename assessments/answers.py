"""Every change to a school's words. Nothing else writes them.

A save touches PostgreSQL alone: what follows from it (the dashboard) is a mark in its transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import comparison, permissions, validation
from assessments.instrument import Question
from assessments.models import Cell, Cycle, Reflection, Response, Revision, Status
from schools.models import Membership

ONE_SITTING = timedelta(minutes=10)
# Of an earlier text, no more than a short word may be lost by folding a save into the one before.
LONGEST_LOST = 8

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


class EditConflict(Exception):
    """Someone else saved first. Nothing was overwritten, and the refused words are kept.

    `current` is the row as it stands now; `refused` is what this save wanted to write.
    """

    def __init__(self, current: Response, refused: dict[str, Any]) -> None:
        super().__init__(f"{current.code} is at version {current.version}")
        self.current = current
        self.refused = refused


def save_cell(cell: Cell, *, by: Membership, version: int, answer: Mapping[str, Any]) -> Cell:
    """Write the given parts of a cell's answer, if it still stands at `version`.

    Saving what is stored already changes nothing.

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
    _save(cell, by=by, version=version, changes=changes)
    return cell


def save_reflection(
    reflection: Reflection, *, by: Membership, version: int, answer: Mapping[str, Any]
) -> Reflection:
    """Write the given parts of a reflection, if it still stands at `version`.

    Raises as `save_cell` does.
    """
    changes = validation.clean_reflection(_question(reflection), answer)
    _save(reflection, by=by, version=version, changes=_with_whether_answered(reflection, changes))
    return reflection


def set_aside(response: Response, *, by: Membership, answer: Mapping[str, Any]) -> dict[str, Any]:
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
        changes = validation.clean_reflection(_question(response), answer)
    else:
        changes = validation.clean_cell(answer)
    wanted = response.content | changes
    kept = Revision.objects.filter(cycle=cycle, code=response.code, edited_by=by.user)
    if _says(response, changes) or kept.filter(content=wanted).exists():
        return wanted
    now = timezone.now()
    version = response.version
    _keep_revision(response, by=by, version=version, content=wanted, refused=True, at=now)
    return wanted


def restore(response: Response, *, by: Membership, version: int, revision: Revision) -> Response:
    """Write what a revision of this answer holds, as a new version after `version`.

    Parts that the answer has won since that revision stay as they are.

    Raises as `save_cell` does.
    """
    if (revision.cycle_id, revision.code) != (response.cycle.pk, response.code):  # type: ignore[attr-defined]
        raise ValidationError(_("This is a version of something else."), code="not_its_revision")
    held = {name: revision.content[name] for name in response.CONTENT if name in revision.content}
    if isinstance(response, Reflection):
        held = _with_whether_answered(response, held)
    _save(response, by=by, version=version, changes=held, may_fold=False)
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


def _question(reflection: Reflection) -> Question:
    wording = reflection.cycle.campaign.instrument_version.wording()
    question = wording.question(reflection.question)
    assert question is not None  # noqa: S101 - a cycle's questions are its version's
    return question


def _with_whether_answered(reflection: Reflection, changes: dict[str, Any]) -> dict[str, Any]:
    merged = reflection.content | changes
    is_answered = validation.is_complete(_question(reflection), merged["text"], merged["answer"])
    return changes | {"is_answered": is_answered}


def _save(
    response: Response,
    *,
    by: Membership,
    version: int,
    changes: dict[str, Any],
    may_fold: bool = True,
) -> None:
    cycle: Cycle = response.cycle  # type: ignore[attr-defined]
    if not permissions.can_edit(by, cycle):
        raise PermissionDenied
    if _says(response, changes):
        return
    refusal = _write(
        response, cycle=cycle, by=by, version=version, changes=changes, may_fold=may_fold
    )
    # Raised after the transaction, so that the refused words stay in the history.
    if refusal:
        raise refusal


@transaction.atomic(savepoint=False)
def _write(
    response: Response,
    *,
    cycle: Cycle,
    by: Membership,
    version: int,
    changes: dict[str, Any],
    may_fold: bool,
) -> Exception | None:
    """The whole save; returns why it was refused, having kept the refused words."""
    now = timezone.now()
    # Saves and the submission of one cycle take turns.
    cycle.refresh_from_db(fields=["status"], from_queryset=Cycle.objects.select_for_update())
    wanted = {name: changes.get(name, value) for name, value in response.content.items()}
    refusal = _reason_not_to_write(cycle)
    rows = type(response)._default_manager.filter(pk=response.pk, version=version)
    written = {**changes, "updated_at": now, "updated_by": by.user}
    if refusal is None and not rows.update(**written, version=F("version") + 1):
        current = type(response)._default_manager.select_related("updated_by").get(pk=response.pk)
        # Two requests with the same words at once: the second has nothing to add.
        if _says(current, changes):
            response.refresh_from_db()
            return None
        refusal = EditConflict(current, wanted)
    _keep_revision(
        response,
        by=by,
        version=version,
        content=wanted,
        refused=bool(refusal),
        at=now,
        may_fold=may_fold,
    )
    if refusal:
        return refusal
    _touch(cycle, now)
    for name, value in {**written, "version": version + 1}.items():
        setattr(response, name, value)
    return None


def _says(response: Response, changes: dict[str, Any]) -> bool:
    return all(getattr(response, name) == value for name, value in changes.items())


def _reason_not_to_write(cycle: Cycle) -> Exception | None:
    if cycle.is_submitted:
        return ValidationError(
            _("This cycle has been submitted. Reopen it to change its words."),
            code="cycle_submitted",
        )
    if cycle.campaign.is_upcoming:
        return ValidationError(_("This campaign has not opened yet."), code="campaign_upcoming")
    if cycle.is_closed:
        return ValidationError(_("This campaign is closed."), code="campaign_closed")
    return None


def _keep_revision(
    response: Response,
    *,
    by: Membership,
    version: int,
    content: dict[str, Any],
    refused: bool,
    at: datetime,
    may_fold: bool = True,
) -> None:
    """One editor's saves within one sitting fold into one revision; another's words never do.

    Nor does a save that loses more than a short word of the text before it: who replaces a
    paragraph finds the earlier one in the history. Refused words may come from another device:
    they fold only when they are sent again.
    """
    cycle: Cycle = response.cycle  # type: ignore[attr-defined]
    made = version if refused else version + 1
    latest = {"version": made, "content": content, "edited_at": at}
    same: dict[str, Any] = (
        {"content": content} if refused else {"started_at__gte": at - ONE_SITTING}
    )
    folds = may_fold and (refused or not _loses_words(response, version, content))
    folded = folds and Revision.objects.filter(
        cycle=cycle,
        code=response.code,
        version=version,
        edited_by=by.user,
        was_refused=refused,
        **same,
    ).update(**latest)
    if not folded:
        Revision.objects.create(
            district_id=response.district_id,
            cycle=cycle,
            code=response.code,
            edited_by=by.user,
            was_refused=refused,
            started_at=at,
            **latest,
        )


def _loses_words(response: Response, version: int, content: dict[str, Any]) -> bool:
    """Whether a text that stood at `version` lost a stretch that somebody may want back."""
    # What was loaded is not what stood at that version: nobody knows what would be lost.
    if response.version != version:
        return True
    return any(
        len(comparison.lost_stretch(getattr(response, name), content[name])) > LONGEST_LOST
        for name in response.TEXTS
    )


def _touch(cycle: Cycle, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [Status.IN_PROGRESS.value, now, now, cycle.district_id, cycle.pk])
