"""One person's mail: that it goes once, what a server's refusal brings, and who gets none."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from assessments.models import Cycle, Notice
from assessments.notifications import delivery, outbox
from schools.models import District, Membership, Role, School
from tests.assessments.notifications.telling import (
    at,
    extend,
    outcomes,
    plan,
    promise,
    resolve,
    say,
    send,
    settle,
)
from tests.factories import make_user, seat, submitted
from tests.mail_server import MailServer
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_at_once_send_one_mail(
    server: MailServer, clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    plan(district)
    server.seconds = 0.3

    def work() -> None:
        try:
            delivery.send_waiting(alice.user_id)
        finally:
            connections.close_all()

    all_at_once(*[work] * 5)

    assert len(server.mails) == 1


def test_a_server_that_is_away_is_tried_again_and_keeps_nobody_else_waiting(
    clock: Any,
    server: MailServer,
    district: District,
    school: School,
    alice: Membership,
    cycle: Cycle,
) -> None:
    bea = seat(district, Role.PRINCIPAL, school, user=make_user("Bea"))
    server.replies[alice.user.email] = ["451 come back later", "451 come back later", "250 OK"]
    plan(district)
    came = []
    for minute in range(0, 11):
        clock.move_to(at(1, minute=minute))
        send()
        came.append(sorted(server.by_person))

    both = sorted([alice.user.email, bea.user.email])
    # Tried at once, two minutes later and four minutes after that.
    assert came == [[bea.user.email]] * 6 + [both] * 5
    assert set(server.times_by_message_id.values()) == {1}


def test_no_connection_is_no_refusal(
    clock: Any, settings: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    plan(district)

    send()

    notice = Notice.objects.get(user=alice.user)
    alice.user.refresh_from_db()
    assert (notice.sent_at, notice.tries, alice.user.mail_refused_at) == (None, 1, None)
    assert notice.not_before == at(1) + timedelta(minutes=2)


def test_a_server_that_never_takes_it_is_given_up_in_the_end(
    clock: Any, server: MailServer, district: District, alice: Membership, cycle: Cycle
) -> None:
    server.replies[alice.user.email] = ["550 5.7.1 you may not send here"]
    plan(district)
    for hours in range(24 * 4):
        clock.move_to(at(1) + timedelta(hours=hours))
        send()

    alice.user.refresh_from_db()
    assert (outcomes(alice.user), alice.user.mail_refused_at) == (["dropped"], None)


def test_a_refused_address_gets_no_more_mail_until_the_person_says_it_is_right(
    clock: Any,
    server: MailServer,
    district: District,
    alice: Membership,
    dana: Membership,
    cycle: Cycle,
    client: Any,
) -> None:
    server.replies[alice.user.email] = ["550 5.1.1 no such user", "250 OK"]
    plan(district)
    send()
    alice.user.refresh_from_db()
    refused_at = alice.user.mail_refused_at
    clock.move_to(at(2))
    say(cycle, alice.user, by=dana)
    clock.move_to(at(2, hour=10))
    send()
    in_between = (len(server.mails), outcomes(alice.user))

    client.force_login(alice.user)
    page = client.get(f"/d/{district.slug}/cycles/{cycle.pk}/").text
    client.post("/accounts/mail/address/")
    say(cycle, alice.user, by=dana)
    clock.move_to(at(2, hour=11))
    send()

    assert (refused_at, in_between) == (at(1), (0, ["dropped", "dropped"]))
    assert f"Mail to {alice.user.email} was refused on March 1, 2027" in page
    assert (len(server.mails), outcomes(alice.user)[-1]) == (1, "sent")


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"gets_comments_by_mail": False}],
    ids=["inactive", "wants none"],
)
def test_who_shall_get_none_gets_none(
    clock: Any,
    server: MailServer,
    alice: Membership,
    dana: Membership,
    cycle: Cycle,
    change: dict[str, bool],
) -> None:
    say(cycle, alice.user, by=dana)
    User.objects.filter(pk=alice.user_id).update(**change)

    clock.move_to(at(1, hour=10))
    send()

    assert (server.mails, outcomes(alice.user)) == ([], ["dropped"])


def test_what_is_settled_meanwhile_is_not_told(
    clock: Any,
    server: MailServer,
    district: District,
    alice: Membership,
    dana: Membership,
    cycle: Cycle,
) -> None:
    clock.move_to(at(13))
    promised = promise(cycle, date(2027, 3, 25))
    clock.move_to(at(18, hour=8))
    plan(district)
    comment = say(cycle, alice.user, by=dana)
    submitted(cycle, alice)
    settle(promised)
    resolve(comment)

    clock.move_to(at(18))
    send()

    assert (server.mails, set(outcomes(alice.user))) == ([], {"dropped"})


def test_a_stage_that_more_time_has_overtaken_is_not_told(
    clock: Any, server: MailServer, district: District, alice: Membership, cycle: Cycle
) -> None:
    clock.move_to(at(18, hour=7))
    plan(district)
    extend(cycle, date(2027, 5, 20))
    send()

    assert (server.mails, outcomes(alice.user)) == ([], ["dropped"])


def test_the_sweep_hands_nobody_over_twice_at_once(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    plan(district)

    handed = [outbox.take_people_to_write_to() for _ in range(2)]
    clock.move_to(at(1, minute=5))
    after_the_lease = outbox.take_people_to_write_to()

    assert (handed, after_the_lease) == ([[alice.user_id], []], [alice.user_id])
