"""A provider that is down, slow, endless, or leads elsewhere: nobody waits for long."""

import time
from typing import Any, Final

import pytest
from django.test import Client

from accounts.models import User
from schools.models import SignOnProvider
from schools.views import signing_on
from tests.oidc_provider import OpenIdProvider
from tests.receiver import status
from tests.schools.sign_on.walking import begin, come_back, is_signed_in, walk

pytestmark = pytest.mark.django_db

INSIDE: Final = "https://169.254.169.254/latest"
DISCOVERIES: Final[dict[str, dict[str, Any]]] = {
    "names another issuer": {"issuer": "https://accounts.example.org"},
    "names no issuer": {"issuer": None},
    "sends the code inside": {"token_endpoint": INSIDE},
    "sends the code in the open": {"token_endpoint": "http://example.org/token"},
    "has its keys inside": {"jwks_uri": "https://10.0.0.7/keys"},
    "has its keys in a file": {"jwks_uri": "file:///etc/passwd"},
    "has no keys": {"jwks_uri": None},
    "sends people to a script": {"authorization_endpoint": "javascript:alert(1)"},
    "sends people inside": {"authorization_endpoint": "https://10.0.0.7/authorize"},
    "has a number for an address": {"authorization_endpoint": 7},
    "asks inside who they are": {"userinfo_endpoint": INSIDE},
}
ANSWERS: Final[dict[str, bytes | float]] = {
    "is an error": status(500),
    "leads on to the inside": status(302, f"Location: {INSIDE}"),
    "is no JSON": status(200, body=b"<html>"),
    "is a list": status(200, body=b"[]"),
    "is nested without end": status(200, body=b'{"a":' * 9_000),
    "is too long": status(200, body=b'{"a":"' + b"x" * 70_000 + b'"}'),
    "breaks off": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
    "is not HTTP": b"hello\r\n\r\n",
    "does not come": 1.0,
}


@pytest.mark.parametrize("lie", DISCOVERIES.values(), ids=list(DISCOVERIES))
def test_nobody_is_sent_to_a_provider_whose_discovery(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, lie: dict[str, Any]
) -> None:
    there.in_discovery |= lie

    assert begin(client, provider).status_code == 403


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=list(ANSWERS))
@pytest.mark.parametrize("end", ["openid-configuration", "/token", "/keys"])
def test_nobody_gets_in_where_an_answer(
    client: Client,
    provider: SignOnProvider,
    there: OpenIdProvider,
    ana: User,
    settings: Any,
    end: str,
    answer: bytes | float,
) -> None:
    settings.OUTGOING_SECONDS = 0.3
    there.answers[end] = answer
    began = time.monotonic()

    sent = begin(client, provider)
    if sent.status_code == 302:
        sent = come_back(client, there.authorize(sent["Location"]))

    assert (sent.status_code, is_signed_in(client)) == (403, False)
    assert time.monotonic() - began < 1.5


def test_a_provider_that_is_down_is_said_to_be(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, settings: Any
) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = []

    answer = begin(client, provider)

    assert "cannot be reached" in answer.content.decode()


def test_what_userinfo_says_of_somebody_else_is_not_believed(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    there.more = {"sub": "somebody-else", **dict(there.person.items() - {("sub", "ana-1")})}
    del there.person["email"]

    answer = walk(client, provider, there)

    assert (answer.status_code, is_signed_in(client)) == (403, False)


def test_an_address_that_is_in_userinfo_alone_is_taken_from_there(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    there.more = dict(there.person)
    there.person = {"sub": "ana-1"}

    walk(client, provider, there)

    assert is_signed_in(client)


def test_userinfo_changes_nothing_that_was_signed(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    there.more = dict(there.person)
    there.person = {"sub": "ana-1", "email_verified": False}

    walk(client, provider, there)

    assert not is_signed_in(client)


@pytest.mark.parametrize("ways", [None, ["client_secret_basic"], ["client_secret_post"], ["x"]])
def test_the_secret_is_shown_as_the_provider_wants_it(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, ways: Any
) -> None:
    there.in_discovery["token_endpoint_auth_methods_supported"] = ways

    walk(client, provider, there)

    assert is_signed_in(client)


def test_while_a_provider_is_asked_no_transaction_is_open() -> None:
    """It may take its time, and would keep others waiting."""
    views = (signing_on.sign_in_with, signing_on.sign_in_back)

    assert [view._non_atomic_requests for view in views] == [{"default"}, {"default"}]  # type: ignore[attr-defined]
