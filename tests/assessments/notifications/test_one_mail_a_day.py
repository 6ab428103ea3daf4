"""When a person's one mail of the day goes, and what it gathers."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assessments.models import Cycle
from schools.models import District, Membership, Role, School, Seat
from schools.tenancy import district_scope
from tests.assessments.notifications.telling import at, outcomes, plan, say, send
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat
from tests.mail_server import MailServer, words_of

pytestmark = pytest.mark.django_db(transaction=True)


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


def seat_at(membership: Membership, school: School) -> None:
    with district_scope(membership.district_id):
        Seat.objects.create(
            district_id=membership.district_id, membership=membership, school=school
        )
