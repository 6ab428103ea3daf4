"""What webhooks were told, for programs: with every attempt, and sent once more on request."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from schools.api import webhook_shapes as shapes
from schools.api.bodies import Sent, read_body
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id, writes
from schools.api.pages import Fields, Row
from schools.api.parameters import by_choice
from schools.api.passing import AsJson
from schools.api.resources import ListView, the_one_of
from schools.api.times import Written
from schools.api.webhooks import OF_WEBHOOK, TAG, WebhookView
from schools.models import TEST_EVENT, EventType, WebhookAttempt, WebhookDelivery
from schools.webhooks import managing

DELIVERY: Final = {
    "id": "id",
    "webhook": "webhook_id",
    "event_id": "event_id",
    "event_type": "event_type",
    "state": "state",
    "tries": "tries",
    "payload": AsJson("body"),
    "created_at": Written("created_at"),
    "settled_at": Written("settled_at"),
    "updated_at": Written("updated_at"),
}
ATTEMPT: Final = {
    "number": "number",
    "at": Written("at"),
    "outcome": "outcome",
    "milliseconds": "milliseconds",
    "status": "status",
    "answer": "answer",
}
_DELIVERY: Final = path_id("delivery_id", "The delivery.")


class DeliveryView(WebhookView):
    """An address about the deliveries of one webhook."""

    fields: ClassVar[Fields] = DELIVERY

    def rows(self) -> QuerySet[WebhookDelivery]:
        """All of the webhook."""
        webhook = self.webhook(self.kwargs["webhook_id"])
        return WebhookDelivery.objects.visible_to(self.who).filter(webhook=webhook)

    def seen_beside(self, rows: list[Row]) -> Any:
        """Nothing: an attempt changes its delivery."""

    def shown(self, rows: list[Row]) -> list[Row]:
        """With what was tried for each."""
        tried: dict[UUID, list[Row]] = {row["id"]: [] for row in rows}
        attempts = WebhookAttempt.objects.visible_to(self.who).filter(delivery__in=tried)
        found = attempts.annotate(row=JSONObject(**ATTEMPT)).order_by("number")
        for delivery_id, attempt in found.values_list("delivery_id", "row"):
            tried[delivery_id].append(attempt)
        return [{**row, "attempts": tried[row["id"]]} for row in rows]

    def sent_again(self, delivery_id: UUID) -> Response:
        """A delivery that is on its way."""
        shown = self.shown([the_one_of(self.rows().filter(pk=delivery_id), DELIVERY)])
        return Response(shown[0], status=202)


@documented(
    "listDeliveries",
    "List a webhook's deliveries",
    "What it was told, with every attempt, those changed longest ago first. Kept for 30 days.",
    tag=TAG,
    answers=shapes.Delivery,
    path=[OF_WEBHOOK],
)
class DeliveryList(DeliveryView, ListView):
    """Deliveries, a page at a time."""

    parameters: ClassVar = (
        by_choice("state", "In this state only.", WebhookDelivery.State.values),
        by_choice("event_type", "Of this event only.", [*EventType.values, TEST_EVENT]),
    )


@documented(
    "readDelivery",
    "Read a delivery",
    "One delivery by its id, with every attempt.",
    tag=TAG,
    answers=shapes.Delivery,
    path=[OF_WEBHOOK, _DELIVERY],
)
class DeliveryDetail(DeliveryView, DetailView):
    """One delivery."""

    named_by = "delivery_id"


@writes(
    "post",
    "testWebhook",
    "Send a test event",
    "`webhook.test`, which means nothing. The answer is its delivery; ask for it again to see "
    "what became of it.",
    tag=TAG,
    path=[OF_WEBHOOK],
    answers=(202, shapes.Delivery),
)
class WebhookTestList(DeliveryView):
    """Where test events are sent."""

    http_method_names = ("post",)

    def post(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """One more."""
        read_body(request, Sent)
        return self.sent_again(managing.send_test(self.webhook(webhook_id), by=self.who).pk)


@writes(
    "post",
    "replayFailedDeliveries",
    "Send what failed once more",
    "All deliveries of this webhook that have failed, of events since a moment.",
    tag=TAG,
    path=[OF_WEBHOOK],
    sent=shapes.ReplaySince,
    answers=(202, shapes.Replayed),
)
class WebhookReplayList(WebhookView):
    """Where what failed is sent once more."""

    http_method_names = ("post",)

    def post(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """Since a moment."""
        webhook, sent = self.webhook(webhook_id), read_body(request, shapes.ReplaySince)
        count = managing.replay_failed(webhook, by=self.who, since=sent["since"])
        return Response({"replayed": count}, status=202)


@writes(
    "post",
    "replayDelivery",
    "Send a delivery once more",
    "Whatever became of it; its id stays the same.",
    tag=TAG,
    path=[OF_WEBHOOK, _DELIVERY],
    answers=(202, shapes.Delivery),
)
class DeliveryReplayList(DeliveryView):
    """Where a delivery is sent once more."""

    http_method_names = ("post",)

    def post(self, request: Request, delivery_id: UUID, **_route: Any) -> Response:
        """Once more."""
        read_body(request, Sent)
        delivery = self.rows().select_related("webhook").filter(pk=delivery_id).first()
        if delivery is None:
            raise Http404
        managing.replay_one(delivery, by=self.who)
        return self.sent_again(delivery_id)
