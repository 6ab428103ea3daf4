"""Sessions: a person sees and ends their own, and each is over in time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from accounts.models import Session, User
from config.settings import base
from schools.models import AuditEntry, District, Role
from schools.tenancy import district_scope
from tests.accounts.signing_in import by_password, is_signed_in
from tests.factories import PASSWORD, make_district, make_school, make_user, seat
from tests.second_factors import make_app, recent_browser_of

pytestmark = pytest.mark.django_db(transaction=True)

SESSIONS, ACCOUNT = "/accounts/sessions/", "/accounts/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
MORNING = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)


@pytest.fixture
def alice() -> User:
    return make_user("Alice")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def browser_at(
    person: User, agent: str = FIREFOX, address: str = "192.0.2.7", **said: str
) -> Client:
    """Where they have signed in by the form."""
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    by_password(client, person.email, **said)
    return client


def is_in(client: Client) -> bool:
    """Whether the next click finds them signed in."""
    answer = client.get(ACCOUNT)
    return answer.status_code == 200 or "/second-factor/" in answer.url


def names_of(person: User) -> list[UUID]:
    """As pages name the person's sessions, the oldest first."""
    rows = Session.objects.filter(user=person).order_by("started_at")
    return list(rows.values_list("shown_as", flat=True))


def end_of(name: UUID) -> str:
    return f"{SESSIONS}{name}/end/"


def test_a_person_sees_where_they_are_signed_in_this_device_first(alice: User) -> None:
    browser_at(alice, SAFARI, "198.51.100.9")
    here = browser_at(alice)

    page = here.get(SESSIONS).text

    assert page.index("Firefox, Windows") < page.index("this device") < page.index("Safari, iPad")
    assert "198.51.100.9" in page
    assert not any(row.session_key in page for row in Session.objects.all())


def test_a_session_that_is_ended_is_over_with_its_next_click(alice: User) -> None:
    lost, here = browser_at(alice), browser_at(alice)

    here.post(end_of(names_of(alice)[0]))

    assert (is_in(lost), is_in(here)) == (False, True)


def test_all_others_can_be_ended_at_once(alice: User) -> None:
    others = [browser_at(alice) for _ in range(3)]
    here = browser_at(alice)

    said = here.post(f"{SESSIONS}others/end/", follow=True)

    assert "3 other devices are signed out." in said.text
    assert ([is_in(other) for other in others], is_in(here)) == ([False] * 3, True)


def test_another_person_s_session_is_nobody_s_to_end(alice: User) -> None:
    hers = browser_at(alice)
    mallory = browser_at(make_user("Mallory"))

    addresses = [end_of(names_of(alice)[0]), end_of(UUID(int=7))]
    answers = [mallory.post(address) for address in addresses]

    # The page holds its own address, for who chooses another language.
    told, nothing = (
        _TOKEN.sub("", answer.text).replace(address, "")
        for answer, address in zip(answers, addresses, strict=True)
    )
    assert (answers[0].status_code, told) == (404, nothing)
    assert is_in(hers)


def test_it_stands_in_the_log_of_their_district(alice: User) -> None:
    district: District = make_district()
    seat(district, Role.PRINCIPAL, make_school(district), user=alice)
    browser_at(alice)

    browser_at(alice).post(f"{SESSIONS}others/end/")

    with district_scope(district.pk):
        events = list(AuditEntry.objects.order_by("pk").values_list("event", "details"))
    assert events[:2] == [("person.signed_in", {"second_factor": False})] * 2
    assert events[2:] == [("session.ended", {"sessions": 1})]


def test_a_new_password_ends_every_other_session(alice: User) -> None:
    lost, here = browser_at(alice), browser_at(alice)

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "nine new cells", "password2": "nine new cells"},
    )

    assert (is_in(lost), is_in(here)) == (False, True)
    assert len(names_of(alice)) == 1


def test_an_account_that_is_closed_is_closed_with_its_next_click(alice: User) -> None:
    browser = browser_at(alice)

    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert not is_in(browser)


def test_an_ordinary_session_lasts_a_month_in_all(
    alice: User, clock: time_machine.Traveller
) -> None:
    browser = browser_at(alice)

    clock.shift(timedelta(days=13))
    still = is_in(browser)
    clock.shift(timedelta(days=13))
    used = is_in(browser)
    clock.shift(timedelta(days=4))

    assert (still, used, is_in(browser)) == (True, True, False)


def test_an_ordinary_session_that_nobody_uses_ends_after_two_weeks(
    alice: User, clock: time_machine.Traveller
) -> None:
    browser = browser_at(alice)

    clock.shift(timedelta(days=14))

    assert not is_in(browser)


@pytest.mark.parametrize(("hours", "lasts"), [(0.9, True), (1, False)])
def test_an_admin_s_session_ends_an_hour_after_their_last_click(
    clock: time_machine.Traveller, hours: float, lasts: bool
) -> None:
    browser = browser_at(seat(make_district(), Role.DISTRICT_ADMIN).user)

    clock.shift(timedelta(hours=hours))

    assert is_in(browser) is lasts


def test_an_operator_s_session_lasts_twelve_hours_however_busy(
    clock: time_machine.Traveller,
) -> None:
    browser = browser_at(make_user("Op", is_staff=True))

    hours = 0.0
    while is_in(browser) and hours < 24:
        clock.shift(timedelta(hours=0.5))
        hours += 0.5

    assert hours == 12


@pytest.mark.parametrize("channel", ["d", "api/v1/districts"])
def test_who_becomes_an_admin_has_an_admin_s_session_from_then_on(
    alice: User, clock: time_machine.Traveller, channel: str
) -> None:
    district = make_district()
    place = seat(district, Role.PRINCIPAL, make_school(district), user=alice)
    browser = recent_browser_of(alice)
    type(place).objects.filter(pk=place.pk).update(
        role=Role.DISTRICT_ADMIN, sees_whole_district=True
    )

    browser.get(f"/{channel}/{district.slug}/schools/")
    clock.shift(timedelta(hours=1))

    assert not is_in(browser)


def test_a_session_on_a_shared_computer_is_short_and_goes_with_the_browser(
    alice: User, clock: time_machine.Traveller
) -> None:
    browser = browser_at(alice, shared="on")
    kept = [name for name, cookie in browser.cookies.items() if cookie["max-age"]]

    clock.shift(timedelta(minutes=19))
    still = is_in(browser)
    clock.shift(timedelta(minutes=20))

    assert (still, is_in(browser)) == (True, False)
    assert kept == ["csrftoken"]


def test_a_click_is_noted_once_a_minute_and_no_more(
    alice: User, clock: time_machine.Traveller
) -> None:
    browser = browser_at(alice)

    browser.get(ACCOUNT)
    at_once = Session.objects.get(user=alice).seen_at
    clock.shift(timedelta(minutes=2))
    browser.get(ACCOUNT)

    later = Session.objects.get(user=alice).seen_at
    assert (at_once, later) == (MORNING, MORNING + timedelta(minutes=2))


def test_a_stranger_who_keeps_trying_keeps_nobody_out_of_the_browser_they_know(
    alice: User, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()
    known = browser_at(alice)
    known.post("/accounts/logout/")

    for number in range(8):
        browser_at(alice, address=f"198.51.100.{number}", password=f"guess {number}")
    at_a_stranger_s = browser_at(alice)
    by_password(known, alice.email)

    assert (is_signed_in(at_a_stranger_s), is_signed_in(known)) == (False, True)
    cache.clear()


def test_a_known_browser_is_tried_no_oftener_than_any(alice: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()
    known = browser_at(alice)
    known.post("/accounts/logout/")
    mallory = make_user("Mallory")

    for number in range(5):
        by_password(known, alice.email, f"guess {number}")
    by_password(known, alice.email)
    hers = is_signed_in(known)
    by_password(known, mallory.email)

    assert (hers, is_signed_in(known)) == (False, True)
    cache.clear()


def test_who_knows_the_password_alone_is_given_no_mark(alice: User) -> None:
    make_app(alice)

    stranger = browser_at(alice)

    assert "known_browser" not in stranger.cookies


@pytest.mark.parametrize("agent", ["", "x" * 5000, "\x7f", "Mozilla/5.0 (Nintendo; U)"])
def test_a_device_that_says_nothing_known_is_an_unknown_device(alice: User, agent: str) -> None:
    browser = browser_at(alice, agent)

    assert "An unknown device" in browser.get(SESSIONS).text
