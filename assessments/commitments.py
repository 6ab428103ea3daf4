"""What a school decides to do, and what becomes of it. Nothing else writes commitments.

They live on after their cycle was handed in or has closed, and across the years.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import permissions
from assessments.models import Cell, Commitment
from schools.models import Author
from schools.overtaken import Overtaken
from schools.text import clean_text

LONGEST_WHO = 200
YEARS_AHEAD = 10
# The same commitment within this time is one press of a button too many.
SAME_PRESS = timedelta(minutes=1)


class CommitmentConflict(Overtaken):
    """Someone else changed it first. Nothing was overwritten; `current` is how it stands now."""

    def __init__(self, current: Commitment) -> None:
        super().__init__(f"commitment {current.pk} is at version {current.version}")
        self.current = current


@transaction.atomic
def make_commitment(cell: Cell, *, by: Author, what: str, who: str, due_on: date) -> Commitment:
    """Decide to do something. The same once more within a minute gives back the first.

    Raises:
        PermissionDenied: `by` does not write for this school.
        ValidationError: by field, what is missing or cannot be.
    """
    if not permissions.can_commit(by, cell.school_id):
        raise PermissionDenied
    wanted = _clean(what, who, due_on, today=by.district.today())
    # Two presses of one button take turns here.
    Cell.objects.select_for_update().get(pk=cell.pk)
    now = timezone.now()
    if first := _made_just_now(cell, wanted, now):
        return first
    made: Commitment = Commitment.objects.create(
        district_id=cell.district_id,
        school_id=cell.school_id,
        cell=cell,
        school_year=cell.school_year,
        context=cell.context,
        content_area=cell.content_area,
        made_at=now,
        made_by=by.user,
        updated_at=now,
        updated_by=by.user,
        **wanted,
    )
    return made


@transaction.atomic
def change_commitment(
    commitment: Commitment, *, by: Author, version: int, what: str, who: str, due_on: date
) -> Commitment:
    """Say it differently, give it to someone else or move its date, if it stands at `version`.

    A date that has passed may stay as it is; it cannot be moved into the past.

    Raises:
        PermissionDenied: `by` does not write for this school.
        ValidationError: by field, what is missing or cannot be; or it is settled.
        CommitmentConflict: it has another version by now.
    """
    _check_permission(commitment, by)
    current = _locked(commitment)
    wanted = _clean(what, who, due_on, today=by.district.today(), before=current.due_on)
    if all(getattr(current, name) == value for name, value in wanted.items()):
        return current
    if current.version != version:
        raise CommitmentConflict(current)
    if not current.is_open:
        raise ValidationError(
            _("This is settled. Open it again to change it."), code="commitment_settled"
        )
    return _written(current, by, wanted)


@transaction.atomic
def settle_commitment(commitment: Commitment, *, by: Author, status: str) -> Commitment:
    """It is done, or given up. What is settled already stays as it was settled.

    Raises:
        PermissionDenied: `by` does not write for this school.
        ValidationError: `status` is no way to settle it.
    """
    _check_permission(commitment, by)
    if status not in (Commitment.Status.DONE, Commitment.Status.DROPPED):
        raise ValidationError(_("Say whether it is done or dropped."), code="status_unknown")
    current = _locked(commitment)
    if not current.is_open:
        return current
    return _written(current, by, {"status": status, "settled_on": by.district.today()})


@transaction.atomic
def reopen_commitment(commitment: Commitment, *, by: Author) -> Commitment:
    """It is to be done after all. One that is open stays as it is.

    Raises:
        PermissionDenied: `by` does not write for this school.
    """
    _check_permission(commitment, by)
    current = _locked(commitment)
    if current.is_open:
        return current
    return _written(current, by, {"status": Commitment.Status.OPEN, "settled_on": None})


def _check_permission(commitment: Commitment, by: Author) -> None:
    if not permissions.can_commit(by, commitment.school_id):
        raise PermissionDenied


def _locked(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update()
    locked: Commitment = rows.get(district_id=commitment.district_id, pk=commitment.pk)
    return locked


def _written(current: Commitment, by: Author, changes: dict[str, Any]) -> Commitment:
    written = {**changes, "updated_at": timezone.now(), "updated_by": by.user}
    rows = Commitment.objects.filter(pk=current.pk, version=current.version)
    rows.update(**written, version=F("version") + 1)
    for name, value in {**written, "version": current.version + 1}.items():
        setattr(current, name, value)
    return current


def _made_just_now(cell: Cell, wanted: dict[str, Any], now: datetime) -> Commitment | None:
    alike: Commitment | None = (
        Commitment.objects.still_open()
        .filter(cell=cell, made_at__gte=now - SAME_PRESS, **wanted)
        .first()
    )
    return alike


def _clean(
    what: str, who: str, due_on: date, *, today: date, before: date | None = None
) -> dict[str, Any]:
    errors: dict[str, ValidationError] = {}
    clean: dict[str, Any] = {"due_on": due_on}
    for name, text, missing in (
        ("what", what, _("Say what you will do.")),
        ("who", " ".join(who.split()), _("Say who takes it on: a name, or “all of us”.")),
    ):
        try:
            clean[name] = clean_text(text, **({"longest": LONGEST_WHO} if name == "who" else {}))
        except ValidationError as error:
            errors[name] = error
        else:
            if not clean[name]:
                errors[name] = ValidationError(missing, code=f"{name}_missing")
    if due_on != before and (wrong := _what_is_wrong_with(due_on, today)):
        errors["due_on"] = wrong
    if errors:
        raise ValidationError(errors)
    return clean


def _what_is_wrong_with(due_on: date, today: date) -> ValidationError | None:
    if due_on < today:
        return ValidationError(
            _("%(day)s has passed already. Choose today or a later day."),
            code="date_passed",
            params={"day": date_format(due_on, "DATE_FORMAT")},
        )
    if due_on.year > today.year + YEARS_AHEAD:
        return ValidationError(
            _("%(day)s is more than ten years away. Choose a day that you can plan for."),
            code="date_too_far",
            params={"day": date_format(due_on, "DATE_FORMAT")},
        )
    return None
