"""How a task enters a district: ids in, the district first, inside its scope.

And the tasks that tell a district's webhooks what has happened.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from celery import shared_task

from schools import audit_seals
from schools.models import District
from schools.tenancy import district_scope
from schools.webhooks import delivery


def district_task(work: Callable[..., None]) -> Any:
    """A Celery task whose first argument is the district it works in, and can only work there."""

    @wraps(work)
    def in_its_district(district_id: str, *args: Any) -> None:
        with district_scope(district_id):
            work(district_id, *args)

    return shared_task(in_its_district)


@shared_task
def seal_audit_logs() -> None:
    """Every hour, each district's new entries of the audit log get their seal."""
    for district_id in District.objects.values_list("pk", flat=True):
        seal_audit_log.delay(str(district_id))


@district_task
def seal_audit_log(district_id: str) -> None:
    """One district's."""
    audit_seals.seal(UUID(district_id))


@shared_task
def sweep_webhook_errands() -> None:
    """Start a worker for each delivery that is due."""
    for district_id, delivery_id in delivery.take_errands():
        # Whoever is sent again finds out whether there is anything left to do.
        seconds = delivery.SENT_AGAIN_AFTER.total_seconds()
        run_webhook_errand.apply_async([district_id, delivery_id], expires=seconds)


@shared_task
def run_webhook_errand(district_id: str, delivery_id: str) -> None:
    """Send a delivery; enters the district to claim and again to settle, never while it sends."""
    delivery.run_errand(UUID(district_id), UUID(delivery_id))
