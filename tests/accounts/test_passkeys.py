"""Passkeys: one alone signs its person in, and only at our own address."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from schools.models import District, Role
from tests.accounts.passkeys import ADD, SECOND_STEP, SIGN_IN, Passkey, challenge_of
from tests.accounts.signing_in import by_password, is_signed_in
from tests.factories import make_district, make_user, seat
from tests.second_factors import make_app, recent_browser_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    return make_user("Alice")


@pytest.fixture
def passkey(alice: User) -> Passkey:
    return enrolled(alice)


def enrolled(person: User) -> Passkey:
    """A passkey that they have set up."""
    passkey = Passkey(person)
    passkey.enrol(recent_browser_of(person))
    assert Authenticator.objects.filter(user=person, type="webauthn").exists()
    return passkey


def test_a_passkey_alone_signs_in(alice: User, passkey: Passkey) -> None:
    client = Client()

    passkey.sign_in(client)

    assert client.session["_auth_user_id"] == str(alice.pk)


def test_a_passkey_is_a_second_factor_too(alice: User, passkey: Passkey) -> None:
    client = Client()
    asked = by_password(client, alice.email)
    client.get(SECOND_STEP)

    client.post(SECOND_STEP, {"credential": passkey.shown(client)})

    assert (asked.url, is_signed_in(client)) == (SECOND_STEP, True)


@pytest.mark.parametrize(
    "origin",
    ["https://ninefold.evil.example", "http://testserver", "https://testserver.evil.example"],
)
def test_what_another_site_has_had_signed_opens_nothing(passkey: Passkey, origin: str) -> None:
    client = Client()
    passkey.origin = origin

    passkey.sign_in(client)

    assert not is_signed_in(client)


def test_a_passkey_made_at_another_site_is_not_taken(alice: User) -> None:
    Passkey(alice, origin="https://ninefold.evil.example").enrol(recent_browser_of(alice))

    assert not Authenticator.objects.filter(user=alice).exists()


def test_what_was_signed_for_one_browser_opens_no_other(passkey: Passkey) -> None:
    overheard, client = Client(), Client()
    for browser in (overheard, client):
        browser.get(SIGN_IN, headers={"Accept": "application/json"})
    said = passkey.shown(overheard)

    client.post(SIGN_IN, {"credential": said})

    assert not is_signed_in(client)


def test_what_was_signed_opens_one_door(passkey: Passkey) -> None:
    client = Client()
    client.get(SIGN_IN, headers={"Accept": "application/json"})
    said = passkey.shown(client)
    client.post(SIGN_IN, {"credential": said})
    client.post("/accounts/logout/")

    client.post(SIGN_IN, {"credential": said})

    assert not is_signed_in(client)


def test_another_person_s_passkey_is_nobody_s_second_factor(alice: User, passkey: Passkey) -> None:
    mallory = enrolled(make_user("Mallory"))
    client = Client()
    by_password(client, alice.email)
    client.get(SECOND_STEP)

    client.post(SECOND_STEP, {"credential": mallory.shown(client)})

    assert not is_signed_in(client)


def test_a_passkey_signs_in_nobody_but_its_person(alice: User, passkey: Passkey) -> None:
    mallory = enrolled(make_user("Mallory"))
    mallory.person = alice
    client = Client()

    mallory.sign_in(client)

    assert not is_signed_in(client)


def test_a_security_key_that_was_found_opens_nothing_without_its_pin(passkey: Passkey) -> None:
    """Not even by a question that was asked of somebody else's second step."""
    mallory = make_user("Mallory")
    make_app(mallory)
    client = Client()
    by_password(client, mallory.email)
    client.get(SECOND_STEP)
    challenge = challenge_of(client)

    client.post(SIGN_IN, {"credential": passkey.shown(client, challenge=challenge, verified=False)})
    passkey.sign_in(client, verified=False)

    assert not is_signed_in(client)


def test_who_is_shut_out_is_so_with_a_passkey_too(alice: User, passkey: Passkey) -> None:
    client = Client()
    User.objects.filter(pk=alice.pk).update(is_active=False)

    passkey.sign_in(client)

    assert not is_signed_in(client)


def test_what_was_shown_in_vain_stands_in_for_nothing_later(alice: User, passkey: Passkey) -> None:
    """Whoever uses this browser next has the password at most."""
    client, district = Client(), make_district(sign_on_only=True)
    seat(district, Role.SPECIALIST, user=alice)
    passkey.sign_in(client)
    District.objects.update(sign_on_only=False)

    answer = by_password(client, alice.email)

    assert (answer["Location"], is_signed_in(client)) == (SECOND_STEP, False)


def test_a_passkey_that_was_removed_opens_nothing(alice: User, passkey: Passkey) -> None:
    Authenticator.objects.filter(user=alice).delete()
    client = Client()

    passkey.sign_in(client)

    assert not is_signed_in(client)


NONSENSE = (
    *("", "null", "[]", "{}", '"x"', "{", '{"id": 1}', '{"response": []}'),
    json.dumps({"id": "x", "rawId": "eA", "type": "public-key", "response": {"userHandle": "\0"}}),
)


@pytest.mark.parametrize("said", NONSENSE)
def test_nonsense_in_place_of_a_passkey_is_only_refused(passkey: Passkey, said: str) -> None:
    client = Client()
    client.get(SIGN_IN, headers={"Accept": "application/json"})

    answer = client.post(SIGN_IN, {"credential": said})
    new = recent_browser_of(passkey.person).post(ADD, {"name": "Key", "credential": said})

    assert (answer.status_code, is_signed_in(client)) == (302, False)
    assert new.status_code == 200


def test_another_person_s_passkey_cannot_be_renamed_or_removed(passkey: Passkey) -> None:
    mallory = make_user("Mallory")
    enrolled(mallory)
    browser = recent_browser_of(mallory)
    theirs = Authenticator.objects.get(user=passkey.person, type="webauthn").pk

    answers = [
        browser.post(f"/accounts/second-factors/passkeys/{theirs}/{what}/", {"name": "Mine"})
        for what in ("name", "removal")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Authenticator.objects.filter(pk=theirs).exists()
