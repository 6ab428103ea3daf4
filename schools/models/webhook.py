"""Where a district wants to be told what has happened, and what became of each telling."""

from datetime import timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from schools.models.district import District
from schools.models.tenant import DistrictRow
from schools.outgoing import LONGEST_ADDRESS
from schools.querysets import DistrictWideQuerySet

LONGEST_DESCRIPTION: Final = 200
DELIVERIES_KEPT_FOR: Final = timedelta(days=30)


class EventType(models.TextChoices):
    """What may have happened, in the words of the domain."""

    CYCLE_SUBMITTED = "cycle.submitted", _("A school has submitted its cycle")
    CYCLE_REOPENED = "cycle.reopened", _("A submitted cycle was reopened")
    CYCLE_EXTENDED = "cycle.extended", _("A school was given more time")
    CAMPAIGN_OPENED = "campaign.opened", _("A campaign was opened")
    CAMPAIGN_CHANGED = "campaign.changed", _("A campaign’s dates or message have changed")
    THEME_ACCEPTED = "theme.accepted", _("A theme was taken into the codebook")
    EXPORT_READY = "export.ready", _("An export is ready")


# Nobody subscribes to it: it is sent when somebody asks for it.
TEST_EVENT: Final = "webhook.test"
_EVENT_TYPES: Final = (
    *("cycle.submitted", "cycle.reopened", "cycle.extended", "campaign.opened"),
    *("campaign.changed", "theme.accepted", "export.ready", "webhook.test"),
)


class WebhookQuerySet(DistrictWideQuerySet["Webhook"]):
    """Webhooks, for who sees the whole district; what may be done, `schools.permissions` says."""

    def in_order(self) -> "WebhookQuerySet":
        """The first made first."""
        return self.order_by("created_at", "id")


class Webhook(DistrictRow):
    """An address that is told of events. Only `schools.webhooks` writes it.

    The secrets are encrypted; the older one signs beside the newer one until `older_until`.
    `failures` and `not_before` are the circuit breaker's: what happens to a receiver, not what
    people have decided, so that they leave `updated_at` alone.
    """

    class State(models.TextChoices):
        """Whether it is told of anything."""

        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        FAILING = "failing", _("Paused: it has failed for a day")
        GONE = "gone", _("Switched off: the receiver said that it is gone")

    url = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    description = models.CharField(
        _("description"), max_length=LONGEST_DESCRIPTION, blank=True, default=""
    )
    event_types = models.JSONField(_("events"), default=list)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ACTIVE)
    secret = models.TextField(editable=False)
    older_secret = models.TextField(editable=False, blank=True, default="")
    older_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "url"], name="one_webhook_per_address"),
            models.CheckConstraint(
                name="webhook_state_is_known",
                condition=Q(state__in=("active", "paused", "failing", "gone")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "updated_at", "id"], name="webhooks_by_change"),
        ]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def is_active(self) -> bool:
        """Whether it is told of what happens."""
        return self.state == self.State.ACTIVE

    @property
    def older_still_signs(self) -> bool:
        """Whether the secret before the one that stands now is in use beside it."""
        return self.older_until is not None and self.older_until > timezone.now()


class DeliveryQuerySet(DistrictWideQuerySet["WebhookDelivery"]):
    """Deliveries, for who sees the whole district."""

    def latest_first(self) -> "DeliveryQuerySet":
        """What happened last comes first."""
        return self.order_by("-created_at", "-id")


class WebhookDelivery(DistrictRow):
    """One event for one webhook: the outbox row, written in the transaction of the event.

    `body` is what is sent, byte by byte the same at each attempt; ids and natural keys, no words.
    The event's id is what receivers tell repetitions by, so it stays across attempts and replays.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("On its way")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Not delivered")

    webhook = models.ForeignKey(
        Webhook,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    event_id = models.UUIDField()
    event_type = models.CharField(max_length=20, choices=[(name, name) for name in _EVENT_TYPES])
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(
        help_text=_("Since when it is to be delivered: a day later it is given up.")
    )
    claimed_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "webhook", "event_id"], name="each_event_is_delivered_once"
            ),
            models.CheckConstraint(
                name="delivery_state_is_known",
                condition=Q(state__in=("waiting", "delivered", "failed")),
            ),
            models.CheckConstraint(
                name="delivery_is_settled_or_waits",
                condition=Q(state="waiting", settled_at__isnull=True)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["district", "webhook", "updated_at", "id"], name="deliveries_by_change"
            ),
            models.Index(fields=["district", "webhook", "-created_at"], name="deliveries_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"

    @property
    def last_attempt(self) -> "WebhookAttempt | None":
        """The latest of the attempts that were fetched with it."""
        tried = list(self.attempts.all())
        return tried[-1] if tried else None

    @property
    def is_over(self) -> bool:
        """Whether it has been kept for as long as deliveries are kept."""
        return self.settled_at is not None and (
            self.settled_at + DELIVERIES_KEPT_FOR <= timezone.now()
        )


class AttemptQuerySet(DistrictWideQuerySet["WebhookAttempt"]):
    """Attempts, for who sees the whole district."""


class WebhookAttempt(DistrictRow):
    """One try to deliver. Begun before anything is sent, so that one cut short can be seen."""

    class Outcome(models.TextChoices):
        """How it went; for programs, and in words."""

        BEGUN = "begun", _("No word of it: under way, or our worker was stopped")
        DELIVERED = "delivered", _("Delivered")
        REFUSED = "refused", _("The receiver answered with an error")
        REDIRECTED = "redirected", _("The receiver wants to lead elsewhere, which is not followed")
        ADDRESS_NOT_ALLOWED = "address_not_allowed", _("The address is not a public one")
        NAME_NOT_FOUND = "name_not_found", _("There is no such name")
        CONNECTION_FAILED = "connection_failed", _("No connection, or one that broke off")
        TLS_FAILED = "tls_failed", _("No secure connection: look at the certificate")
        NOT_UNDERSTOOD = "not_understood", _("The answer was not HTTP")
        TIMED_OUT = "timed_out", _("No answer in time")

    delivery = models.ForeignKey(
        WebhookDelivery,
        on_delete=models.CASCADE,
        related_name="attempts",
        db_constraint=False,
        db_index=False,
    )
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=19, choices=Outcome, default=Outcome.BEGUN)
    milliseconds = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, default="")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "delivery", "number"], name="each_attempt_has_its_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"

    @property
    def as_json(self) -> dict[str, Any]:
        """As the API shows it, without its moment."""
        names = ("number", "outcome", "milliseconds", "status", "answer")
        return {name: getattr(self, name) for name in names}


class WebhookErrand(models.Model):
    """A delivery wants attention at a certain moment: it is to be sent, or forgotten.

    Global, like dirty marks: the sweep reads errands across districts, and they hold ids only.
    Written with the delivery in one transaction, so that nothing is lost with the queue.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    webhook_id = models.UUIDField()
    delivery_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("webhook errand")
        verbose_name_plural = _("webhook errands")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "delivery_id"], name="one_errand_per_delivery"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="webhook_errands_by_time")]

    def __str__(self) -> str:
        return str(self.delivery_id)
