"""Bearer tokens at a district's addresses: those that open it, and all the others."""

from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client

from schools.models import ApiClient, District, Role, Scope
from tests.factories import make_district, seat
from tests.reading import make_key

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1/districts/north/"
EVERYTHING = tuple(Scope.values)


@pytest.fixture
def north() -> District:
    return make_district("North", slug="north")


@pytest.fixture
def browser(north: District) -> Client:
    """In which a person of the district is signed in."""
    client = Client()
    client.force_login(seat(north, Role.SPECIALIST).user)
    return client


def ask(client: Client, token: str, address: str = f"{API}me/") -> Any:
    return client.get(address, headers={"Authorization": f"Bearer {token}"})


def test_the_word_bearer_counts_whatever_its_case(north: District, client: Client) -> None:
    key = make_key(north, EVERYTHING)

    found = [
        client.get(f"{API}me/", headers={"Authorization": f"{word}  {key} "}).status_code
        for word in ("bearer", "BEARER", "Bearer")
    ]

    assert found == [200, 200, 200]


@pytest.mark.parametrize(
    "token", ["made up", "x" * 10_000, "%00", "\\x00", "ñandú", "' OR true --", "a b", "\0"]
)
def test_a_token_that_there_is_not_is_refused(north: District, client: Client, token: str) -> None:
    answer = ask(client, token)

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_a_token_that_was_revoked_is_refused(north: District, client: Client) -> None:
    key = make_key(north, EVERYTHING)
    before = ask(client, key).status_code

    Token.objects.all().delete()

    assert (before, ask(client, key).status_code) == (200, 401)


def test_a_token_of_another_kind_is_refused(north: District, client: Client) -> None:
    key = make_key(north, EVERYTHING)
    others = {kind for kind in Token.Type.values if kind != Token.Type.ACCESS_TOKEN}

    found = []
    for kind in sorted(others):
        Token.objects.update(type=kind)
        found.append(ask(client, key).status_code)

    assert found == [401, 401, 401]


def test_a_token_that_belongs_to_no_district_finds_nothing(north: District, client: Client) -> None:
    key = make_key(north, EVERYTHING)

    ApiClient.objects.all().delete()

    assert ask(client, key).status_code == 404


def test_a_token_without_scopes_or_with_unknown_ones_may_nothing(
    north: District, client: Client
) -> None:
    keys = [make_key(north, scopes) for scopes in (("",), ("all", "openid"))]

    found = [ask(client, key, f"{API}schools/").status_code for key in keys]

    assert found == [403, 403]


def test_a_token_that_is_not_valid_is_not_made_up_for_by_a_session(browser: Client) -> None:
    assert ask(browser, "made up").status_code == 401


def test_a_token_speaks_for_its_client_though_a_person_is_signed_in(
    browser: Client, north: District
) -> None:
    answer = ask(browser, make_key(north, EVERYTHING))

    assert answer.json()["kind"] == "api_client"


def test_a_token_opens_no_page(north: District, client: Client) -> None:
    answer = ask(client, make_key(north, EVERYTHING), "/d/north/schools/")

    assert answer["Location"] == "/accounts/login/?next=/d/north/schools/"
