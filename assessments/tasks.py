"""Doors: ids in, the district first, one call each, safe twice and in any order."""

from celery import shared_task

from assessments.dashboards.snapshot import refresh_snapshot, waiting_years
from schools.tasks import district_task


@shared_task
def sweep_dirty_marks() -> None:
    """Start one recompute for each district and year that has marks."""
    for district_id, school_year in waiting_years():
        refresh_dashboard.delay(district_id, school_year)


@district_task
def refresh_dashboard(district_id: str, school_year: int) -> None:
    """Bring one year's snapshot up to date."""
    refresh_snapshot(district_id, school_year)
