"""Doors: ids in, the district first, one call each, safe twice and in any order."""

from celery import shared_task

from assessments.dashboards.snapshot import mark_present_years, refresh_snapshot, waiting_years
from schools.tasks import district_task


@shared_task
def sweep_dirty_marks() -> None:
    """Start one recompute for each district and year that has marks."""
    for district_id, school_year in waiting_years():
        refresh_dashboard.delay(district_id, school_year)


@shared_task
def mark_every_district() -> None:
    """Once a night every district's year is computed anew: a school renamed is a change, too."""
    mark_present_years()


@district_task
def refresh_dashboard(district_id: str, school_year: int) -> None:
    """Bring one year's snapshot up to date."""
    refresh_snapshot(district_id, school_year)
