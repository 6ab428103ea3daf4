"""Webhooks and their deliveries, for programs: through the verbs that the page uses."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from schools.api import webhook_shapes as shapes
from schools.api.documentation import described, documented, path_id
from schools.api.pages import Row
from schools.api.parameters import by_choice
from schools.api.passing import AsJson
from schools.api.resources import DistrictView, ListView, the_one_of
from schools.api.times import Written, read_moment
from schools.models import TEST_EVENT, EventType, Webhook, WebhookAttempt, WebhookDelivery
from schools.permissions import Action
from schools.webhooks import managing

TAG: Final = "webhooks"
WEBHOOK = {
    "id": "id",
    "url": "url",
    "description": "description",
    "event_types": AsJson("event_types"),
    "state": "state",
    "failing_since": Written("failing_since"),
    "older_secret_until": Written("older_until"),
    "created_at": Written("created_at"),
    "updated_at": Written("updated_at"),
}
DELIVERY = {
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
ATTEMPT = {
    "number": "number",
    "at": Written("at"),
    "outcome": "outcome",
    "milliseconds": "milliseconds",
    "status": "status",
    "answer": "answer",
}
_WEBHOOK = path_id("webhook_id", "The webhook.")
_DELIVERY = path_id("delivery_id", "The delivery.")


class WebhookView(DistrictView):
    """An address about webhooks: to read and to write are two permissions."""

    @property
    def action(self) -> Action:  # type: ignore[override]
        """What this request does."""
        is_reading = self.request.method in SAFE_METHODS
        return Action.READ_WEBHOOKS if is_reading else Action.MANAGE_WEBHOOKS

    def webhook(self, webhook_id: UUID) -> Webhook:
        """The one of this id, if the caller may know of it."""
        rows = Webhook.objects.visible_to(self.who).select_related("district")
        return get_object_or_404(rows, pk=webhook_id)

    def shown_webhook(self, webhook: Webhook) -> Row:
        """As the API writes it."""
        return the_one_of(Webhook.objects.visible_to(self.who).filter(pk=webhook.pk), WEBHOOK)

    def shown_deliveries(self, rows: list[Row]) -> list[Row]:
        """With what was tried for each."""
        tried: dict[UUID, list[Row]] = {row["id"]: [] for row in rows}
        attempts = WebhookAttempt.objects.visible_to(self.who).filter(delivery__in=tried)
        found = attempts.annotate(row=JSONObject(**ATTEMPT)).order_by("number")
        for delivery_id, attempt in found.values_list("delivery_id", "row"):
            tried[delivery_id].append(attempt)
        return [{**row, "attempts": tried[row["id"]]} for row in rows]

    def shown_delivery(self, rows: QuerySet[WebhookDelivery]) -> Row:
        """The only one of them."""
        return self.shown_deliveries([the_one_of(rows, DELIVERY)])[0]


@documented(
    "listWebhooks",
    "List webhooks",
    "The addresses that are told of what happens, those changed longest ago first.",
    tag=TAG,
    answers=shapes.WebhookAddress,
)
@described(
    "post",
    "makeWebhook",
    "Make a webhook",
    "From now on it is told of these events. The answer holds the secret, this once.",
    tag=TAG,
    sent=shapes.NewWebhook,
    answers=(201, shapes.WebhookWithSecret),
)
class WebhookList(WebhookView, ListView):
    """Webhooks, a page at a time."""

    http_method_names = ("get", "head", "post")
    fields = WEBHOOK

    def rows(self) -> QuerySet[Webhook]:
        """All that the caller may know of."""
        return Webhook.objects.visible_to(self.who)

    def post(self, request: Request, **_route: Any) -> Response:
        """A new one."""
        sent = read_body(request, needed=("url", "event_types"), allowed=("description",))
        webhook, secret = managing.make_webhook(by=self.who, **sent)
        headers = {"Location": request.build_absolute_uri(f"{webhook.pk}/")}
        body = {**self.shown_webhook(webhook), "secret": secret}
        return Response(body, status=201, headers=headers)


@documented(
    "readWebhook",
    "Read a webhook",
    "One webhook by its id.",
    tag=TAG,
    answers=shapes.WebhookAddress,
    path=[_WEBHOOK],
)
@described(
    "patch",
    "changeWebhook",
    "Change, pause or resume a webhook",
    "What is left out stays. What a paused webhook misses is kept as failed, to be replayed.",
    tag=TAG,
    path=[_WEBHOOK],
    sent=shapes.WebhookChanges,
    answers=(200, shapes.WebhookAddress),
)
@described(
    "delete",
    "removeWebhook",
    "Remove a webhook",
    "It is told of nothing more, and its deliveries are removed with it.",
    tag=TAG,
    path=[_WEBHOOK],
    answers=(204, None),
)
class WebhookDetail(WebhookView):
    """One webhook."""

    http_method_names = ("get", "head", "patch", "delete")

    def get(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """It."""
        return Response(self.shown_webhook(self.webhook(webhook_id)))

    def patch(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """It, changed."""
        webhook = self.webhook(webhook_id)
        sent = read_body(request, allowed=("url", "event_types", "description", "state"))
        turn = _turn(sent.pop("state")) if "state" in sent else None
        managing.change_webhook(webhook, by=self.who, **sent)
        if turn:
            turn(webhook, by=self.who)
        return Response(self.shown_webhook(webhook))

    def delete(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """Gone."""
        managing.remove_webhook(self.webhook(webhook_id), by=self.who)
        return Response(status=204)


@described(
    "post",
    "rotateWebhookSecret",
    "Make a new secret",
    "For a day both secrets sign: each message has two signatures.",
    tag=TAG,
    path=[_WEBHOOK],
    answers=(201, shapes.WebhookSecret),
)
class WebhookSecretList(WebhookView):
    """Where new secrets are made."""

    http_method_names = ("post",)

    def post(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """A new one."""
        webhook, secret = managing.rotate_secret(self.webhook(webhook_id), by=self.who)
        until = self.shown_webhook(webhook)["older_secret_until"]
        return Response({"secret": secret, "older_secret_until": until}, status=201)


@described(
    "post",
    "testWebhook",
    "Send a test event",
    "`webhook.test`, which means nothing. The answer is its delivery; ask for it again to see "
    "what became of it.",
    tag=TAG,
    path=[_WEBHOOK],
    answers=(202, shapes.Delivery),
)
class WebhookTestList(WebhookView):
    """Where test events are sent."""

    http_method_names = ("post",)

    def post(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """One more."""
        delivery = managing.send_test(self.webhook(webhook_id), by=self.who)
        rows = WebhookDelivery.objects.visible_to(self.who).filter(pk=delivery.pk)
        return Response(self.shown_delivery(rows), status=202)


@described(
    "post",
    "replayFailedDeliveries",
    "Send what failed once more",
    "All deliveries of this webhook that have failed, of events since a moment.",
    tag=TAG,
    path=[_WEBHOOK],
    sent=shapes.ReplaySince,
    answers=(202, shapes.Replayed),
)
class WebhookReplayList(WebhookView):
    """Where what failed is sent once more."""

    http_method_names = ("post",)

    def post(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """Since a moment."""
        webhook = self.webhook(webhook_id)
        since = read_body(request, needed=("since",))["since"]
        try:
            moment = read_moment(since)
        except ValueError as error:
            raise ValidationError({"since": _not_a_moment()}) from error
        count = managing.replay_failed(webhook, by=self.who, since=moment)
        return Response({"replayed": count}, status=202)


@documented(
    "listDeliveries",
    "List a webhook's deliveries",
    "What it was told, with every attempt, those changed longest ago first. Kept for 30 days.",
    tag=TAG,
    answers=shapes.Delivery,
    path=[_WEBHOOK],
)
class DeliveryList(WebhookView, ListView):
    """Deliveries, a page at a time."""

    fields = DELIVERY
    parameters: ClassVar = (
        by_choice("state", "In this state only.", WebhookDelivery.State.values),
        by_choice("event_type", "Of this event only.", [*EventType.values, TEST_EVENT]),
    )

    def rows(self) -> QuerySet[WebhookDelivery]:
        """All of the webhook."""
        webhook = self.webhook(self.kwargs["webhook_id"])
        return WebhookDelivery.objects.visible_to(self.who).filter(webhook=webhook)

    def shown(self, rows: list[Row]) -> list[Row]:
        """With what was tried for each."""
        return self.shown_deliveries(rows)


@documented(
    "readDelivery",
    "Read a delivery",
    "One delivery by its id, with every attempt.",
    tag=TAG,
    answers=shapes.Delivery,
    path=[_WEBHOOK, _DELIVERY],
)
class DeliveryDetail(WebhookView):
    """One delivery."""

    def get(self, request: Request, webhook_id: UUID, delivery_id: UUID, **_route: Any) -> Response:
        """It."""
        rows = WebhookDelivery.objects.visible_to(self.who)
        return Response(self.shown_delivery(rows.filter(webhook=webhook_id, pk=delivery_id)))


@described(
    "post",
    "replayDelivery",
    "Send a delivery once more",
    "Whatever became of it; its id stays the same.",
    tag=TAG,
    path=[_WEBHOOK, _DELIVERY],
    answers=(202, shapes.Delivery),
)
class DeliveryReplayList(WebhookView):
    """Where a delivery is sent once more."""

    http_method_names = ("post",)

    def post(
        self, request: Request, webhook_id: UUID, delivery_id: UUID, **_route: Any
    ) -> Response:
        """Once more."""
        rows = WebhookDelivery.objects.visible_to(self.who).filter(webhook=webhook_id)
        delivery = rows.select_related("webhook").filter(pk=delivery_id).first()
        if delivery is None:
            raise Http404
        managing.replay_one(delivery, by=self.who)
        return Response(self.shown_delivery(rows.filter(pk=delivery_id)), status=202)


def read_body(
    request: Request, *, needed: Iterable[str] = (), allowed: Iterable[str] = ()
) -> dict[str, Any]:
    """The fields that were sent: all that are needed, none that is unknown, each as it must be.

    Raises:
        ValidationError: by field, what is wrong.
    """
    sent, needed = request.data, tuple(needed)
    if not isinstance(sent, dict):
        raise ValidationError(_("Send a JSON object."), code="not_an_object")
    known = {*needed, *allowed}
    errors = {
        **{name: ValidationError(_("This is needed."), code="missing") for name in needed},
        **{name: _problem_with(name, value, known) for name, value in sent.items()},
    }
    if wrong := {name: error for name, error in errors.items() if error}:
        raise ValidationError(wrong)
    return dict(sent)


def _problem_with(name: str, value: Any, known: Iterable[str]) -> ValidationError | None:
    if name not in known:
        return ValidationError(_("There is no such field."), code="unknown_field")
    is_right = isinstance(value, str)
    if name == "event_types":
        is_right = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return None if is_right else ValidationError(_("This has the wrong type."), code="wrong_type")


def _turn(state: str) -> Any:
    turns = {"active": managing.resume_webhook, "paused": managing.pause_webhook}
    if state not in turns:
        unknown = ValidationError(_("Set active or paused."), code="state_unknown")
        raise ValidationError({"state": unknown})
    return turns[state]


def _not_a_moment() -> ValidationError:
    return ValidationError(
        _("Expected a moment such as 2026-10-05T14:03:21Z."), code="invalid_moment"
    )
