"""Every change to a cycle's state. Nothing else writes these fields."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import announcements, permissions
from assessments.excerpts import follow_words
from assessments.instrument import Quoting
from assessments.models import (
    Campaign,
    Cycle,
    DirtyMark,
    Extension,
    Reopening,
    Status,
    Submission,
    ThemeMark,
)
from assessments.progress import missing_answers
from schools import audit
from schools.models import Author
from schools.text import clean_text

LONGEST_REASON = 1_000
LONGEST_EXTENSION = timedelta(days=366)


@transaction.atomic
def submit_cycle(cycle: Cycle, *, by: Author, quoting: str) -> Cycle:
    """Hand the cycle to the district. Submitting twice changes nothing.

    Raises:
        PermissionDenied: `by` does not submit for this school.
        ValidationError: the campaign is not open, or something is missing; its `params["missing"]`
            holds the codes of the cells and questions.
    """
    if not permissions.can_submit(by, cycle):
        raise PermissionDenied
    cycle = _locked(cycle)
    if cycle.is_submitted:
        return cycle
    _check_open(cycle)
    _check_quoting(quoting)
    if missing := missing_answers(cycle):
        raise ValidationError(
            _("Some answers are still missing."),
            code="answers_missing",
            params={"missing": missing},
        )
    cycle.status, cycle.quoting = Status.SUBMITTED, quoting
    cycle.submitted_at = cycle.updated_at = timezone.now()
    cycle.submitted_by = by.user
    cycle.save()
    submission = Submission.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        number=cycle.submissions.count() + 1,
        content=_whole(cycle),
        quoting=quoting,
        submitted_by=by.user,
        submitted_at=cycle.submitted_at,
    )
    follow_words(cycle, submission)
    announcements.cycle_submitted(cycle, submission.number)
    done = {"number": submission.number, "quoting": quoting}
    audit.record(audit.Event.SUBMITTED, by=by, about=cycle, details=done)
    _mark_dirty(cycle)
    _mark_themes(cycle)
    return cycle


@transaction.atomic
def reopen_cycle(cycle: Cycle, *, by: Author, reason: str) -> Cycle:
    """Take a submitted cycle back to work; its submissions stay. Reopening twice changes nothing.

    Raises:
        PermissionDenied: `by` does not reopen this school's cycles.
        ValidationError: there is no reason, or the campaign is not open.
    """
    if not permissions.can_reopen(by, cycle):
        raise PermissionDenied
    cycle = _locked(cycle)
    if not cycle.is_submitted:
        return cycle
    _check_open(cycle)
    reason = clean_text(reason, longest=LONGEST_REASON)
    if not reason:
        missing = ValidationError(_("Say why it is reopened."), code="reason_missing")
        raise ValidationError({"reason": missing})
    Reopening.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        reason=reason,
        reopened_by=by.user,
        reopened_at=timezone.now(),
    )
    _mark_themes(cycle)
    cycle.status, cycle.updated_at = Status.IN_PROGRESS, timezone.now()
    cycle.submitted_at = cycle.submitted_by = None
    cycle.save()
    _mark_dirty(cycle)
    announcements.cycle_reopened(cycle)
    audit.record(audit.Event.REOPENED, by=by, about=cycle)
    return cycle


@transaction.atomic
def change_quoting(cycle: Cycle, *, by: Author, quoting: str) -> Cycle:
    """Say anew whether a submitted cycle's words may be quoted, also after it has closed.

    What was submitted stays as it was; from now on the cycle's own answer counts.

    Raises:
        PermissionDenied: `by` does not submit for this school.
        ValidationError: it is not submitted, or there is no such answer.
    """
    if not permissions.can_submit(by, cycle):
        raise PermissionDenied
    cycle = _locked(cycle)
    if not cycle.is_submitted:
        raise ValidationError(_("This is asked when you submit."), code="not_submitted")
    _check_quoting(quoting)
    if cycle.quoting != quoting:
        cycle.quoting, cycle.updated_at = quoting, timezone.now()
        cycle.save(update_fields=["quoting", "updated_at"])
        _mark_dirty(cycle)
        done = {"quoting": quoting}
        audit.record(audit.Event.QUOTING_CHANGED, by=by, about=cycle, details=done)
    return cycle


@transaction.atomic
def extend_cycle(cycle: Cycle, *, by: Author, until: date, reason: str = "") -> Cycle:
    """Give one school more time: it is due, and open, until the end of that day.

    The same day twice changes nothing; a later or an earlier one takes the place of the first.

    Raises:
        PermissionDenied: `by` does not give extensions.
        ValidationError: the day is over, or no later than everybody's, or too far away.
    """
    if not permissions.can_extend(by):
        raise PermissionDenied
    cycle = _locked(cycle)
    _check_extension(cycle.campaign, until)
    reason = clean_text(reason, longest=LONGEST_REASON)
    if cycle.extended_to == until:
        return cycle
    cycle.extended_to, cycle.updated_at = until, timezone.now()
    cycle.save(update_fields=["extended_to", "updated_at"])
    Extension.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        until=until,
        reason=reason,
        given_by=by.user,
        given_at=cycle.updated_at,
    )
    _mark_dirty(cycle)
    announcements.cycle_extended(cycle)
    done = {"until": until.isoformat()}
    audit.record(audit.Event.EXTENDED, by=by, about=cycle, details=done)
    return cycle


def _check_quoting(quoting: str) -> None:
    if quoting not in Quoting.values:
        unknown = ValidationError(
            _("Say whether your words may be quoted."), code="quoting_unknown"
        )
        raise ValidationError({"quoting": unknown})


def _check_extension(campaign: Campaign, until: date) -> None:
    refusal = ""
    if until < campaign.district.today():
        refusal = _("That day is over.")
    elif until <= campaign.due_on:
        refusal = _("That is no later than the day on which every school is due.")
    elif until > campaign.closes_on + LONGEST_EXTENSION:
        refusal = _("That is more than a year after the campaign closes.")
    if refusal:
        raise ValidationError({"until": ValidationError(refusal, code="until_refused")})


def _check_open(cycle: Cycle) -> None:
    if not cycle.is_open:
        raise ValidationError(_("This campaign is not open."), code="campaign_not_open")


def _locked(cycle: Cycle) -> Cycle:
    locked: Cycle = Cycle.objects.with_campaign().select_for_update(of=["self"]).get(pk=cycle.pk)
    return locked


def _whole(cycle: Cycle) -> dict[str, Any]:
    return {
        "cells": {cell.code: cell.content for cell in cycle.cells.in_order()},
        "reflections": {item.code: item.content for item in cycle.reflections.all()},
    }


def _mark_dirty(cycle: Cycle) -> None:
    DirtyMark.objects.create(
        district_id=cycle.district_id, school_year=cycle.school_year, cycle_id=cycle.pk
    )


def _mark_themes(cycle: Cycle) -> None:
    ThemeMark.objects.create(district_id=cycle.district_id, school_year=cycle.school_year)
