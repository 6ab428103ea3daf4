"""An errand is run: a delivery is sent, once at a time, and what became of it is written down.

Claimed in one short transaction, sent in none, settled in another. Whoever dies in between leaves
an attempt that was begun and an errand that comes again: at least once, never lost. The event's id
is the same each time, so that receivers can tell.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from schools.models import (
    DELIVERIES_KEPT_FOR,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookErrand,
)
from schools.outgoing import Answer, NotReached, post
from schools.tenancy import district_scope
from schools.webhooks.managing import switch_off
from schools.webhooks.outbox import send_on
from schools.webhooks.secrets import signatures, unlocked

TRIED_FOR: Final = timedelta(hours=24)
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=10), timedelta(hours=2)
# Longer than any call lasts: when it is over, whoever was at it is no more.
CLAIMED_FOR: Final = timedelta(seconds=30)
SENT_AGAIN_AFTER: Final = timedelta(seconds=60)
ERRANDS_AT_ONCE: Final = 500
OF_ONE_WEBHOOK_AT_ONCE: Final = 50
# After so many failures in a row one delivery at a time finds out whether the receiver is back.
FAILURES_IN_A_ROW: Final = 5
GONE: Final = 410
SUCCESS, REDIRECTS = range(200, 300), range(300, 400)
_ANSWER_CHARACTERS: Final = 500

Outcome = WebhookAttempt.Outcome
State = WebhookDelivery.State


@dataclass(frozen=True, slots=True)
class Letter:
    """All that sending needs, read while the delivery was claimed."""

    delivery_id: UUID
    attempt_id: UUID
    url: str
    event_id: UUID
    body: bytes
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an attempt."""

    outcome: str
    milliseconds: int
    status: int | None = None
    answer: str = ""
    wait: timedelta = timedelta()


@transaction.atomic
def take_errands() -> list[tuple[str, str]]:
    """The (district id, delivery id) of what is due; until a while later nobody else takes them.

    Of one webhook a few at a time: one with thousands waiting keeps no other from its own.
    """
    now = timezone.now()
    turn = Window(RowNumber(), partition_by=[F("webhook_id")], order_by=[F("at"), F("id")])
    due = WebhookErrand.objects.filter(at__lte=now).annotate(turn=turn)
    next_ones = due.filter(turn__lte=OF_ONE_WEBHOOK_AT_ONCE).order_by("at")[:ERRANDS_AT_ONCE]
    ids = [errand.pk for errand in next_ones]
    taken = list(
        WebhookErrand.objects.select_for_update(skip_locked=True).filter(pk__in=ids, at__lte=now)
    )
    WebhookErrand.objects.filter(pk__in=[errand.pk for errand in taken]).update(
        at=now + SENT_AGAIN_AFTER
    )
    return [(str(errand.district_id), str(errand.delivery_id)) for errand in taken]


def run_errand(district_id: UUID, delivery_id: UUID) -> None:
    """Send the delivery, or forget it when it has been kept for long enough. Often neither."""
    with district_scope(district_id):
        letter = _claim(district_id, delivery_id)
    if letter is None:
        return
    result = _sent(letter)
    with district_scope(district_id):
        _settle(district_id, letter, result)


def _claim(district_id: UUID, delivery_id: UUID) -> Letter | None:
    """What is to be sent now, by nobody else."""
    rows = WebhookDelivery.objects.filter(district=district_id, pk=delivery_id)
    hook = (
        Webhook.objects.select_for_update()
        .filter(district=district_id, pk__in=rows.values("webhook"))
        .first()
    )
    delivery = rows.select_for_update().first()
    if hook is None or delivery is None:
        _errand(district_id, delivery_id).delete()
        return None
    now = timezone.now()
    if delivery.state != State.WAITING:
        _keep(delivery)
    elif delivery.claimed_until and delivery.claimed_until > now:
        send_on([delivery], at=delivery.claimed_until)
    elif not hook.is_active or (now - delivery.asked_at > TRIED_FOR and delivery.tries):
        _give_up(delivery, now)
    elif hook.not_before and hook.not_before > now:
        send_on([delivery], at=hook.not_before + _jitter(FIRST_DELAY))
    else:
        return _begin(hook, delivery, now)
    return None


def _begin(hook: Webhook, delivery: WebhookDelivery, now: datetime) -> Letter:
    delivery.tries += 1
    delivery.claimed_until = now + CLAIMED_FOR
    delivery.save(update_fields=["tries", "claimed_until"])
    attempt = WebhookAttempt.objects.create(
        district_id=delivery.district_id, delivery=delivery, number=delivery.tries, at=now
    )
    if hook.failures >= FAILURES_IN_A_ROW:
        # This one finds out; the others wait for what it finds.
        hook.not_before = now + CLAIMED_FOR
        hook.save(update_fields=["not_before"])
    kept = [hook.secret]
    if hook.older_until and hook.older_until > now:
        kept.append(hook.older_secret)
    return Letter(
        delivery_id=delivery.pk,
        attempt_id=attempt.pk,
        url=hook.url,
        event_id=delivery.event_id,
        body=delivery.body.encode(),
        secrets=tuple(map(unlocked, kept)),
    )


def _sent(letter: Letter) -> Result:
    timestamp, began = int(time.time()), time.monotonic()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": str(letter.event_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(
            str(letter.event_id), timestamp, letter.body, by=letter.secrets
        ),
    }
    try:
        answer = post(letter.url, body=letter.body, headers=headers)
    except NotReached as failure:
        return Result(failure.code, _milliseconds_since(began))
    return Result(
        _outcome_of(answer.status),
        _milliseconds_since(began),
        answer.status,
        _readable(answer.body),
        _asked_to_wait(answer),
    )


def _settle(district_id: UUID, letter: Letter, result: Result) -> None:
    WebhookAttempt.objects.filter(district=district_id, pk=letter.attempt_id).update(
        outcome=result.outcome,
        milliseconds=result.milliseconds,
        status=result.status,
        answer=result.answer,
    )
    rows = WebhookDelivery.objects.filter(district=district_id, pk=letter.delivery_id)
    hook = (
        Webhook.objects.select_for_update()
        .filter(district=district_id, pk__in=rows.values("webhook"))
        .first()
    )
    delivery = rows.select_for_update().first()
    if hook is None or delivery is None:
        return
    now = timezone.now()
    delivery.claimed_until = None
    delivery.updated_at = now
    delivery.save(update_fields=["claimed_until", "updated_at"])
    if result.outcome == Outcome.DELIVERED:
        _close_the_circuit(hook)
        delivery.state, delivery.settled_at = State.DELIVERED, now
        delivery.save(update_fields=["state", "settled_at"])
        _keep(delivery)
    else:
        _put_off(hook, delivery, result)


def _put_off(hook: Webhook, delivery: WebhookDelivery, result: Result) -> None:
    now = timezone.now()
    _open_the_circuit(hook, result, now)
    if delivery.state != State.WAITING or not hook.is_active:
        delivery.refresh_from_db()
        if delivery.state == State.WAITING:
            _give_up(delivery, now)
        return
    wait = max(_delay(delivery.tries), result.wait)
    if now + wait - delivery.asked_at > TRIED_FOR:
        _give_up(delivery, now)
    else:
        send_on([delivery], at=now + wait)


def _open_the_circuit(hook: Webhook, result: Result, now: datetime) -> None:
    """One more failure; after too many, or when the receiver is gone, it is told no more."""
    hook.failures += 1
    hook.failing_since = hook.failing_since or now
    if hook.failures >= FAILURES_IN_A_ROW:
        hook.not_before = now + max(_delay(hook.failures - FAILURES_IN_A_ROW + 1), result.wait)
    hook.save(update_fields=["failures", "failing_since", "not_before"])
    if not hook.is_active:
        return
    if result.status == GONE:
        switch_off(hook, Webhook.State.GONE)
    elif now - hook.failing_since >= TRIED_FOR:
        switch_off(hook, Webhook.State.FAILING)


def _close_the_circuit(hook: Webhook) -> None:
    if hook.failures:
        hook.failures, hook.failing_since, hook.not_before = 0, None, None
        hook.save(update_fields=["failures", "failing_since", "not_before"])


def _give_up(delivery: WebhookDelivery, now: datetime) -> None:
    delivery.state, delivery.settled_at, delivery.updated_at = State.FAILED, now, now
    delivery.save(update_fields=["state", "settled_at", "updated_at"])
    _keep(delivery)


def _keep(delivery: WebhookDelivery) -> None:
    """In the log, until it has been kept for long enough."""
    if delivery.is_over:
        _errand(delivery.district_id, delivery.pk).delete()
        delivery.delete()
    else:
        settled: Any = delivery.settled_at
        send_on([delivery], at=settled + DELIVERIES_KEPT_FOR)


def _errand(district_id: UUID, delivery_id: UUID) -> Any:
    return WebhookErrand.objects.filter(district=district_id, delivery_id=delivery_id)


def _delay(tries: int) -> timedelta:
    """Three times as long each time, and never the same twice: receivers come back one by one."""
    return min(FIRST_DELAY * 3 ** min(tries - 1, 20), LONGEST_DELAY) + _jitter(FIRST_DELAY)


def _jitter(most: timedelta) -> timedelta:
    return most * random.random()  # noqa: S311 - no secret


def _outcome_of(status: int) -> str:
    if status in SUCCESS:
        return Outcome.DELIVERED
    return Outcome.REDIRECTED if status in REDIRECTS else Outcome.REFUSED


def _readable(body: bytes) -> str:
    """The first characters, without what a database or a page could not take."""
    text = body.decode("utf-8", "replace")
    kept = "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    return kept[:_ANSWER_CHARACTERS]


def _asked_to_wait(answer: Answer) -> timedelta:
    """What `Retry-After` says in seconds, within reason; its dates are not read."""
    seconds = answer.retry_after.strip()
    if not (seconds.isascii() and seconds.isdigit()):
        return timedelta()
    return min(timedelta(seconds=int(seconds[:8])), LONGEST_DELAY)


def _milliseconds_since(began: float) -> int:
    return int((time.monotonic() - began) * 1_000)
