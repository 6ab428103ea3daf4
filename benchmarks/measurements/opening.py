"""Opening a campaign for 1,600 schools, against the bare INSERT … SELECT of the same rows.

Both commit: the deferred composite keys are checked then, which is part of the price.
"""

from typing import Any

from django.db import connection

from assessments import campaigns
from assessments.instrument import CELLS
from assessments.models import Cell, Cycle, InstrumentVersion, Reflection
from benchmarks.clock import Way, take_turns
from benchmarks.figures import Count, Figure
from benchmarks.loading import forget_year, vacuum
from benchmarks.stage import Stage, statements
from schools.tenancy import district_scope

ROUNDS = 9

_CAMPAIGN = """
    INSERT INTO assessments_campaign (id, district_id, instrument_version_id, school_year,
        opens_on, due_on, closes_on, message, asks_level, asks_reach, asks_offer,
        created_at, updated_at)
    VALUES ({id}, %(district)s, %(version)s, %(year)s, %(opens_on)s, %(due_on)s, %(closes_on)s,
        '', true, true, true, now(), now())
"""
_CYCLES = """
    INSERT INTO assessments_cycle (id, district_id, campaign_id, school_id, school_year, status,
        quoting, created_at, updated_at)
    SELECT {id}, school.district_id, campaign.id, school.id, campaign.school_year, 'not_started',
        'never', now(), now()
    FROM schools_school school
    JOIN assessments_campaign campaign
      ON campaign.district_id = school.district_id AND campaign.school_year = %(year)s
    WHERE school.district_id = %(district)s AND school.is_active
"""
_CELLS = """
    INSERT INTO assessments_cell (id, district_id, cycle_id, school_id, school_year, version,
        updated_at, context, content_area, opportunities, improvements, reach, offer)
    SELECT {id}, district_id, cycle.id, school_id, school_year, 0, now(), context, content_area,
        '', '', '', ''
    FROM assessments_cycle cycle
    CROSS JOIN unnest(%(contexts)s::text[], %(areas)s::text[]) place (context, content_area)
    WHERE district_id = %(district)s AND school_year = %(year)s
"""
_REFLECTIONS = """
    INSERT INTO assessments_reflection (id, district_id, cycle_id, school_id, school_year, version,
        updated_at, question, position, text, answer, is_answered)
    SELECT {id}, cycle.district_id, cycle.id, cycle.school_id, cycle.school_year, 0, now(), key,
        position - 1, '', '{{}}', false
    FROM assessments_cycle cycle
    LEFT JOIN assessments_cycle before
      ON before.district_id = cycle.district_id AND before.school_year = %(year)s - 1
      AND before.school_id = cycle.school_id AND before.status = 'submitted'
    CROSS JOIN unnest(%(keys)s::text[], %(later)s::boolean[])
        WITH ORDINALITY question (key, later, position)
    WHERE cycle.district_id = %(district)s AND cycle.school_year = %(year)s
      AND (before.id IS NOT NULL OR NOT later)
"""
_MARK = """
    INSERT INTO assessments_dirtymark (district_id, school_year, at)
    VALUES (%(district)s, %(year)s, now())
"""


def measure(stage: Stage) -> list[Figure | Count]:
    """The verb with its district scope, and the statements alone in a scope of theirs."""

    def opens() -> None:
        with district_scope(stage.large.pk):
            campaigns.open_campaign(**stage.opening())

    def anew() -> None:
        forget_year(stage.large, stage.present_year)
        vacuum(Cycle, Cell, Reflection)

    bare_statements = _statements()
    values = _values(stage)

    def bare() -> None:
        with district_scope(stage.large.pk), connection.cursor() as cursor:
            for statement in bare_statements:
                cursor.execute(statement, values)

    ours, sql = take_turns(
        Way("campaigns.open_campaign", opens, before=anew),
        Way("INSERT … SELECT", bare, before=anew),
        rounds=ROUNDS,
    )
    anew()
    what = f"open a campaign, {values['schools']:,} schools"
    return [
        Figure(what, ours, sql, target=3),
        Count(f"{what}: statements", statements(opens)),
    ]


def _statements() -> list[str]:
    """With ids in the order of time, as ours are, from the first PostgreSQL that makes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int >= 180000")
        (newest,) = cursor.fetchone()
    made_by = "uuidv7()" if newest else "gen_random_uuid()"
    parts = (_CAMPAIGN, _CYCLES, _CELLS, _REFLECTIONS, _MARK)
    return [part.format(id=made_by) for part in parts]


def _values(stage: Stage) -> dict[str, Any]:
    opening = stage.opening()
    version: InstrumentVersion = opening["instrument_version"]
    questions = version.wording("en").questions
    with district_scope(stage.large.pk):
        schools = Cycle.objects.filter(school_year=stage.last_year).count()
    return {
        "schools": schools,
        "district": stage.large.pk,
        "version": version.pk,
        "year": stage.present_year,
        **{name: opening[name] for name in ("opens_on", "due_on", "closes_on")},
        "contexts": [place.context.value for place in CELLS],
        "areas": [place.content_area.value for place in CELLS],
        "keys": [question.key for question in questions],
        "later": [question.from_second_year for question in questions],
    }
