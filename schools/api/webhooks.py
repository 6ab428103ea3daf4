"""Webhooks, for programs: through the verbs that the page uses."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.recent import was_recently
from schools.api import webhook_shapes as shapes
from schools.api.bodies import Sent, read_body
from schools.api.details import ChangeableView, RemovableView
from schools.api.documentation import documented, path_id, writes
from schools.api.pages import Fields, Row
from schools.api.passing import AsJson
from schools.api.resources import DistrictView, ListView, the_one_of
from schools.api.times import Written
from schools.models import Membership, Webhook
from schools.permissions import Action
from schools.webhooks import managing

TAG: Final = "webhooks"
WEBHOOK: Final = {
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
OF_WEBHOOK: Final = path_id("webhook_id", "The webhook.")


class SignInAgain(PermissionDenied):
    """A person would do what the pages ask for once more who they are, and has not said so."""

    default_code = "sign_in_again"


class WebhookView(DistrictView):
    """An address about webhooks: to read and to write are two permissions."""

    action = Action.READ_WEBHOOKS
    writing = Action.MANAGE_WEBHOOKS
    asks_first = True
    asks_again: ClassVar[bool] = False
    """Whether writing here decides who is told, or by which secret."""
    fields: ClassVar[Fields] = WEBHOOK

    def check_may(self) -> None:
        """Whether the caller may do this and, if they sit in a browser, is still the one who
        signed in there.

        Raises:
            PermissionDenied: they may not.
            SignInAgain: they have signed in too long ago.
        """
        super().check_may()
        if not self.asks_again or self.request.method in SAFE_METHODS:
            return
        who = self.who
        if isinstance(who, Membership) and not was_recently(who.user, self.request._request):
            raise SignInAgain

    def rows(self) -> QuerySet[Any]:
        """All that the caller may know of."""
        return Webhook.objects.visible_to(self.who)

    def webhook(self, webhook_id: UUID) -> Webhook:
        """The one of this id, if the caller may know of it."""
        rows = Webhook.objects.visible_to(self.who).select_related("district")
        found: Webhook = get_object_or_404(rows, pk=webhook_id)
        return found


@documented(
    "listWebhooks",
    "List webhooks",
    "The addresses that are told of what happens, those changed longest ago first.",
    tag=TAG,
    answers=shapes.WebhookAddress,
)
@writes(
    "post",
    "makeWebhook",
    "Make a webhook",
    "From now on it is told of these events. The answer holds the secret, this once.",
    tag=TAG,
    sent=shapes.NewWebhook,
    answers=(201, shapes.WebhookWithSecret),
)
class WebhookList(WebhookView, ListView):
    """Webhooks, a page at a time; and where another one is made."""

    http_method_names = ("get", "head", "post")
    asks_again = True

    def post(self, request: Request, **_route: Any) -> HttpResponseBase:
        """A new one."""
        webhook, secret = managing.make_webhook(
            by=self.who, **read_body(request, shapes.NewWebhook)
        )
        row = the_one_of(self.rows().filter(pk=webhook.pk), WEBHOOK)
        made = self.made(row, f"{webhook.pk}/")
        made.data = {**row, "secret": secret}  # type: ignore[attr-defined]
        return made


@documented(
    "readWebhook",
    "Read a webhook",
    "One webhook by its id.",
    tag=TAG,
    answers=shapes.WebhookAddress,
    path=[OF_WEBHOOK],
)
@writes(
    "patch",
    "changeWebhook",
    "Change, pause or resume a webhook",
    "What is left out stays. What a paused webhook misses is kept as failed, to be replayed.",
    tag=TAG,
    path=[OF_WEBHOOK],
    sent=shapes.WebhookChanges,
    answers=(200, shapes.WebhookAddress),
)
@writes(
    "delete",
    "removeWebhook",
    "Remove a webhook",
    "It is told of nothing more, and its deliveries are removed with it.",
    tag=TAG,
    path=[OF_WEBHOOK],
    answers=(204, None),
)
class WebhookDetail(WebhookView, ChangeableView, RemovableView):
    """One webhook."""

    http_method_names = ("get", "head", "patch", "delete")
    asks_again = True
    named_by = "webhook_id"
    sent = shapes.WebhookChanges

    @transaction.atomic
    def change(self, row: Row, sent: dict[str, Any]) -> None:
        """Change it, pause it or resume it: all of it or nothing."""
        self.hold(row, row["id"])
        webhook, state = self.webhook(row["id"]), sent.pop("state", None)
        managing.change_webhook(webhook, by=self.who, **sent)
        if state:
            turns = {"active": managing.resume_webhook, "paused": managing.pause_webhook}
            turns[state](webhook, by=self.who)

    def remove(self, row: Row) -> None:
        """And its deliveries."""
        self.hold(row, row["id"])
        managing.remove_webhook(self.webhook(row["id"]), by=self.who)


@writes(
    "post",
    "rotateWebhookSecret",
    "Make a new secret",
    "For a day both secrets sign: each message has two signatures.",
    tag=TAG,
    path=[OF_WEBHOOK],
    answers=(201, shapes.WebhookSecret),
)
class WebhookSecretList(WebhookView):
    """Where new secrets are made."""

    http_method_names = ("post",)
    asks_again = True

    def post(self, request: Request, webhook_id: UUID, **_route: Any) -> Response:
        """A new one."""
        read_body(request, Sent)
        webhook, secret = managing.rotate_secret(self.webhook(webhook_id), by=self.who)
        row = the_one_of(self.rows().filter(pk=webhook.pk), WEBHOOK)
        until = row["older_secret_until"]
        return Response({"secret": secret, "older_secret_until": until}, status=201)
