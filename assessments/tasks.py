"""Doors: ids in, the district first, one call each, safe twice and in any order."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from assessments.dashboards.looking import look_for_themes, waiting_looks
from assessments.dashboards.minutes import measure_minutes
from assessments.dashboards.snapshot import (
    mark_present_years,
    present_years,
    refresh_snapshot,
    waiting_years,
)
from assessments.notifications import delivery, outbox, reminders
from assessments.reports.exports import making
from schools.changes import forget_old_changes
from schools.models import District, KeptAnswer
from schools.tasks import district_task

WAITS_IN_LINE = 55


@shared_task
def sweep_dirty_marks() -> None:
    """Start one recompute for each district and year that has marks."""
    for district_id, school_year in waiting_years():
        refresh_dashboard.delay(district_id, school_year)


@shared_task
def mark_every_district() -> None:
    """Once a night every district's year is computed anew: a school renamed is a change, too."""
    mark_present_years()


@shared_task
def measure_every_district() -> None:
    """Once a night, how long the parts of a cycle take."""
    for district_id, school_year in present_years():
        measure_a_year.delay(district_id, school_year)


@district_task
def measure_a_year(district_id: str, school_year: int) -> None:
    """Bring one year's medians up to date."""
    measure_minutes(UUID(district_id), school_year)


@shared_task
def forget_everywhere() -> None:
    """Once a night each district lets go of what is kept for a time only."""
    for district_id in District.objects.values_list("pk", flat=True):
        forget_changes.delay(district_id)


@district_task
def forget_changes(district_id: str) -> None:
    """Changes of the feed, and answers to writes of the API, that have become too old."""
    forget_old_changes(UUID(district_id), now=timezone.now())
    KeptAnswer.objects.filter(district=UUID(district_id)).too_old(timezone.now()).delete()


@district_task
def refresh_dashboard(district_id: str, school_year: int) -> None:
    """Bring one year's snapshot up to date."""
    refresh_snapshot(district_id, school_year)


@shared_task
def sweep_theme_marks() -> None:
    """Start one look at what schools have in common for each year and source that waits."""
    for look in waiting_looks():
        # One that is not taken up soon is found again.
        find_themes_of_a_year.apply_async(look, expires=WAITS_IN_LINE)


@shared_task
def find_themes_of_a_year(district_id: str, school_year: int, source: str) -> None:
    """Look once; enters the district to read and again to write, never while it computes."""
    look_for_themes(UUID(district_id), school_year, source)


@shared_task
def visit_districts() -> None:
    """Let every district look at its calendar on whose clock an hour has just begun."""
    for district_id in reminders.districts_to_visit():
        plan_reminders.apply_async([district_id], expires=3600)


@district_task
def plan_reminders(district_id: str) -> None:
    """Leave the reminders of today."""
    reminders.plan_reminders(district_id)


@shared_task
def sweep_notices() -> None:
    """Start a mail to each person for whom something waits."""
    for user_id in outbox.take_people_to_write_to():
        send_mail.delay(str(user_id))


@shared_task
def send_mail(user_id: str) -> None:
    """Write to one person, whatever their districts."""
    delivery.send_waiting(UUID(user_id))


@shared_task
def sweep_errands() -> None:
    """Start a worker for each export that is to be made, or whose file is to be removed."""
    for district_id, export_id in making.take_errands():
        # Whoever is sent again finds out whether there is anything left to do.
        seconds = making.SENT_AGAIN_AFTER.total_seconds()
        run_errand.apply_async([district_id, export_id], expires=seconds)


@district_task
def run_errand(district_id: str, export_id: str) -> None:
    """Make an export, or remove its file."""
    making.run_errand(district_id, export_id)
