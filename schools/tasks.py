"""How a task enters a district: ids in, the district first, inside its scope.

And the tasks that tell a district's webhooks what has happened, people that they are invited, and
admins that an operator reads.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from celery import shared_task

from schools import audit_seals, break_glass, break_glass_mails, invitation_mails
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


@shared_task
def sweep_invitations() -> None:
    """Start a worker for each invitation whose mail is due."""
    for invitation_id in invitation_mails.take_due():
        # Whoever is sent again finds out whether there is anything left to do.
        seconds = invitation_mails.LEASE.total_seconds()
        send_invitation.apply_async([str(invitation_id)], expires=seconds)


@shared_task
def send_invitation(invitation_id: str) -> None:
    """Write to one invited address; reads nothing that lies inside a district."""
    invitation_mails.send(UUID(invitation_id))


@shared_task
def sweep_break_glass() -> None:
    """Write down which sessions are over; start a worker for each mail about one that is due."""
    break_glass.end_what_is_over()
    for mail_id in break_glass_mails.take_due():
        seconds = break_glass_mails.LEASE.total_seconds()
        send_break_glass_mail.apply_async([str(mail_id)], expires=seconds)


@shared_task
def send_break_glass_mail(mail_id: str) -> None:
    """Write to one admin; reads nothing that lies inside a district."""
    break_glass_mails.send(UUID(mail_id))
