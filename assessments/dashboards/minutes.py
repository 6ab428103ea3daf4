"""How long the parts of a cycle take: medians over schools, never anybody's own time.

Read off the revisions: the time since whatever was saved before, within one sitting, belongs to the
part that is saved, so that the talk before the first word counts, and nothing twice. Nothing is
measured on the page.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from assessments.models import Cell, DashboardSnapshot, Response
from schools.models import FEWEST_SCHOOLS

# What a part takes before anything was measured: nine cells and six questions within the hour.
USUAL_FOR_A_CELL, USUAL_FOR_A_QUESTION = 5.0, 2.0
STEP = 5

_MEDIANS = """
    WITH moment AS (
        SELECT revision.cycle_id, revision.code, its.at
        FROM assessments_revision revision
        JOIN assessments_cycle cycle
          ON cycle.district_id = revision.district_id AND cycle.id = revision.cycle_id
        CROSS JOIN LATERAL (VALUES (revision.started_at), (revision.edited_at)) its (at)
        WHERE revision.district_id = %(district)s AND NOT revision.was_refused
          AND cycle.school_year = %(year)s AND cycle.status = 'submitted'
    ), step AS (
        SELECT cycle_id, code, at - lag(at) OVER (PARTITION BY cycle_id ORDER BY at) AS since
        FROM moment
    ), part AS (
        SELECT cycle_id, code, sum(extract(epoch FROM since)) / 60 AS minutes
        FROM step WHERE since BETWEEN interval '1 second' AND interval '10 minutes'
        GROUP BY cycle_id, code
    )
    SELECT code, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes)
    FROM part GROUP BY code HAVING count(*) >= %(fewest)s
"""

Minutes = dict[str, dict[str, float]]


def measure_minutes(district_id: UUID, school_year: int) -> None:
    """Bring the year's medians up to date, beside the figures of its snapshot."""
    values: dict[str, Any] = {
        "district": district_id,
        "year": school_year,
        "fewest": FEWEST_SCHOOLS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, values)
        measured = {
            code: {"schools": schools, "median": round(float(median), 1)}
            for code, schools, median in cursor.fetchall()
        }
    snapshots = DashboardSnapshot.objects.filter(district=district_id, school_year=school_year)
    snapshots.update(minutes=measured)


def measured_minutes(district_id: UUID, school_year: int) -> Minutes:
    """The latest medians up to this year by code: how many schools, and minutes. Empty at first."""
    snapshots = DashboardSnapshot.objects.filter(
        district=district_id, school_year__in=(school_year, school_year - 1)
    )
    latest = snapshots.exclude(minutes={}).order_by("-school_year")
    return latest.values_list("minutes", flat=True).first() or {}


def minutes_left(parts: Iterable[Response], measured: Mapping[str, Mapping[str, Any]]) -> int:
    """About how many minutes the unanswered among `parts` take together, in steps of five."""
    total = sum(
        measured.get(part.code, {}).get("median", _usual(part))
        for part in parts
        if not part.is_answered  # type: ignore[attr-defined]
    )
    return STEP * -int(-total // STEP)


def _usual(part: Response) -> float:
    return USUAL_FOR_A_CELL if isinstance(part, Cell) else USUAL_FOR_A_QUESTION
