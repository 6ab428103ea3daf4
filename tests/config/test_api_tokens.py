"""How a program gets a token from its id and secret."""

import base64
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Program
from django.test import Client
from django.utils import timezone

from schools.api_clients import Kind, Wish, issue, new_api_client
from schools.models import District
from tests.factories import make_district
from tests.reading import Reader, problem

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "a secret of forty characters or more, all told"
ASKING = {"grant_type": "client_credentials"}


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def program(district: District) -> Program:
    wish = Wish(Kind.SECRET, ("roster:read", "cycles:read"), days=30)
    made = issue(new_api_client(district, "Warehouse"), wish)
    program: Program = made.credential.client
    program.set_secret(SECRET)
    program.save()
    return program


def basic(program: Program, secret: str = SECRET) -> dict[str, str]:
    pair = base64.b64encode(f"{program.pk}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def ask(headers: dict[str, str] | None = None, **form: str) -> Any:
    return Client().post("/api/v1/token/", ASKING | form, headers=headers)


def reader(district: District, answer: Any) -> Reader:
    token = answer.json()["access_token"]
    return Reader(district, Client(headers={"Authorization": f"Bearer {token}"}))


def test_a_token_for_id_and_secret_in_the_header(district: District, program: Program) -> None:
    answer = ask(basic(program))

    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3600
    assert reader(district, answer).get("schools").status_code == 200


def test_a_token_for_id_and_secret_in_the_form(district: District, program: Program) -> None:
    answer = ask(client_id=program.pk, client_secret=SECRET)

    assert reader(district, answer).get("schools").status_code == 200


def test_a_token_may_do_less_than_its_client(district: District, program: Program) -> None:
    answer = ask(basic(program), scope="cycles:read")

    assert reader(district, answer).get("me").json()["scopes"] == ["cycles:read"]
    assert problem(reader(district, answer).get("schools")) == (403, "forbidden")


def test_a_token_may_not_do_more_than_its_client(program: Program) -> None:
    answer = ask(basic(program), scope="dashboards:read")

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})


def test_a_wrong_secret_gets_nothing(program: Program) -> None:
    answer = ask(basic(program, "another"))

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_a_revoked_token_does_not_work_any_more(district: District, program: Program) -> None:
    readers_answer = ask(basic(program))
    token = readers_answer.json()["access_token"]

    revoked = Client().post("/api/v1/revoke/", {"token": token}, headers=basic(program))

    assert revoked.status_code == 200
    assert problem(reader(district, readers_answer).get("me")) == (401, "invalid_token")


def test_a_credential_that_has_expired_gets_no_token_and_its_tokens_end(
    district: District, program: Program
) -> None:
    before = ask(basic(program))
    program.api_credential.expires_at = timezone.now()
    program.api_credential.save()

    answer = ask(basic(program))

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert problem(reader(district, before).get("me")) == (401, "invalid_token")


def test_a_client_that_was_deleted_takes_its_tokens_along(
    district: District, program: Program
) -> None:
    answer = ask(basic(program))

    program.delete()

    assert problem(reader(district, answer).get("me")) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {"client_id": "\0", "client_secret": "x"}),
        ({"Authorization": f"Basic {base64.b64encode(b'a' + bytes(1) + b':b').decode()}"}, {}),
        ({}, {"resource": "no address"}),
    ],
)
def test_what_cannot_be_read_is_refused(headers: dict[str, str], form: dict[str, str]) -> None:
    answer = ask(headers, **form)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("address", ["identity/o/authorize", "identity/o/api/clients"])
def test_no_other_part_of_the_provider_is_there(address: str) -> None:
    answers = [Client().get(f"/{prefix}{address}").status_code for prefix in ("", "api/v1/")]

    assert answers == [404, 404]


@pytest.mark.parametrize("address", ["token", "revoke"])
def test_tokens_are_asked_for_by_post_alone(address: str) -> None:
    answer = Client().get(f"/api/v1/{address}/")

    assert problem(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
