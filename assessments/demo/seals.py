"""The seals that a worker would have put upon the story's audit log, hour by hour."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from assessments.demo.clock import clock_at
from schools.audit_seals import seal
from schools.models import AuditEntry, District

_HOUR: Final = timedelta(hours=1)


def seal_the_story(district: District) -> None:
    """Inside its scope. Entries that are old when they are sealed would be found, and rightly."""
    now = timezone.now()
    entries = AuditEntry.objects.filter(district=district).order_by("at")
    until = None
    for at in entries.values_list("at", flat=True):
        if until is None or at > until:
            until = min(at + _HOUR, now)
            with clock_at(until):
                seal(district.pk, until=until)
