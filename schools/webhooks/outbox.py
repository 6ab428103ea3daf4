"""What has happened is left here, in the transaction in which it happened. The database alone."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from schools.models import District, EventType, Webhook, WebhookDelivery, WebhookErrand

Facts = dict[str, Any]


def announce(event_type: EventType, district_id: UUID, facts: Callable[[], Facts]) -> None:
    """Leave every webhook that wants to know a delivery. `facts` is asked when there is one.

    A webhook that is switched off for now gets its deliveries, too: as failed ones, which can be
    replayed when it is back.
    """
    hooks = [
        hook
        for hook in Webhook.objects.filter(district=district_id)
        if event_type in hook.event_types
    ]
    if hooks:
        leave(str(event_type), hooks, facts())


def leave(event_type: str, hooks: Iterable[Webhook], facts: Facts) -> list[WebhookDelivery]:
    """Leave these webhooks of one district one event."""
    now, event_id = timezone.now(), uuid7()
    body = _body(event_type, now, facts)
    deliveries = [
        WebhookDelivery(
            district_id=hook.district_id,
            webhook=hook,
            event_id=event_id,
            event_type=event_type,
            body=body,
            state=(
                WebhookDelivery.State.WAITING if hook.is_active else WebhookDelivery.State.FAILED
            ),
            settled_at=None if hook.is_active else now,
            asked_at=now,
            created_at=now,
            updated_at=now,
        )
        for hook in hooks
    ]
    WebhookDelivery.objects.bulk_create(deliveries)
    send_on(deliveries, at=now)
    return deliveries


def send_on(deliveries: Iterable[WebhookDelivery], *, at: datetime) -> None:
    """Let the sweep find these deliveries, at that moment or when they are due already."""
    WebhookErrand.objects.bulk_create(
        (
            WebhookErrand(
                district_id=delivery.district_id,
                webhook_id=delivery.webhook_id,
                delivery_id=delivery.pk,
                at=at,
            )
            for delivery in deliveries
        ),
        update_conflicts=True,
        update_fields=["at"],
        unique_fields=["district", "delivery_id"],
    )


def waiting(hook: Webhook) -> Q:
    """The condition for what of a webhook is still on its way."""
    return Q(district=hook.district_id, webhook=hook, state=WebhookDelivery.State.WAITING)


def link_to(district: District, route: str, **names: Any) -> str:
    """The whole address of a route of the district, for who shall fetch what is behind it."""
    path = reverse(route, kwargs={"district_slug": district.slug, **names})
    return f"{settings.PUBLIC_URL}{path}"


def _body(event_type: str, now: datetime, facts: Facts) -> str:
    stamp = f"{now.isoformat(timespec='microseconds')[:26]}Z"
    return json.dumps({"type": event_type, "timestamp": stamp, "data": facts}, default=str)
