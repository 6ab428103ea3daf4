"""Who gets into a district's API, and what the others are told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from schools.models import District, Role
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, make_user, seat
from tests.reading import Reader, make_key, problem, signed_in, stranger, with_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


def shows(district: District, header: str) -> Reader:
    return Reader(district, Client(headers={"Authorization": header}))


def test_a_program_with_a_key_gets_in(district: District) -> None:
    answer = with_key(district).get("me")

    assert answer.status_code == 200


def test_a_key_that_has_expired_does_not_work_any_more(district: District) -> None:
    key = make_key(district, (), expires_at=timezone.now() - timedelta(seconds=1))

    answer = shows(district, f"Bearer {key}").get("me")

    assert problem(answer) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Ninefold", error="invalid_token"'


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic Zm9vOmJhcg=="])
def test_who_shows_nothing_is_asked_to(district: District, header: str) -> None:
    answer = shows(district, header).get("me")

    assert problem(answer) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Ninefold"'


def test_a_made_up_key_says_nothing_about_which_districts_there_are(district: District) -> None:
    nowhere = District(slug="nowhere")

    answers = [shows(place, "Bearer made up").get("me") for place in (district, nowhere)]

    assert [problem(answer) for answer in answers] == [(401, "invalid_token")] * 2
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("resource", ["me", "schools", "cycles", "dashboards/2027"])
def test_another_district_looks_to_a_program_as_if_there_were_none(
    district: District, resource: str
) -> None:
    elsewhere = make_district("Millbrook")
    nowhere = District(slug="nowhere")

    answers = [with_key(district, at=place).get(resource) for place in (elsewhere, nowhere)]

    assert [problem(answer) for answer in answers] == [(404, "not_found")] * 2
    assert answers[0].content == answers[1].content


def test_another_district_looks_to_a_person_as_if_there_were_none(district: District) -> None:
    consultant = seat(district, Role.DISTRICT_ADMIN).user
    elsewhere = make_district("Millbrook")
    nowhere = District(slug="nowhere")

    answers = [signed_in(consultant, place).get("schools") for place in (elsewhere, nowhere)]

    assert [problem(answer) for answer in answers] == [(404, "not_found")] * 2
    assert answers[0].content == answers[1].content


def test_a_signed_in_person_reads_with_their_own_rights(district: District) -> None:
    lincoln = make_school(district, "Lincoln")
    make_school(district, "Garfield")
    principal = seat(district, Role.PRINCIPAL, lincoln)

    schools = signed_in(principal.user, district).rows("schools")

    assert [school["name"] for school in schools] == ["Lincoln"]


def test_who_has_left_the_district_is_out_with_the_next_request(district: District) -> None:
    specialist = seat(district, Role.SPECIALIST)
    reader = signed_in(specialist.user, district)
    before = reader.get("me").status_code

    with district_scope(district.pk):
        specialist.delete()

    assert (before, reader.get("me").status_code) == (200, 404)


def test_a_person_without_any_district_finds_none(district: District) -> None:
    answer = signed_in(make_user(), district).get("me")

    assert problem(answer) == (404, "not_found")


@pytest.mark.parametrize(
    ("scope", "open_to_it"),
    [
        ("roster:read", {"schools"}),
        ("cycles:read", {"campaigns", "cycles", "cells", "reflections", "submissions"}),
        ("dashboards:read", {"dashboards/2027"}),
    ],
)
def test_a_scope_opens_its_own_resources_alone(
    district: District, scope: str, open_to_it: set[str]
) -> None:
    reader = with_key(district, scope)
    resources = (
        *("schools", "campaigns", "cycles", "cells", "reflections", "submissions"),
        "dashboards/2027",
    )

    refused = {it for it in resources if reader.get(it).status_code == 403}

    assert refused == set(resources) - open_to_it
    assert problem(reader.get(refused.pop())) == (403, "forbidden")


def test_who_may_not_learns_nothing_about_what_is_there(district: District) -> None:
    school = make_school(district)
    reader = with_key(district, "cycles:read")

    answers = [reader.get(f"schools/{school_id}") for school_id in (school.pk, district.pk)]

    assert [problem(answer) for answer in answers] == [(403, "forbidden")] * 2
    assert answers[0].content == answers[1].content


def test_a_session_beside_a_key_does_not_widen_it(district: District) -> None:
    admin = seat(district, Role.DISTRICT_ADMIN).user
    key = make_key(district, ("cycles:read",))
    client = Client(headers={"Authorization": f"Bearer {key}"})
    client.force_login(admin)

    answer = Reader(district, client).get("schools")

    assert problem(answer) == (403, "forbidden")


def test_nobody_is_sent_to_the_sign_in_page(district: District) -> None:
    answer = stranger(district).get("schools")

    assert answer.status_code == 401
