"""Every change to the state of a campaign or a cycle. Nothing else writes these fields."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from assessments import permissions
from assessments.instrument import CELLS, Question, Quoting
from assessments.models import (
    Campaign,
    Cycle,
    DirtyMark,
    InstrumentVersion,
    Reopening,
    Status,
    Submission,
)
from schools.models import District, Membership, School
from schools.text import clean_text

LONGEST_REASON = 1_000

# Rows, not objects: a large district's year begins with tens of thousands of blank answers.
_BLANK_CELLS = """
    INSERT INTO assessments_cell (id, district_id, cycle_id, school_id, school_year, version,
        updated_at, context, content_area, opportunities, improvements, reach, offer)
    SELECT it.id, district_id, cycle.id, school_id, school_year, 0, updated_at,
        context, area, '', '', '', ''
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) it (id, cycle_id, context, area)
    JOIN assessments_cycle cycle ON cycle.id = it.cycle_id AND district_id = %s
"""
_BLANK_REFLECTIONS = """
    INSERT INTO assessments_reflection (id, district_id, cycle_id, school_id, school_year, version,
        updated_at, question, position, text, answer, is_answered)
    SELECT it.id, district_id, cycle.id, school_id, school_year, 0, updated_at,
        question, position, '', '{}', false
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::int[]) it (id, cycle_id, question, position)
    JOIN assessments_cycle cycle ON cycle.id = it.cycle_id AND district_id = %s
"""


def open_campaign(
    *,
    by: Membership,
    instrument_version: InstrumentVersion,
    school_year: int,
    opens_on: date,
    due_on: date,
    closes_on: date,
    message: str = "",
    **asks: bool,
) -> Campaign:
    """Launch the year: the campaign, and a cycle for every active school.

    Raises:
        PermissionDenied: `by` does not manage campaigns.
        ValidationError: the dates are out of order, or the year has a campaign already.
    """
    if not permissions.can_manage_campaigns(by):
        raise PermissionDenied
    _check_dates(by.district, school_year, opens_on, due_on, closes_on)
    campaign = Campaign(
        district=by.district,
        instrument_version=instrument_version,
        school_year=school_year,
        opens_on=opens_on,
        due_on=due_on,
        closes_on=closes_on,
        message=clean_text(message),
        **asks,
    )
    try:
        with transaction.atomic():
            campaign.save(force_insert=True)
    except IntegrityError as error:
        if "one_campaign_per_school_year" not in str(error):
            raise
        raise _year_is_taken(campaign) from error
    start_cycles(campaign, School.objects.filter(district=by.district).active())
    return campaign


def include_new_schools(campaign: Campaign, *, by: Membership) -> int:
    """Give the schools that have joined since the campaign opened their cycles.

    Returns how many there were. Doing it twice changes nothing.

    Raises:
        PermissionDenied: `by` does not manage campaigns.
        ValidationError: the campaign is closed.
    """
    if not permissions.can_manage_campaigns(by):
        raise PermissionDenied
    if campaign.is_closed:
        raise ValidationError(_("This campaign is closed."), code="campaign_closed")
    return start_cycles(campaign, School.objects.filter(district=campaign.district_id).active())


@transaction.atomic
def start_cycles(campaign: Campaign, schools: Iterable[School]) -> int:
    """Give each of `schools` its blank cycle in `campaign`; who has one keeps it.

    Returns how many cycles are new.
    """
    taken = set(Cycle.objects.filter(campaign=campaign).values_list("school_id", flat=True))
    fresh = [school.pk for school in schools if school.pk not in taken]
    if not fresh:
        return 0
    cycles = Cycle.objects.bulk_create(_blank_cycles(campaign, fresh))
    _insert(_BLANK_CELLS, _blank_cells(cycles), campaign)
    _insert(_BLANK_REFLECTIONS, _blank_reflections(campaign, cycles), campaign)
    DirtyMark.objects.create(district=campaign.district, school_year=campaign.school_year)
    return len(cycles)


@transaction.atomic
def submit_cycle(cycle: Cycle, *, by: Membership, quoting: str) -> Cycle:
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
    _check_open(cycle.campaign)
    if quoting not in Quoting.values:
        raise ValidationError(
            {"quoting": _("Say whether your words may be quoted.")}, code="quoting_unknown"
        )
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
    Submission.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        number=cycle.submissions.count() + 1,
        content=_whole(cycle),
        quoting=quoting,
        submitted_by=by.user,
        submitted_at=cycle.submitted_at,
    )
    _mark_dirty(cycle)
    return cycle


@transaction.atomic
def reopen_cycle(cycle: Cycle, *, by: Membership, reason: str) -> Cycle:
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
    _check_open(cycle.campaign)
    reason = clean_text(reason, longest=LONGEST_REASON)
    if not reason:
        raise ValidationError({"reason": _("Say why it is reopened.")}, code="reason_missing")
    Reopening.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        reason=reason,
        reopened_by=by.user,
        reopened_at=timezone.now(),
    )
    cycle.status, cycle.updated_at = Status.IN_PROGRESS, timezone.now()
    cycle.submitted_at = cycle.submitted_by = None
    cycle.save()
    _mark_dirty(cycle)
    return cycle


def missing_answers(cycle: Cycle) -> list[str]:
    """The codes of the cells and required questions that a submission still needs."""
    cells = cycle.cells.filter(is_answered=False).in_order()
    required = {question.key for question in _questions(cycle.campaign) if question.required}
    reflections = cycle.reflections.filter(is_answered=False, question__in=required)
    return [cell.code for cell in cells] + [reflection.code for reflection in reflections]


def _check_dates(
    district: District, school_year: int, opens_on: date, due_on: date, closes_on: date
) -> None:
    errors = {}
    if due_on < opens_on:
        errors["due_on"] = _("It cannot be due before it opens.")
    if closes_on < due_on:
        errors["closes_on"] = _("It cannot close before it is due.")
    first, last = district.first_day_of(school_year), district.first_day_of(school_year + 1)
    if closes_on >= max(last, district.today()) + timedelta(days=366):
        errors["closes_on"] = _("It must close before the end of the year after.")
    if not first <= opens_on < last:
        errors["opens_on"] = _("This day is not in the school year (%(first)s to %(last)s).") % {
            "first": date_format(first),
            "last": date_format(last - timedelta(days=1)),
        }
    if errors:
        raise ValidationError(errors)


def _year_is_taken(campaign: Campaign) -> ValidationError:
    return ValidationError(
        {
            "school_year": ValidationError(
                _("There is a campaign for %(year)s already."),
                code="campaign_exists",
                params={"year": str(campaign)},
            )
        }
    )


def _check_open(campaign: Campaign) -> None:
    if not campaign.is_open:
        raise ValidationError(_("This campaign is not open."), code="campaign_not_open")


def _locked(cycle: Cycle) -> Cycle:
    locked: Cycle = Cycle.objects.with_campaign().select_for_update(of=["self"]).get(pk=cycle.pk)
    return locked


def _questions(campaign: Campaign) -> tuple[Question, ...]:
    return campaign.instrument_version.wording("en").questions


def _blank_cycles(campaign: Campaign, school_ids: list[Any]) -> list[Cycle]:
    now = timezone.now()
    return [
        Cycle(
            district_id=campaign.district_id,
            campaign=campaign,
            school_id=school_id,
            school_year=campaign.school_year,
            updated_at=now,
        )
        for school_id in school_ids
    ]


def _blank_cells(cycles: list[Cycle]) -> list[tuple[Any, ...]]:
    return [
        (uuid7(), cycle.pk, place.context.value, place.content_area.value)
        for cycle in cycles
        for place in CELLS
    ]


def _blank_reflections(campaign: Campaign, cycles: list[Cycle]) -> list[tuple[Any, ...]]:
    questions = _questions(campaign)
    before = set(
        Cycle.objects.filter(district=campaign.district, school_year=campaign.school_year - 1)
        .submitted()
        .values_list("school_id", flat=True)
    )
    return [
        (uuid7(), cycle.pk, question.key, position)
        for cycle in cycles
        for position, question in enumerate(questions)
        if not question.from_second_year or cycle.school_id in before
    ]


def _insert(statement: str, rows: list[tuple[Any, ...]], campaign: Campaign) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [*map(list, zip(*rows, strict=True)), campaign.district_id])


def _whole(cycle: Cycle) -> dict[str, Any]:
    return {
        "cells": {cell.code: cell.content for cell in cycle.cells.in_order()},
        "reflections": {item.code: item.content for item in cycle.reflections.all()},
    }


def _mark_dirty(cycle: Cycle) -> None:
    DirtyMark.objects.create(
        district_id=cycle.district_id, school_year=cycle.school_year, cycle_id=cycle.pk
    )
