"""A request to a district: in one transaction, in one scope, with nothing left over."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test import Client

from assessments.models import Revision
from schools.models import District, Membership, Role, School
from schools.tenancy import SETTING, district_scope
from tests.factories import cycle_of, make_campaign, make_district, make_school, make_user, seat
from tests.schools.careless_views import Trouble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def north() -> District:
    return make_district("North", slug="north")


@pytest.fixture
def school(north: District) -> School:
    return make_school(north, "Northside")


@pytest.fixture
def alice(north: District, school: School) -> Membership:
    """The principal of the school."""
    return seat(north, Role.PRINCIPAL, school, user=make_user("Alice"))


@pytest.fixture
def browser(alice: Membership) -> Client:
    """Alice's; whatever breaks is answered, as in production."""
    client = Client(raise_request_exception=False)
    client.force_login(alice.user)
    return client


@pytest.fixture
def careless(settings: Any) -> None:
    """Addresses whose views make mistakes."""
    settings.ROOT_URLCONF = "tests.schools.careless_views"


def names_in(district: District) -> list[str]:
    with district_scope(district.pk):
        return sorted(School.objects.values_list("name", flat=True))


def present_setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [SETTING])
        setting: str = cursor.fetchone()[0]
    return setting


@pytest.mark.parametrize("where", ["breaks", "breaks-while-rendering", "answers-500"])
def test_what_breaks_leaves_nothing_half_done(
    careless: None, browser: Client, north: District, where: str
) -> None:
    answer = browser.post(f"/d/north/{where}/")

    assert (answer.status_code, names_in(north)) == (500, ["Northside"])


@pytest.mark.parametrize("how", ["404", "403"])
def test_what_is_refused_by_an_exception_leaves_nothing_half_done(
    careless: None, browser: Client, north: District, how: str
) -> None:
    answer = browser.post(f"/d/north/changes-its-mind/?how={how}")

    assert (answer.status_code, names_in(north)) == (int(how), ["Northside"])


@pytest.mark.parametrize("status", [200, 302, 409, 422])
def test_what_is_answered_is_kept(
    careless: None, browser: Client, north: District, status: int
) -> None:
    browser.post(f"/d/north/refuses/?status={status}")

    assert names_in(north) == ["Half done", "Northside"]


def test_a_page_that_is_rendered_late_still_sees_the_district(
    careless: None, browser: Client
) -> None:
    answer = browser.get("/d/north/renders-late/")

    assert answer.text == "Northside,"


def test_an_answer_that_takes_its_time_holds_no_transaction_and_reaches_no_row(
    careless: None, browser: Client, north: District
) -> None:
    answer = browser.post("/d/north/makes-its-answer-afterwards/")

    assert "no district is set" in answer.text
    assert names_in(north) == ["Half done", "Northside"]


def test_words_that_came_too_late_are_kept_though_they_are_refused(
    browser: Client, north: District, school: School
) -> None:
    cycle = cycle_of(school, make_campaign(north))
    address = f"/d/north/cycles/{cycle.pk}/cells/team/beliefs/"
    for words in ("Mine", "Theirs, too late"):
        sent = {"team.beliefs-version": 0, "team.beliefs-opportunities": words}
        answer = browser.post(address, sent)

    with district_scope(north.pk):
        refused = Revision.objects.filter(was_refused=True)
        kept = [revision.content["opportunities"] for revision in refused]
    assert (answer.status_code, kept) == (409, ["Theirs, too late"])


@pytest.mark.parametrize("where", ["renders-late", "breaks", "breaks-while-rendering"])
def test_no_district_is_left_over_on_the_connection(
    careless: None, browser: Client, where: str
) -> None:
    connection.ensure_connection()
    session = connection.connection.info.backend_pid

    browser.get(f"/d/north/{where}/")

    assert (present_setting(), connection.connection.info.backend_pid) == ("", session)
    with pytest.raises(ProgrammingError, match="no district is set"):
        list(School.objects.all())


def test_the_next_request_on_the_connection_is_in_its_own_district(
    careless: None, browser: Client, alice: Membership
) -> None:
    south = make_district("South", slug="south")
    make_school(south, "Southside")
    seat(south, Role.SPECIALIST, user=alice.user)

    seen = [browser.get(f"/d/{slug}/renders-late/").text for slug in ("north", "south", "north")]

    assert seen == ["Northside,", "Southside,", "Northside,"]


@pytest.mark.parametrize("slug", ["north", "nowhere"])
def test_who_has_no_place_gets_no_scope_though_the_view_forgets_to_ask(
    careless: None, school: School, slug: str
) -> None:
    client = Client()
    client.force_login(make_user("Eve"))

    with pytest.raises(ProgrammingError, match="no district is set"):
        client.get(f"/api/v1/districts/{slug}/forgets-to-ask/")


def test_a_mistake_in_a_view_is_seen_in_tests(careless: None, alice: Membership) -> None:
    client = Client()
    client.force_login(alice.user)

    with pytest.raises(Trouble):
        client.get("/d/north/breaks/")
