"""How a test lets something happen, lets it be delivered, and looks at what became of it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from schools.models import EventType, Webhook, WebhookAttempt, WebhookDelivery, WebhookErrand
from schools.tenancy import district_scope
from schools.webhooks import delivery
from schools.webhooks.outbox import announce

Seen = list[tuple[str, str, int | None]]


def happen(hook: Webhook, event_type: EventType = EventType.CAMPAIGN_OPENED, **facts: Any) -> None:
    """Something of that kind."""
    with district_scope(hook.district_id):
        announce(event_type, hook.district_id, lambda: facts)


def deliver(*, in_time: bool = False) -> int:
    """One sweep, and what it starts; by default as if everything that waits were due."""
    if not in_time:
        WebhookErrand.objects.update(at=timezone.now())
    taken = delivery.take_errands()
    for district_id, delivery_id in taken:
        delivery.run_errand(district_id, delivery_id)  # type: ignore[arg-type]
    return len(taken)


def pass_time(hook: Webhook, by: timedelta) -> None:
    """Let everything about the webhook be that much older."""
    with district_scope(hook.district_id):
        for row in WebhookDelivery.objects.all():
            for name in ("asked_at", "created_at", "claimed_until", "settled_at"):
                if moment := getattr(row, name):
                    setattr(row, name, moment - by)
            row.save()
        row = Webhook.objects.get(pk=hook.pk)
        for name in ("failing_since", "not_before", "older_until"):
            if moment := getattr(row, name):
                setattr(row, name, moment - by)
        row.save()


def read(hook: Webhook) -> Webhook:
    """As it stands now."""
    with district_scope(hook.district_id):
        return Webhook.objects.select_related("district").get(pk=hook.pk)


def deliveries(hook: Webhook) -> list[WebhookDelivery]:
    """In the order in which they happened."""
    with district_scope(hook.district_id):
        rows = WebhookDelivery.objects.filter(webhook=hook).select_related("webhook__district")
        return list(rows.order_by("created_at", "id"))


def states(hook: Webhook) -> list[str]:
    """Of its deliveries, in the order in which they happened."""
    return [each.state for each in deliveries(hook)]


def attempts(hook: Webhook) -> list[WebhookAttempt]:
    """All of them, in the order of time."""
    with district_scope(hook.district_id):
        return list(WebhookAttempt.objects.filter(delivery__webhook=hook).order_by("at", "id"))


def outcomes(hook: Webhook) -> list[str]:
    """How each attempt went, in the order of time."""
    return [attempt.outcome for attempt in attempts(hook)]
