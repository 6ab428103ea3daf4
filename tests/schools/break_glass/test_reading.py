"""While an operator reads a district: what is written down, what is said, what is refused."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from schools.models import District, Role
from tests.accounts.signing_in import front_door
from tests.factories import make_campaign, make_district, make_school, seat
from tests.reading import problem
from tests.schools.break_glass.looking import END, begins, events, log, make_operator, reading
from tests.schools.test_access import names_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def browser(district: District) -> Client:
    """In which an operator reads."""
    return reading(district)


def test_each_page_that_was_opened_stands_in_the_log_once(
    district: District, browser: Client
) -> None:
    address = reverse("schools", args=[district.slug])
    for _time in range(2):
        browser.get(address, {"order": "name"})
    browser.get(reverse("campaigns", args=[district.slug]))

    looked = [entry.details for entry in log(district) if entry.event == "operator.looked"]

    assert [each["page"] for each in looked] == ["schools", "campaigns"]
    assert looked[0]["address"] == address


def test_the_end_says_how_many_they_were(district: District, browser: Client) -> None:
    browser.get(reverse("schools", args=[district.slug]))
    browser.get(f"/d/{district.slug}/no-such-page/")

    browser.post(END)

    assert log(district)[-1].details == {"how": "ended", "pages": 1}


def test_what_cannot_be_written_down_is_not_shown(
    district: District, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: Any) -> None:
        raise OSError

    monkeypatch.setattr("schools.access.note_page", breaks)
    browser.raise_request_exception = False

    assert browser.get(reverse("schools", args=[district.slug])).status_code == 500


def test_the_district_s_admin_sees_it_on_their_page(district: District, browser: Client) -> None:
    browser.get(reverse("schools", args=[district.slug]))
    admin = Client()
    admin.force_login(seat(district, Role.DISTRICT_ADMIN).user)

    page = admin.get(reverse("audit_log", args=[district.slug])).content.decode()

    assert "An operator began to read here" in page
    assert reverse("schools", args=[district.slug]) in page


@pytest.mark.parametrize("address", ["", "/about/", "/districts/", "/admin/", "/nowhere/"])
def test_every_page_says_so_while_it_lasts(
    district: District, browser: Client, address: str
) -> None:
    there = address or front_door(district.slug)
    assert "End it now" in browser.get(there).content.decode()

    browser.post(END)

    assert "End it now" not in browser.get(there).content.decode()


def test_the_operator_may_only_read(district: District, browser: Client) -> None:
    page = browser.get(front_door(district.slug))

    may = {action for action, it_is in page.context["may"].items() if it_is}
    assert may == {"read_schools", "read_cycles", "see_together", "see_dashboard"}


def test_no_link_leads_to_what_is_closed(district: District, browser: Client) -> None:
    make_campaign(district)
    page = browser.get(front_door(district.slug)).content.decode()

    closed = [
        name for name in ("reading", "exports") if f'"{reverse(name, args=[district.slug])}' in page
    ]

    assert closed == []


@pytest.mark.parametrize(
    "name", ["people", "audit_log", "webhooks", "api_clients", "exports", "reading"]
)
def test_what_a_reader_needs_not_stays_closed(
    district: District, browser: Client, name: str
) -> None:
    assert browser.get(reverse(name, args=[district.slug])).status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "address",
    ["/d/{slug}/campaigns/new/", "/admin/", "/api/v1/districts/{slug}/", "/accounts/mail/"],
)
def test_whatever_could_change_something_is_refused_everywhere(
    district: District, browser: Client, method: str, address: str
) -> None:
    answer = getattr(browser, method)(address.format(slug=district.slug))

    assert (answer.status_code, "You are reading only" in answer.content.decode()) == (403, True)


def test_it_cannot_be_begun_anew_while_it_lasts(district: District, browser: Client) -> None:
    assert begins(browser, make_district("Elsewhere")).status_code == 403


def test_the_api_knows_nobody_who_reads(district: District, browser: Client) -> None:
    assert browser.get(f"/api/v1/districts/{district.slug}/me/").status_code == 404


def test_the_api_refuses_in_its_own_words(district: District, browser: Client) -> None:
    answer = browser.post(f"/api/v1/districts/{district.slug}/comments/")

    assert problem(answer) == (403, "reading_only")


def test_the_language_may_be_chosen(browser: Client) -> None:
    answer = browser.post(reverse("set_language"), {"language": "es", "next": "/about/"})

    assert answer.status_code == 302


def test_the_database_refuses_what_a_page_writes_all_the_same(
    district: District, browser: Client, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.schools.careless_views"
    browser.raise_request_exception = False

    answer = browser.get(f"/d/{district.slug}/refuses/?status=200")

    assert (answer.status_code, names_in(district)) == (500, [])


def test_the_next_request_writes_as_ever(district: District, browser: Client) -> None:
    browser.get(front_door(district.slug))

    make_school(district, "Northside")

    assert names_in(district) == ["Northside"]


def test_other_people_pay_no_query_for_it(district: District) -> None:
    member = Client()
    member.force_login(seat(district, Role.VIEWER).user)
    address = reverse("schools", args=[district.slug])
    member.get(address)

    with CaptureQueriesContext(connection) as queries:
        member.get(address)

    assert [each for each in queries if "breakglass" in each["sql"]] == []


def test_an_operator_who_reads_nothing_leaves_no_trace(district: District) -> None:
    browser = Client()
    browser.force_login(make_operator())

    browser.get(front_door(district.slug))

    assert events(district) == []
