"""The blank cycles that a campaign begins with: nine cells, and the questions of Part 2."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from assessments.instrument import CELLS
from assessments.models import Campaign, Cycle, DirtyMark
from schools.models import School

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
    questions = campaign.instrument_version.wording("en").questions
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
