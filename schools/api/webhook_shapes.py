"""The shapes of webhooks and their deliveries."""

from rest_framework import serializers

from schools.api.bodies import Code, Sent, SentMoment, Text
from schools.api.shapes import Moment, Shape
from schools.models import TEST_EVENT, EventType, Webhook, WebhookAttempt, WebhookDelivery

_EVENTS = EventType.choices


class WebhookAddress(Shape):
    """An address that is told of events."""

    id = serializers.UUIDField()
    url = serializers.URLField(help_text="Where messages are sent.")
    description = serializers.CharField(help_text="What it is for, or nothing.")
    event_types = serializers.ListField(
        child=serializers.ChoiceField(_EVENTS), help_text="The events that it is told of."
    )
    state = serializers.ChoiceField(
        Webhook.State.choices,
        help_text="`failing` and `gone` are set by us; set `active` to be told again.",
    )
    failing_since = Moment(allow_null=True, help_text="Since when no message was taken.")
    older_secret_until = Moment(
        allow_null=True, help_text="Until then the secret before this one signs, too."
    )
    created_at = Moment()
    updated_at = Moment()


class WebhookWithSecret(WebhookAddress):
    """A webhook, with the secret that is shown this once."""

    secret = serializers.CharField(help_text="`whsec_…`: keep it, it is not shown again.")


class NewWebhook(Sent):
    """What a new webhook needs."""

    url = Text(help_text="`https://…`, in the public internet.")
    event_types = serializers.ListField(child=Code(_EVENTS), help_text="At least one.")
    description = Text(required=False, help_text="At most 200 characters.")


class WebhookChanges(Sent):
    """What may be changed; what is left out stays."""

    url = Text(required=False)
    event_types = serializers.ListField(
        child=Code(_EVENTS), required=False, help_text="All of them, anew."
    )
    description = Text(required=False)
    state = Code(
        ["active", "paused"], required=False, help_text="`paused`, or `active` to resume it."
    )


class WebhookSecret(Shape):
    """A new secret."""

    secret = serializers.CharField(help_text="`whsec_…`: keep it, it is not shown again.")
    older_secret_until = Moment(help_text="Until then the secret before this one signs, too.")


class Attempt(Shape):
    """One try to deliver."""

    number = serializers.IntegerField()
    at = Moment()
    outcome = serializers.ChoiceField(WebhookAttempt.Outcome.choices)
    milliseconds = serializers.IntegerField(allow_null=True, help_text="How long it took.")
    status = serializers.IntegerField(allow_null=True, help_text="The status that came back.")
    answer = serializers.CharField(help_text="The first 500 characters that came back.")


class Payload(Shape):
    """What is sent, as Standard Webhooks has it."""

    type = serializers.CharField(help_text="The event.")
    timestamp = Moment(help_text="When it happened.")
    data = serializers.DictField(  # type: ignore[assignment]  # a field, whatever a serializer has
        help_text="Ids, natural keys and a link; no words."
    )


class Delivery(Shape):
    """One event for one webhook."""

    id = serializers.UUIDField()
    webhook = serializers.UUIDField()
    event_id = serializers.UUIDField(help_text="The header `webhook-id`, the same at each attempt.")
    event_type = serializers.ChoiceField([*_EVENTS, (TEST_EVENT, TEST_EVENT)])
    state = serializers.ChoiceField(WebhookDelivery.State.choices)
    tries = serializers.IntegerField()
    payload = Payload()
    created_at = Moment()
    settled_at = Moment(allow_null=True, help_text="When it was delivered, or given up.")
    updated_at = Moment()
    attempts = Attempt(many=True, help_text="In the order of time.")


class ReplaySince(Sent):
    """Which failed deliveries are sent once more."""

    since = SentMoment(help_text="Those of events that happened at this moment or later.")


class Replayed(Shape):
    """How many are sent once more."""

    replayed = serializers.IntegerField(help_text="At most 10,000 at a time.")
