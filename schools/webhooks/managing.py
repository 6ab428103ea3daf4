"""Every change that people and programs make to a webhook. Delivering is `delivery.py`'s."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools import audit
from schools.models import (
    LONGEST_DESCRIPTION,
    TEST_EVENT,
    Author,
    District,
    EventType,
    Webhook,
    WebhookDelivery,
)
from schools.outgoing import NotAllowed, read_address
from schools.permissions import Action, may
from schools.text import clean_text
from schools.webhooks.outbox import leave, link_to, send_on, waiting
from schools.webhooks.secrets import locked, new_secret

MOST_WEBHOOKS: Final = 20
BOTH_SECRETS_FOR: Final = timedelta(hours=24)
# So many are sent once more at a time; whoever has more to replay asks again.
MOST_REPLAYED: Final = 10_000

State = Webhook.State


@transaction.atomic
def make_webhook(
    *, by: Author, url: str, event_types: Iterable[str], description: str = ""
) -> tuple[Webhook, str]:
    """A webhook, told of these events from now on; and its secret, which is never shown again.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
        ValidationError: the address may not be called or is told already, there is no such event,
            or the district has as many webhooks as it may.
    """
    _check_may(by)
    fields = _clean(url=url, event_types=event_types, description=description)
    # Two of them at the same moment: the second waits, and is counted.
    District.objects.select_for_update(no_key=True).get(pk=by.district_id)
    if Webhook.objects.filter(district=by.district_id).count() >= MOST_WEBHOOKS:
        raise ValidationError(
            _("There are %(most)d webhooks already. Remove one first."),
            code="too_many_webhooks",
            params={"most": MOST_WEBHOOKS},
        )
    secret, now = new_secret(), timezone.now()
    hook = Webhook(
        district_id=by.district_id,
        secret=locked(secret),
        made_by=by.user,
        created_at=now,
        updated_at=now,
        **fields,
    )
    _save(hook, force_insert=True)
    audit.record(audit.Event.WEBHOOK_MADE, by=by, about=hook, details=_told(hook))
    return hook, secret


@transaction.atomic
def change_webhook(hook: Webhook, *, by: Author, **changes: Any) -> Webhook:
    """Another address, other events, another description. Nothing changes what stands there.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
        ValidationError: as when it is made.
    """
    _check_may(by)
    hook = _locked(hook)
    wanted = _clean(**changes)
    changed = [name for name, value in wanted.items() if getattr(hook, name) != value]
    for name in changed:
        setattr(hook, name, wanted[name])
    if changed:
        hook.updated_at = timezone.now()
        _save(hook, update_fields=[*changed, "updated_at"])
        audit.record(audit.Event.WEBHOOK_CHANGED, by=by, about=hook, details=_told(hook))
    return hook


@transaction.atomic
def pause_webhook(hook: Webhook, *, by: Author) -> Webhook:
    """Tell it nothing until it is resumed: what is on its way stays behind as not delivered.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
    """
    _check_may(by)
    hook = _locked(hook)
    if hook.is_active:
        switch_off(hook, State.PAUSED)
        audit.record(audit.Event.WEBHOOK_CHANGED, by=by, about=hook, details=_told(hook))
    return hook


@transaction.atomic
def resume_webhook(hook: Webhook, *, by: Author) -> Webhook:
    """Tell it of things again, from now on. What it has missed, `replay_failed` sends.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
    """
    _check_may(by)
    hook = _locked(hook)
    if not hook.is_active:
        hook.state, hook.updated_at = State.ACTIVE, timezone.now()
        hook.failures, hook.failing_since, hook.not_before = 0, None, None
        hook.save()
        audit.record(audit.Event.WEBHOOK_CHANGED, by=by, about=hook, details=_told(hook))
    return hook


@transaction.atomic
def rotate_secret(hook: Webhook, *, by: Author) -> tuple[Webhook, str]:
    """A new secret; for a day both sign, so that no receiver has to change in that very moment.

    Done twice, it ends the first one at once: the way to go when a secret has become known.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
    """
    _check_may(by)
    hook, secret = _locked(hook), new_secret()
    hook.older_secret, hook.secret = hook.secret, locked(secret)
    hook.updated_at = timezone.now()
    hook.older_until = hook.updated_at + BOTH_SECRETS_FOR
    hook.save(update_fields=["older_secret", "secret", "older_until", "updated_at"])
    audit.record(audit.Event.WEBHOOK_SECRET_MADE, by=by, about=hook)
    return hook, secret


@transaction.atomic
def remove_webhook(hook: Webhook, *, by: Author) -> None:
    """It and its deliveries are gone.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
    """
    _check_may(by)
    if Webhook.objects.filter(district=by.district_id, pk=hook.pk).delete()[0]:
        audit.record(audit.Event.WEBHOOK_REMOVED, by=by, about=hook, details=_told(hook))


@transaction.atomic
def send_test(hook: Webhook, *, by: Author) -> WebhookDelivery:
    """Send it an event that means nothing.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
        ValidationError: it is switched off.
    """
    _check_may(by)
    hook = _locked(hook)
    _check_active(hook)
    facts = {"webhook": hook.pk, "link": link_to(hook.district, "api-webhook", webhook_id=hook.pk)}
    audit.record(audit.Event.WEBHOOK_TESTED, by=by, about=hook, details={"url": hook.url})
    return leave(TEST_EVENT, [hook], facts)[0]


@transaction.atomic
def replay_one(delivery: WebhookDelivery, *, by: Author) -> WebhookDelivery:
    """Send a delivery once more, whatever became of it. It keeps its id.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
        ValidationError: its webhook is switched off.
    """
    _check_may(by)
    _check_active(delivery.webhook)
    _replay([delivery], by)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_failed(hook: Webhook, *, by: Author, since: datetime) -> int:
    """Send once more what happened since then and was not delivered; gives how many these are.

    Raises:
        PermissionDenied: `by` does not manage webhooks.
        ValidationError: it is switched off.
    """
    _check_may(by)
    hook = _locked(hook)
    _check_active(hook)
    failed = hook.deliveries.filter(
        district=hook.district_id, state=WebhookDelivery.State.FAILED, created_at__gte=since
    )
    return _replay(list(failed.order_by("created_at", "id")[:MOST_REPLAYED]), by)


def switch_off(hook: Webhook, state: Webhook.State) -> None:
    """Tell the locked webhook nothing more; what was on its way was not delivered."""
    now = timezone.now()
    hook.state, hook.updated_at = state, now
    hook.save(update_fields=["state", "updated_at"])
    WebhookDelivery.objects.filter(waiting(hook)).update(
        state=WebhookDelivery.State.FAILED, settled_at=now, updated_at=now
    )


def _replay(deliveries: list[WebhookDelivery], by: Author) -> int:
    if not deliveries:
        return 0
    now, hook = timezone.now(), deliveries[0].webhook
    rows = WebhookDelivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    count = rows.update(
        state=WebhookDelivery.State.WAITING, settled_at=None, asked_at=now, updated_at=now
    )
    send_on(deliveries, at=now)
    details = {"url": hook.url, "deliveries": count}
    audit.record(audit.Event.WEBHOOK_REPLAYED, by=by, about=hook, details=details)
    return count


def _told(hook: Webhook) -> dict[str, Any]:
    return {"url": hook.url, "event_types": list(hook.event_types), "state": str(hook.state)}


def _check_may(by: Author) -> None:
    if not may(by, Action.MANAGE_WEBHOOKS):
        raise PermissionDenied


def _check_active(hook: Webhook) -> None:
    if not hook.is_active:
        raise ValidationError(
            _("This webhook is switched off. Resume it first."), code="webhook_switched_off"
        )


def _locked(hook: Webhook) -> Webhook:
    rows = Webhook.objects.select_related("district").select_for_update(of=["self"])
    found: Webhook = rows.get(district=hook.district_id, pk=hook.pk)
    return found


def _clean(**fields: Any) -> dict[str, Any]:
    """The fields as they are kept.

    Raises:
        ValidationError: by field, what is wrong.
    """
    cleaners = {"url": _url, "event_types": _event_types, "description": _description}
    cleaned, errors = {}, {}
    for name, value in fields.items():
        try:
            cleaned[name] = cleaners[name](value)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


def _url(url: str) -> str:
    try:
        read_address(url)
    except NotAllowed as error:
        raise ValidationError(
            _(
                "This address cannot be called. It must begin with https://, lie in the public "
                "internet on port 443 or 8443, and have no user name in it."
            ),
            code="address_not_allowed",
        ) from error
    return url


def _event_types(names: Iterable[str]) -> list[str]:
    wanted = set(names)
    if unknown := sorted(wanted - set(EventType.values)):
        raise ValidationError(
            _("There is no event %(name)s."), code="event_unknown", params={"name": unknown[0]}
        )
    if not wanted:
        raise ValidationError(_("Choose at least one event."), code="no_event")
    return [name for name in EventType.values if name in wanted]


def _description(text: str) -> str:
    return " ".join(clean_text(text, longest=LONGEST_DESCRIPTION).split())


def _save(hook: Webhook, **how: Any) -> None:
    try:
        with transaction.atomic():
            hook.save(**how)
    except IntegrityError as error:
        if "one_webhook_per_address" not in str(error):
            raise
        taken = ValidationError(_("There is a webhook for this address."), code="address_taken")
        raise ValidationError({"url": taken}) from error
