"""The district's own reminders: to whom, once a day, and what they say about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessments.models import Campaign, Cycle, Notice
from assessments.notifications import delivery
from assessments.notifications.asked import last_asked
from assessments.reminding import Reminded, remind_schools
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.notifications.telling import at, plan, send
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


def remind(by: Membership, *cycles: Cycle) -> Reminded:
    with district_scope(by.district_id):
        return remind_schools([it.pk for it in cycles], by=by)


def test_a_principal_gets_one_mail_however_often_they_are_reminded(
    server: Any,
    district: District,
    alice: Membership,
    cycle: Cycle,
    specialist: Membership,
) -> None:
    done = [remind(specialist, cycle), remind(specialist, cycle)]
    plan(district)
    send()

    assert [(it.schools, it.people, it.passed_over) for it in done] == [(1, 1, 0)] * 2
    assert len(server.mails) == 1
    assert Notice.objects.filter(user=alice.user, sent_at=None).count() == 0


def test_who_had_a_mail_today_gets_the_reminder_tomorrow(
    server: Any,
    clock: Any,
    district: District,
    alice: Membership,
    cycle: Cycle,
    specialist: Membership,
) -> None:
    plan(district)
    send()
    remind(specialist, cycle)
    send()
    today = len(server.mails)
    clock.move_to(at(2))
    delivery.send_waiting(alice.user_id)

    assert (today, len(server.mails)) == (1, 2)


def test_who_has_handed_in_is_passed_over(
    school: School,
    alice: Membership,
    cycle: Cycle,
    specialist: Membership,
) -> None:
    submitted(cycle, by=alice)

    done = remind(specialist, cycle)

    assert (done.schools, done.passed_over) == (0, 1)
    assert not Notice.objects.filter(user=alice.user, key__contains="/asked/").exists()


def test_a_school_without_a_principal_is_named(
    district: District,
    school: School,
    specialist: Membership,
) -> None:
    orphan = cycle_of(school, make_campaign(district))

    assert remind(specialist, orphan) == Reminded(0, 0, 0, ("Lincoln",))


def test_it_is_shown_who_was_reminded_and_when(
    clock: Any,
    district: District,
    alice: Membership,
    cycle: Cycle,
    specialist: Membership,
) -> None:
    remind(specialist, cycle)
    clock.move_to(at(3))
    remind(specialist, cycle)

    with district_scope(district.pk):
        told = last_asked(district, [cycle])[cycle.pk]

    assert (told.at, told.people, told.is_sent) == (at(3), ("Alice",), False)


def test_a_closed_campaign_reminds_nobody(
    clock: Any,
    alice: Membership,
    campaign: Campaign,
    cycle: Cycle,
    specialist: Membership,
) -> None:
    clock.shift(timedelta(days=90))
    assert campaign.is_closed

    assert remind(specialist, cycle).passed_over == 1


def test_another_district_s_school_is_not_there(
    cycle: Cycle,
    specialist: Membership,
) -> None:
    elsewhere = make_district("Millbrook")
    foreign = cycle_of(make_school(elsewhere), make_campaign(elsewhere))

    assert remind(specialist, foreign).schools == 0
    assert not Notice.objects.filter(about_id=foreign.pk).exists()


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER])
def test_who_does_not_run_campaigns_reminds_nobody(
    school: School,
    cycle: Cycle,
    role: Role,
) -> None:
    with pytest.raises(PermissionDenied):
        remind(seat(school.district, role, school), cycle)


def test_without_a_school_there_is_nothing_to_do(specialist: Membership) -> None:
    with pytest.raises(ValidationError, match="Choose at least one school"):
        remind(specialist)
