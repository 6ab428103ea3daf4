"""One person's mail: when it goes, once, and what a server's refusal brings."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from accounts.models import User
from assessments.models import Cycle, Notice
from assessments.notifications import delivery, outbox
from schools.models import District, Membership, Role, School, Seat
from schools.tenancy import district_scope
from tests.assessments.notifications.telling import (
    at,
    extend,
    plan,
    promise,
    resolve,
    say,
    send,
    settle,
)
from tests.factories import (
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
    submitted,
)
from tests.mail_server import MailServer, words_of
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dana(district: District) -> Membership:
    """The district's specialist."""
    return seat(district, Role.SPECIALIST, user=make_user("Dana"))


def outcomes(user: User) -> list[str]:
    rows = Notice.objects.filter(user=user).order_by("created_at", "id")
    return ["waits" if not n.sent_at else "dropped" if n.dropped else "sent" for n in rows]


def test_a_principal_of_three_schools_gets_one_mail_a_day(
    clock: Any, server: MailServer, district: District, alice: Membership, school: School
) -> None:
    schools = [school, make_school(district, "Garfield"), make_school(district, "Jefferson")]
    for more in schools[1:]:
        seat_at(alice, more)
    make_campaign(
        district, opens_on=date(2027, 3, 1), due_on=date(2027, 4, 1), closes_on=date(2027, 4, 30)
    )

    for hour in range(7, 12):
        clock.move_to(at(18, hour=hour))
        plan(district)
        send()

    (mail,) = server.mails
    assert mail["Subject"] == "14 days left: Garfield’s cycle, and 2 more"
    assert [name in words_of(mail) for name in ("Lincoln", "Garfield", "Jefferson")] == [True] * 3


def test_a_burst_of_comments_is_one_mail_a_quarter_of_an_hour_after_the_last(
    clock: Any, server: MailServer, alice: Membership, dana: Membership, cycle: Cycle
) -> None:
    counts = []
    for minute in range(0, 31, 5):
        clock.move_to(at(3, hour=10, minute=minute))
        if minute <= 15:
            say(cycle, alice.user, by=dana, text=f"Remark {minute}")
        send()
        counts.append(len(server.mails))

    assert (counts, server.mails[0]["Subject"]) == ([0, 0, 0, 0, 0, 0, 1], "4 comments for you")


def test_comments_without_a_pause_do_not_wait_for_ever(
    clock: Any, server: MailServer, alice: Membership, dana: Membership, cycle: Cycle
) -> None:
    for minute in range(0, 60, 10):
        clock.move_to(at(3, hour=10, minute=minute))
        say(cycle, alice.user, by=dana)
        send()
    clock.move_to(at(3, hour=11))
    send()

    assert len(server.mails) == 1


def test_who_got_a_mail_today_gets_the_comment_at_seven_tomorrow(
    clock: Any,
    server: MailServer,
    district: District,
    alice: Membership,
    dana: Membership,
    cycle: Cycle,
) -> None:
    plan(district)
    send()
    clock.move_to(at(1, hour=10))
    say(cycle, alice.user, by=dana)
    counts = []
    for moment in (at(1, hour=11), at(1, hour=23), at(2, hour=6, minute=59), at(2, hour=7)):
        clock.move_to(moment)
        send()
        counts.append(len(server.mails))

    assert counts == [1, 1, 1, 2]


def test_a_comment_of_the_night_waits_for_the_morning(
    clock: Any, server: MailServer, alice: Membership, dana: Membership, cycle: Cycle
) -> None:
    clock.move_to(at(14, hour=1))  # clocks go forward at two
    say(cycle, alice.user, by=dana)
    counts = []
    for hour, minute in ((10, 59), (11, 0)):
        clock.move_to(datetime(2027, 3, 14, hour, minute, tzinfo=ZoneInfo("UTC")))
        send()
        counts.append(len(server.mails))

    assert counts == [0, 1]


def test_a_person_of_two_districts_gets_one_mail_with_both(
    clock: Any, server: MailServer, district: District, dana: Membership, cycle: Cycle
) -> None:
    millbrook = make_district("Millbrook", time_zone="America/Los_Angeles")
    theirs = cycle_of(make_school(millbrook, "Eastgate"), make_campaign(millbrook))
    seat(millbrook, Role.SPECIALIST, user=dana.user)
    writers = [seat(each.district, Role.TEAM_MEMBER, each.school) for each in (cycle, theirs)]
    for each, by in zip((cycle, theirs), writers, strict=True):
        say(each, dana.user, by=by, text=f"At {each.school.name}")

    clock.move_to(at(1, hour=10))
    send()
    clock.move_to(at(1, hour=14))
    send()

    (mail,) = server.mails
    said = words_of(mail)
    assert [word in said for word in ("Riverbend", "Millbrook", "At Lincoln", "At Eastgate")] == (
        [True] * 4
    )


def test_no_word_of_a_district_that_someone_left(
    clock: Any, server: MailServer, district: District, dana: Membership, cycle: Cycle
) -> None:
    millbrook = make_district("Millbrook")
    theirs = cycle_of(make_school(millbrook, "Eastgate"), make_campaign(millbrook))
    there = seat(millbrook, Role.SPECIALIST, user=dana.user)
    for each in (cycle, theirs):
        by = seat(each.district, Role.TEAM_MEMBER, each.school)
        say(each, dana.user, by=by, text=f"At {each.school.name}")
    with district_scope(millbrook.pk):
        there.delete()

    clock.move_to(at(1, hour=10))
    send()

    (mail,) = server.mails
    assert ("Eastgate" in str(mail), "Millbrook" in str(mail), outcomes(dana.user)) == (
        False,
        False,
        ["sent", "dropped"],
    )


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


def seat_at(membership: Membership, school: School) -> None:
    with district_scope(membership.district_id):
        Seat.objects.create(
            district_id=membership.district_id, membership=membership, school=school
        )
