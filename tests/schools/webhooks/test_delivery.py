"""A delivery on its way: signed, retried, put off, given up, forgotten; never lost."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from schools.models import EventType, Membership, Webhook, WebhookErrand
from schools.tenancy import district_scope
from schools.webhooks import delivery, managing
from schools.webhooks.delivery import FAILURES_IN_A_ROW
from schools.webhooks.outbox import announce
from tests.certificates import certificate_for
from tests.factories import make_district
from tests.name_server import PUBLIC, name_server
from tests.receiver import OK, Receiver, receiver, status
from tests.schools.webhooks.telling import (
    attempts,
    deliver,
    deliveries,
    happen,
    outcomes,
    pass_time,
    read,
    states,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_happened_is_told_signed_and_written_down(
    made: tuple[Webhook, str], there: Receiver
) -> None:
    hook, secret = made
    happen(hook, EventType.CYCLE_SUBMITTED, cycle="abc")

    deliver()

    (message,), (row,), (attempt,) = there.messages, deliveries(hook), attempts(hook)
    assert message.json.keys() == {"type", "timestamp", "data"}
    assert (message.json["type"], message.json["data"]) == ("cycle.submitted", {"cycle": "abc"})
    assert datetime.fromisoformat(message.json["timestamp"]) <= datetime.now(UTC)
    assert (message.id, message.headers["content-type"]) == (str(row.event_id), "application/json")
    assert message.is_signed_by(secret)
    assert abs(int(message.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 10
    assert (row.state, attempt.number, attempt.outcome) == ("delivered", 1, "delivered")
    assert (attempt.status, attempt.answer) == (200, "OK")


def test_who_is_told_once_is_not_told_again(hook: Webhook, there: Receiver) -> None:
    happen(hook)

    assert [deliver(), deliver(), len(there.messages)] == [1, 1, 1]
    assert deliver(in_time=True) == 0


def test_an_event_nobody_wants_leaves_nothing(admin: Membership, there: Receiver) -> None:
    with district_scope(admin.district_id):
        hook, _secret = managing.make_webhook(
            by=admin, url=there.url, event_types=[EventType.CYCLE_SUBMITTED]
        )
    happen(hook, EventType.CAMPAIGN_OPENED)

    assert deliveries(hook) == []


def test_what_was_rolled_back_is_told_nobody(hook: Webhook) -> None:
    with pytest.raises(ZeroDivisionError), district_scope(hook.district_id):
        managing.send_test(hook, by=_admin_of(hook))
        _ = 1 / 0

    assert (deliveries(hook), WebhookErrand.objects.count()) == ([], 0)


def test_an_error_is_followed_by_another_try_with_the_same_id(
    hook: Webhook, there: Receiver
) -> None:
    there.answers = [status(500, body=b"<b>oh</b> \x00 no"), OK]
    happen(hook)

    deliver()
    assert (states(hook), deliver(in_time=True)) == (["waiting"], 0)
    deliver()

    first, second = there.messages
    assert (first.id, first.body) == (second.id, second.body)
    assert [(a.number, a.outcome, a.status) for a in attempts(hook)] == [
        (1, "refused", 500),
        (2, "delivered", 200),
    ]
    assert attempts(hook)[0].answer == "<b>oh</b> \N{REPLACEMENT CHARACTER} no"
    assert states(hook) == ["delivered"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("reset", "connection_failed"),
        (2.0, "timed_out"),
        ("drip", "timed_out"),
        (b"SSH-2.0\r\n", "not_understood"),
        (status(302, "Location: http://127.0.0.1:1/"), "redirected"),
        (status(404), "refused"),
        (status(199), "refused"),
    ],
)
def test_whatever_goes_wrong_is_written_down_and_tried_again(
    hook: Webhook, there: Receiver, settings: Any, answer: Any, outcome: str
) -> None:
    settings.OUTGOING_SECONDS = 0.5
    there.answers = [answer, OK]
    happen(hook)

    deliver()
    settings.OUTGOING_SECONDS = 5
    deliver()

    assert (outcomes(hook), states(hook)) == ([outcome, "delivered"], ["delivered"])


def test_an_address_that_leads_inside_by_now_is_not_called(
    hook: Webhook, there: Receiver, settings: Any
) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = []
    happen(hook)

    deliver()

    assert (outcomes(hook), there.connections) == (["address_not_allowed"], 0)


def test_a_name_that_leads_inside_at_the_second_try_is_not_called_until_it_leads_outside(
    admin: Membership, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = []
    certificate = certificate_for(tmp_path, "hooks.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with district_scope(admin.district_id):
        hook, _secret = managing.make_webhook(
            by=admin, url="https://hooks.example.org/", event_types=EventType.values
        )
    happen(hook)

    finds = [PUBLIC[0]], ["169.254.169.254"], [PUBLIC[0]]
    with receiver(certificate) as there:
        there.answers = [status(503), OK]
        with name_server("hooks.example.org", there.port, *finds) as names:
            told = [deliver() and len(there.messages) for _each in range(3)]

    assert outcomes(hook) == ["refused", "address_not_allowed", "delivered"]
    assert (told, names.look_ups, there.connections) == ([1, 1, 2], 3, 2)


def test_each_try_waits_longer_and_as_long_as_the_receiver_asks(
    hook: Webhook, there: Receiver
) -> None:
    there.answers = [status(503), status(503), status(503, "Retry-After: 3600")]
    happen(hook)

    waits = []
    for _try in range(3):
        deliver()
        waits.append((WebhookErrand.objects.get().at - timezone.now()).total_seconds())

    assert [low - 3 < wait < low + 10 for low, wait in zip((10, 30, 3600), waits, strict=True)] == [
        True,
        True,
        True,
    ]


def test_after_a_day_it_is_given_up(hook: Webhook, there: Receiver) -> None:
    there.answers = [status(500)]
    happen(hook)
    deliver()

    pass_time(hook, timedelta(hours=25))
    deliver()

    assert (states(hook), len(there.messages)) == (["failed"], 1)


def test_a_worker_that_dies_in_the_middle_costs_one_attempt_more(
    hook: Webhook, there: Receiver
) -> None:
    happen(hook)
    (row,) = deliveries(hook)
    with district_scope(hook.district_id):
        letter = delivery._claim(hook.district_id, row.pk)
    assert letter is not None  # and whoever has it dies here

    deliver()
    assert there.messages == []
    pass_time(hook, delivery.CLAIMED_FOR)
    deliver()

    assert (outcomes(hook), states(hook)) == (["begun", "delivered"], ["delivered"])
    assert len(there.messages) == 1


def test_a_receiver_that_fails_again_and_again_is_asked_by_one_at_a_time(
    hook: Webhook, there: Receiver
) -> None:
    there.answers = [status(500)]
    for _each in range(FAILURES_IN_A_ROW + 3):
        happen(hook)

    deliver()
    assert (len(there.messages), read(hook).failures) == (FAILURES_IN_A_ROW, FAILURES_IN_A_ROW)
    deliver()
    assert len(there.messages) == FAILURES_IN_A_ROW
    pass_time(hook, timedelta(minutes=2))
    deliver()
    assert len(there.messages) == FAILURES_IN_A_ROW + 1

    there.answers = [OK]
    pass_time(hook, timedelta(minutes=2))
    deliver()
    deliver()
    assert set(states(hook)) == {"delivered"}
    assert (read(hook).failures, read(hook).not_before) == (0, None)


def test_a_receiver_that_fails_for_a_day_is_told_no_more(hook: Webhook, there: Receiver) -> None:
    there.answers = [status(500)]
    happen(hook)
    deliver()
    pass_time(hook, timedelta(hours=24))
    happen(hook)
    deliver()

    happen(hook)
    deliver()

    assert (read(hook).state, states(hook)) == ("failing", ["failed"] * 3)


def test_a_receiver_that_is_gone_is_told_no_more(hook: Webhook, there: Receiver) -> None:
    there.answers = [status(410)]
    happen(hook)
    happen(hook)

    deliver()

    assert (read(hook).state, states(hook)) == ("gone", ["failed", "failed"])
    assert len(there.messages) == 1


def test_one_with_thousands_waiting_keeps_no_other_from_its_own(
    hook: Webhook, there: Receiver
) -> None:
    other = make_district("Elsewhere")
    WebhookErrand.objects.bulk_create(
        WebhookErrand(
            district=hook.district,
            webhook_id=hook.pk,
            delivery_id=_number(n),
            at=timezone.now() - timedelta(hours=1),
        )
        for n in range(1_000)
    )
    WebhookErrand.objects.create(
        district=other, webhook_id=_number(1), delivery_id=_number(1), at=timezone.now()
    )

    taken = delivery.take_errands()

    assert (len(taken), str(other.pk) in dict(taken)) == (51, True)


def test_what_was_delivered_is_forgotten_after_a_month(hook: Webhook) -> None:
    happen(hook)
    deliver()

    pass_time(hook, timedelta(days=29))
    deliver()
    assert len(deliveries(hook)) == 1
    pass_time(hook, timedelta(days=1))
    deliver()

    assert (deliveries(hook), attempts(hook), WebhookErrand.objects.count()) == ([], [], 0)


def test_the_delivery_of_a_webhook_that_is_gone_is_nobody_s(
    hook: Webhook, there: Receiver, admin: Membership
) -> None:
    happen(hook)
    with district_scope(hook.district_id):
        managing.remove_webhook(hook, by=admin)

    deliver()

    assert (there.messages, WebhookErrand.objects.count()) == ([], 0)


def test_another_district_hears_nothing(hook: Webhook, there: Receiver) -> None:
    other = make_district("Elsewhere")
    with district_scope(other.pk):
        announce(EventType.CAMPAIGN_OPENED, other.pk, dict)

    deliver()

    assert there.messages == []


def _admin_of(hook: Webhook) -> Membership:
    return Membership.objects.get(district=hook.district_id, role="district_admin")


def _number(n: int) -> str:
    return f"00000000-0000-7000-8000-{n:012}"
