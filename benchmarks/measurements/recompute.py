"""Rebuilding a year's figures for 1,600 schools, against the bare aggregates in SQL.

The bare statements count the same things from the same rows (progress, levels by cell, movement
since last year, Part 2, the heatmap) and leave them in the client's hands, not stored.
"""

from functools import partial
from typing import Any

from django.db import connection

from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import DashboardSnapshot, DirtyMark
from benchmarks.clock import Way, take_turns
from benchmarks.figures import Count, Figure
from benchmarks.stage import Stage, statements
from schools.models import District
from schools.tenancy import district_scope

ROUNDS = 25
HIGHEST_STATEMENTS = 15

_PROGRESS = """
    SELECT school.level, cycle.status, count(*),
        count(*) FILTER (WHERE cycle.submitted_at > campaign.due_on + 1)
    FROM assessments_cycle cycle
    JOIN schools_school school USING (district_id)
    JOIN assessments_campaign campaign USING (district_id)
    WHERE district_id = %(district)s AND cycle.school_year = %(year)s
      AND school.id = cycle.school_id AND campaign.id = cycle.campaign_id {schools}
    GROUP BY school.level, cycle.status
"""
_LEVELS = """
    SELECT cell.context, cell.content_area, cell.opportunity_level, count(*)
    FROM assessments_cell cell
    JOIN assessments_cycle cycle USING (district_id)
    WHERE district_id = %(district)s AND cell.school_year = %(year)s
      AND cycle.id = cell.cycle_id AND cycle.status = 'submitted' {schools}
    GROUP BY cell.context, cell.content_area, cell.opportunity_level
"""
_MOVEMENT = """
    SELECT now.context, now.content_area, sign(now.opportunity_level - before.opportunity_level),
        count(*)
    FROM assessments_cell now
    JOIN assessments_cycle cycle ON cycle.district_id = now.district_id
      AND cycle.id = now.cycle_id AND cycle.status = 'submitted'
    JOIN assessments_cycle cycle_before ON cycle_before.district_id = cycle.district_id
      AND cycle_before.school_id = cycle.school_id AND cycle_before.status = 'submitted'
      AND cycle_before.school_year = cycle.school_year - 1
    JOIN assessments_cell before ON before.district_id = cycle_before.district_id
      AND before.cycle_id = cycle_before.id AND before.school_year = cycle_before.school_year
      AND before.context = now.context AND before.content_area = now.content_area
    WHERE now.district_id = %(district)s AND now.school_year = %(year)s
      AND before.school_year = %(year)s - 1
      AND now.opportunity_level IS NOT NULL AND before.opportunity_level IS NOT NULL
      {schools}
    GROUP BY 1, 2, 3
"""
_PART_2 = """
    SELECT reflection.question, part.key, code, count(*)
    FROM assessments_reflection reflection
    JOIN assessments_cycle cycle USING (district_id)
    CROSS JOIN LATERAL jsonb_each(reflection.answer) part
    CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(part.value) WHEN 'array' THEN part.value
            ELSE jsonb_build_array(part.value) END) code
    WHERE district_id = %(district)s AND reflection.school_year = %(year)s
      AND cycle.id = reflection.cycle_id AND cycle.status = 'submitted' {schools}
    GROUP BY reflection.question, part.key, code
"""
_HEATMAP = """
    SELECT cycle.id, school.id, school.name, school.level,
        array_agg(cell.opportunity_level ORDER BY cell.context, cell.content_area)
    FROM assessments_cycle cycle
    JOIN schools_school school USING (district_id)
    JOIN assessments_cell cell USING (district_id)
    WHERE district_id = %(district)s AND cycle.school_year = %(year)s
      AND cell.school_year = %(year)s AND cycle.status = 'submitted'
      AND school.id = cycle.school_id AND cell.cycle_id = cycle.id {schools}
    GROUP BY cycle.id, school.id, school.name, school.level
    ORDER BY school.name
"""


def measure(stage: Stage) -> list[Figure | Count]:
    """`refresh_snapshot` with one mark to claim, and the aggregates in a scope of their own."""
    district, year = stage.large, stage.last_year
    refresh(district, year - 1)

    def ours() -> None:
        _rebuild(district, year)

    rebuild, sql = take_turns(
        Way("refresh_snapshot", ours, before=lambda: _mark(district, year)),
        Way("the aggregates in SQL", partial(bare_aggregates, district, year)),
        rounds=ROUNDS,
    )
    with district_scope(district.pk):
        submitted = DashboardSnapshot.objects.get(school_year=year).figures["submitted"]
    _mark(district, year)
    what = f"recompute a year, {submitted:,} schools"
    return [
        Figure(what, rebuild, sql, target=6),
        Count(f"{what}: statements", statements(ours), HIGHEST_STATEMENTS),
    ]


def bare_aggregates(district: District, school_year: int, schools: str = "") -> None:
    """Count a year in SQL alone; of all schools, or of those that a condition on cycles leaves."""
    values: dict[str, Any] = {"district": district.pk, "year": school_year}
    with district_scope(district.pk), connection.cursor() as cursor:
        for statement in (_PROGRESS, _LEVELS, _MOVEMENT, _PART_2, _HEATMAP):
            cursor.execute(statement.format(schools=schools), values)
            cursor.fetchall()


def refresh(district: District, school_year: int) -> None:
    """Bring a year's snapshot up to date, as a worker does."""
    _mark(district, school_year)
    _rebuild(district, school_year)


def _mark(district: District, school_year: int) -> None:
    DirtyMark.objects.create(district=district, school_year=school_year)


def _rebuild(district: District, school_year: int) -> None:
    with district_scope(district.pk):
        refresh_snapshot(district.pk, school_year)
