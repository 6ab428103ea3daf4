"""Codes of an app, and recovery codes: what they open, and how often."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from config.settings import base
from tests.accounts.passkeys import SECOND_STEP
from tests.accounts.signing_in import LOGIN, by_password, is_signed_in
from tests.factories import PASSWORD, make_user
from tests.second_factors import code_of, make_app, recent_browser_of

pytestmark = pytest.mark.django_db(transaction=True)

APP, APP_REMOVAL = "/accounts/second-factors/app/", "/accounts/second-factors/app/removal/"
CODES = "/accounts/second-factors/codes/"
WRONG = "000000"


@pytest.fixture
def alice() -> User:
    return make_user("Alice")


@pytest.fixture
def secret(alice: User) -> str:
    """Of the app that Alice has."""
    return make_app(alice)


def second_step(person: User) -> Client:
    """A browser in which the password was right."""
    client = Client()
    by_password(client, person.email)
    return client


def shows(client: Client, code: str) -> bool:
    """Whether the code lets it in."""
    client.post(SECOND_STEP, {"code": code})
    return is_signed_in(client)


def test_who_has_an_app_is_asked_for_its_code(alice: User, secret: str) -> None:
    client = Client()

    asked = by_password(client, alice.email)

    assert (asked.url, is_signed_in(client)) == (SECOND_STEP, False)
    assert shows(client, code_of(secret))


def test_the_second_step_stands_open_to_nobody_without_the_first(alice: User, secret: str) -> None:
    client = Client()

    answer = client.post(SECOND_STEP, {"code": code_of(secret)})

    assert (answer.url, is_signed_in(client)) == (LOGIN, False)


@pytest.mark.parametrize("later", [0, 31])
def test_a_code_that_was_typed_opens_no_second_door(alice: User, secret: str, later: int) -> None:
    with time_machine.travel(datetime(2026, 11, 27, 8, 0, 1, tzinfo=UTC), tick=False) as clock:
        code = code_of(secret)
        first, second = second_step(alice), second_step(alice)

        assert shows(first, code)
        clock.shift(timedelta(seconds=later))
        assert not shows(second, code)
        assert not shows(second, f"{code[:3]} {code[3:]}")
        assert not shows(second, f"{code[:3]}-{code[3:]}")


def test_the_code_that_set_the_app_up_signs_nobody_in(alice: User) -> None:
    browser = recent_browser_of(alice)
    secret = browser.get(APP).context["form"].secret
    code = code_of(secret)

    browser.post(APP, {"code": code})

    assert Authenticator.objects.filter(user=alice, type="totp").exists()
    assert not shows(second_step(alice), code)


def test_a_recovery_code_stands_in_once(alice: User, secret: str) -> None:
    code = RecoveryCodes.activate(alice).get_unused_codes()[3]

    assert shows(second_step(alice), code)
    assert not shows(second_step(alice), code)


def test_codes_cannot_be_tried_through(alice: User, secret: str, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()
    guessing = second_step(alice)

    tried = [guessing.post(SECOND_STEP, {"code": WRONG}).context["form"].errors for _ in range(6)]

    assert "Incorrect code" in str(tried[4])
    assert "Too many failed" in str(tried[5])
    assert not shows(guessing, code_of(secret))
    assert not shows(second_step(alice), code_of(secret))
    cache.clear()


def test_recovery_codes_are_shown_when_the_first_factor_is_set_up_and_never_again(
    alice: User,
) -> None:
    browser = recent_browser_of(alice)
    secret = browser.get(APP).context["form"].secret

    shown = browser.post(APP, {"code": code_of(secret)}, follow=True)
    again = browser.get(CODES)

    codes = RecoveryCodes(Authenticator.objects.get(user=alice, type="recovery_codes"))
    assert all(code in shown.text for code in codes.get_unused_codes())
    assert not any(code in again.text for code in codes.get_unused_codes())


def test_neither_the_secret_nor_a_recovery_code_lies_open_in_the_database(
    alice: User, secret: str
) -> None:
    codes = RecoveryCodes.activate(alice)

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept
    assert not any(code in kept for code in codes.get_unused_codes())


def test_a_new_password_by_mail_is_no_way_around(alice: User, secret: str) -> None:
    alice.set_password(PASSWORD + " anew")
    alice.save()
    client = Client()

    asked = by_password(client, alice.email, PASSWORD + " anew")

    assert (asked.url, is_signed_in(client)) == (SECOND_STEP, False)


def test_a_session_that_has_shown_none_changes_none(alice: User) -> None:
    """It began before the person had one: whoever sits there has only known a password."""
    stolen = Client()
    by_password(stolen, alice.email)
    make_app(alice)
    addresses = (APP, APP_REMOVAL, CODES, f"{CODES}new/", "/accounts/second-factors/passkeys/new/")

    led = {stolen.post(address, {}).url.partition("?")[0] for address in addresses}

    assert led == {"/accounts/second-factor/"}
    assert Authenticator.objects.filter(user=alice).count() == 1


def test_codes_that_are_no_codes_are_wrong_codes(alice: User, secret: str) -> None:
    client = second_step(alice)

    answers = [
        client.post(SECOND_STEP, {"code": code}).status_code
        for code in ("", "\0", "１２３４５６", "9" * 5000, "🔑")
    ]

    assert answers == [200] * 5
    assert not is_signed_in(client)
