"""How an operator comes to read a district, how long it lasts, and how it ends."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from schools import break_glass
from schools.models import LASTS, LONGEST_REASON, BreakGlass, District, Role
from schools.tasks import sweep_break_glass
from tests.accounts.signing_in import browser_of, front_door
from tests.factories import make_district, make_user, seat
from tests.schools.break_glass.looking import (
    END,
    PAGE,
    REASON,
    begins,
    events,
    log,
    make_operator,
    reading,
    the_session,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def operator() -> User:
    return make_operator()


def status_of(browser: Client, district: District) -> int:
    """What the district's first page is answered with."""
    status: int = browser.get(reverse("schools", args=[district.slug])).status_code
    return status


def test_the_form_leads_into_the_district(district: District, operator: User) -> None:
    browser = browser_of(operator)

    answer = begins(browser, district)

    assert (answer["Location"], status_of(browser, district)) == (front_door(district.slug), 200)


def test_nothing_opens_without_it(district: District, operator: User) -> None:
    assert status_of(browser_of(operator), district) == 404


def test_another_browser_of_the_operator_reads_nothing(district: District, operator: User) -> None:
    reading(district, operator)

    assert status_of(browser_of(operator), district) == 404


def test_another_district_stays_closed(district: District) -> None:
    other = make_district("Elsewhere")

    assert status_of(reading(district), other) == 404


@pytest.mark.parametrize(
    "reason", ["", "   ", "because", "x" * (LONGEST_REASON + 1), "a \x00 b" * 9, "\u200b" * 40]
)
def test_a_reason_that_says_nothing_is_refused_and_kept(
    district: District, operator: User, reason: str
) -> None:
    answer = begins(browser_of(operator), district, reason)

    assert (answer.status_code, BreakGlass.objects.count()) == (422, 0)
    assert answer.context["form"]["reason"].value() == reason


def test_a_district_that_there_is_not_is_said(operator: User) -> None:
    answer = browser_of(operator).post(PAGE, {"district": "nowhere", "reason": REASON})

    assert (answer.status_code, "There is no district" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("address", [PAGE, END])
def test_it_is_for_operators_alone(district: District, address: str) -> None:
    admin = seat(district, Role.DISTRICT_ADMIN)
    sent = {"district": district.slug, "reason": REASON}

    assert browser_of(admin.user).post(address, sent).status_code == 403
    with pytest.raises(PermissionDenied):
        break_glass.begin(district, by=admin.user, reason=REASON)


def test_whoever_signed_in_long_ago_says_first_who_they_are(
    district: District, operator: User
) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=45)):
        browser = browser_of(operator)

    answers = [browser.get(PAGE), begins(browser, district)]

    assert [answer.status_code for answer in answers] == [302, 403]
    assert answers[0]["Location"].startswith(reverse("account_reauthenticate"))
    assert REASON in answers[1].content.decode()
    assert BreakGlass.objects.count() == 0


def test_it_ends_to_the_second_after_an_hour(district: District) -> None:
    browser = reading(district)
    ends_at = the_session(district).ends_at
    assert ends_at - the_session(district).began_at == LASTS

    statuses = []
    for moment in (ends_at - timedelta(seconds=1), ends_at):
        with time_machine.travel(moment, tick=False):
            statuses.append(status_of(browser, district))

    assert statuses == [200, 404]


def test_a_browser_whose_hour_is_over_may_write_again(district: District) -> None:
    browser = reading(district)
    with time_machine.travel(the_session(district).ends_at):
        answer = browser.post(reverse("mail_choices"), {})

    assert answer.status_code == 302


def test_end_it_now_ends_it_now(district: District) -> None:
    browser = reading(district)

    browser.post(END)

    assert status_of(browser, district) == 404
    assert log(district)[-1].details == {"how": "ended", "pages": 0}


def test_it_is_ended_from_another_browser_too(district: District, operator: User) -> None:
    browser = reading(district, operator)

    browser_of(operator).post(END)

    assert status_of(browser, district) == 404


def test_signing_out_ends_it(district: District) -> None:
    browser = reading(district)

    browser.post(reverse("account_logout"))

    assert log(district)[-1].details["how"] == "signed_out"


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_who_is_no_operator_any_more_reads_nothing_more(
    district: District, operator: User, field: str
) -> None:
    browser = reading(district, operator)

    User.objects.filter(pk=operator.pk).update(**{field: False})

    assert status_of(browser, district) in {302, 404}
    sweep_break_glass()
    assert log(district)[-1].details["how"] == "no_operator"


def test_an_hour_that_is_over_is_written_down_as_it_was(district: District) -> None:
    reading(district)
    with time_machine.travel(the_session(district).ends_at + timedelta(minutes=3)):
        sweep_break_glass()
        sweep_break_glass()

    glass = the_session(district)
    assert (glass.ended_at, glass.how_it_ended) == (glass.ends_at, "expired")
    assert events(district).count("operator.break_glass_ended") == 1


def test_two_at_once_are_not_to_be_had(district: District, operator: User) -> None:
    reading(district, operator)

    for other in (district, make_district("Elsewhere")):
        with pytest.raises(ValidationError) as refused:
            break_glass.begin(other, by=operator, reason=REASON)
        assert refused.value.code == "one_at_a_time"


def test_after_the_hour_it_takes_a_new_reason(district: District, operator: User) -> None:
    reading(district, operator)

    with time_machine.travel(the_session(district).ends_at + timedelta(seconds=1)):
        break_glass.begin(district, by=operator, reason="They asked again: another figure")

    assert events(district) == [
        "operator.break_glass_began",
        "operator.break_glass_ended",
        "operator.break_glass_began",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": timezone.now() + timedelta(hours=1)},
        {"began_at": timezone.now() + timedelta(days=1)},
        {"reason": "Another reason, made up afterwards"},
    ],
)
def test_the_database_lets_nobody_make_it_longer_or_give_another_reason(
    district: District, operator: User, change: dict[str, Any]
) -> None:
    glass = break_glass.begin(district, by=operator, reason=REASON)

    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.filter(pk=glass.pk).update(**change)


def test_what_has_ended_is_not_begun_again_behind_our_back(
    district: District, operator: User
) -> None:
    glass = break_glass.begin(district, by=operator, reason=REASON)
    break_glass.end(glass, BreakGlass.End.ENDED)

    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.filter(pk=glass.pk).update(ended_at=None)


def test_the_database_takes_no_longer_one(district: District, operator: User) -> None:
    now = timezone.now()
    ends_at = now + LASTS + timedelta(seconds=1)

    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.create(
            district=district, operator=operator, reason=REASON, began_at=now, ends_at=ends_at
        )


def test_who_has_a_place_there_needs_none(district: District, operator: User) -> None:
    seat(district, Role.VIEWER, user=operator)

    answer = begins(browser_of(operator), district)

    assert (answer.status_code, BreakGlass.objects.count()) == (422, 0)


def test_the_log_says_who_why_until_when_and_from_where(district: District, operator: User) -> None:
    seat(district, Role.DISTRICT_ADMIN)
    reading(district, operator)

    (entry,) = log(district)

    assert (entry.actor_kind, entry.actor_name) == ("operator", operator.name)
    assert (entry.object_name, entry.address) == (REASON, "127.0.0.1")
    until = the_session(district).ends_at.isoformat(timespec="seconds")
    assert entry.details == {"until": until, "mails": 1}


def test_nobody_else_s_session_is_taken_over(district: District, operator: User) -> None:
    reading(district, operator)
    other = browser_of(make_user("Otto", is_staff=True))
    session = other.session
    session["break_glass"] = str(the_session(district).pk)
    session.save()

    assert status_of(other, district) == 404
