"""What changes while somebody is away at a provider, or in another tab, confuses nothing."""

import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.addresses import make_person
from accounts.models import User
from schools import invitations
from schools.invitations import Wish
from schools.models import Invitation, Membership, Role, SignOnProvider, hash_of
from schools.sign_on import managing
from schools.sign_on.arriving import arrive
from schools.sign_on.claims import Claims, RefusedError
from schools.sign_on.finding import pass_for
from schools.tenancy import district_scope
from tests.accounts.signing_in import sign_in
from tests.factories import PASSWORD, make_district, seat
from tests.oidc_provider import CLIENT, SECRET, OpenIdProvider, openid_provider
from tests.racing import what_becomes_of_the_second
from tests.schools.sign_on.conftest import ANA
from tests.schools.sign_on.walking import (
    begin,
    come_back,
    is_signed_in,
    links_of,
    set_up,
    told,
    walk,
)

pytestmark = pytest.mark.django_db


def changed(provider: SignOnProvider, by: Membership, there: OpenIdProvider, **to: str) -> None:
    """Corrected, tried and switched on again."""
    fields = {"name": provider.name, "issuer": there.issuer, "client_id": CLIENT, "secret": SECRET}
    with district_scope(by.district_id):
        held = managing.change_provider(provider, by=by, fields=fields | to)
    managing.note_trial_of(held, by=by)
    with district_scope(by.district_id):
        managing.switch(held, by=by, on=True)


def asked_in(name: str) -> tuple[Membership, Invitation]:
    """A district's admin, and their invitation for Ana."""
    by = seat(make_district(name), Role.DISTRICT_ADMIN)
    with district_scope(by.district_id):
        invitation = invitations.invite(by=by, wish=Wish(ANA, Role.VIEWER))
    invitation.token_hash = hash_of(invitation.token)
    invitation.save()
    return by, invitation


def test_a_provider_that_was_replaced_does_not_answer_for_the_one_that_is_there_now(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    address = there.authorize(begin(client, provider)["Location"])
    with openid_provider() as honest:
        changed(provider, admin, honest)
        there.in_token["iss"] = honest.issuer

        answer = come_back(client, address)

    assert (answer.status_code, is_signed_in(client)) == (403, False)
    assert "while you were away" in told(answer)
    assert "/token" not in there.asked


def test_another_name_on_the_button_stops_nobody(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    address = there.authorize(begin(client, provider)["Location"])
    with district_scope(admin.district_id):
        fields = {"name": "Staff", "issuer": there.issuer, "client_id": CLIENT, "secret": ""}
        managing.change_provider(provider, by=admin, fields=fields)

    come_back(client, address)

    assert is_signed_in(client)


def test_a_session_of_before_it_was_switched_off_stays_over(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    walk(client, provider, there)
    with district_scope(admin.district_id):
        managing.switch(provider, by=admin, on=False)
        managing.switch(provider, by=admin, on=True)

    assert client.get(f"/d/{provider.district.slug}/").status_code == 302
    walk(client, provider, there)
    assert client.get(f"/d/{provider.district.slug}/").status_code == 200


def test_another_district_s_sign_on_does_not_confirm_who_somebody_is(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    """Else whoever holds the one provider could open what the other guards."""
    cedar = seat(make_district("Cedar"), Role.DISTRICT_ADMIN)
    with openid_provider(person={**there.person, "sub": "ana-there"}) as of_cedar:
        elsewhere = set_up(cedar, of_cedar)
        walk(client, provider, there)
        seat(cedar.district, Role.SPECIALIST, user=ana)
        asked = walk(client, elsewhere, of_cedar)
        assert "One more step" in told(asked)

        answer = client.post(f"/sign-in/{cedar.district.slug}/confirmation/")

    assert (answer.status_code, links_of(elsewhere)) == (403, [])
    assert "another district" in told(answer)


def test_who_came_by_one_provider_of_the_district_confirms_the_next(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    walk(Client(), provider, there)
    where = f"/sign-in/{provider.district.slug}/confirmation/"
    with openid_provider(person={**there.person, "sub": "ana-new"}) as newer:
        second = set_up(admin, newer)
        walk(client, second, newer)

        assert walk(client, provider, there, next=where)["Location"] == where
        client.post(where)

    assert links_of(second) == [("ana-new", ANA)]


def test_whoever_says_once_more_who_they_are_is_asked_there(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    """Whoever sits down at an unlocked desk is signed in there, too."""
    there.in_token["auth_time"] = int(time.time()) - 7_200
    assert "prompt" not in begin(client, provider)["Location"]
    walk(client, provider, there)

    assert "prompt=login" in begin(client, provider)["Location"]
    silent = walk(client, provider, there)
    there.in_token["auth_time"] = int(time.time())
    asked = walk(client, provider, there)

    assert (silent.status_code, asked.status_code) == (403, 302)
    assert len(client.session["account_authentication_methods"]) == 2


def test_what_was_typed_can_be_sent_after_signing_on_once_more(
    provider: SignOnProvider, there: OpenIdProvider, admin: Membership
) -> None:
    client = Client(enforce_csrf_checks=True)
    admin.user.set_unusable_password()
    admin.user.save()
    there.person |= {"sub": "admin-1", "email": admin.user.email}
    walk(client, provider, there)
    page = client.get(f"/d/{provider.district.slug}/people/")
    token, key = page.context["csrf_token"], client.session.session_key

    walk(client, provider, there, next="/accounts/reauthenticate/done/")
    sent = client.post("/language/", {"language": "es", "csrfmiddlewaretoken": str(token)})

    assert (sent.status_code, client.session.session_key) == (302, key)
    records = client.session["account_authentication_methods"]
    assert records[-1]["at"] > time.time() - 10
    assert len(records) == 2


def test_another_web_server_s_clock_may_be_behind(
    client: Client,
    provider: SignOnProvider,
    there: OpenIdProvider,
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = there.authorize(begin(client, provider)["Location"])
    earlier = time.time() - 5
    monkeypatch.setattr("schools.sign_on.pending.time.time", lambda: earlier)

    come_back(client, address)

    assert is_signed_in(client)


def test_a_provider_s_word_is_none_about_a_password(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, settings: Any
) -> None:
    """Else whoever holds the provider could try one through, each time counted anew."""
    walk(client, provider, there)

    assert is_signed_in(client)
    assert settings.KNOWN_BROWSER_COOKIE_NAME not in client.cookies


def test_a_pass_is_dead_with_its_link(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership
) -> None:
    there.person["email_verified"] = False
    with district_scope(admin.district_id):
        invitation = invitations.invite(by=admin, wish=Wish(ANA, Role.VIEWER))
        opened = pass_for(invitation)
        Invitation.objects.filter(pk=invitation.pk).update(token_hash=hash_of("another"))

    assert walk(client, provider, there, invitation=opened).status_code == 403


def test_a_provider_that_lets_people_wait_is_spared(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, settings: Any
) -> None:
    settings.OUTGOING_SECONDS = 0.1
    there.answers["openid-configuration"] = 0.3

    said = [told(begin(client, provider)) for _ in range(4)]

    assert len(set(said)) == 1
    assert len(there.asked) == 2


def test_who_is_asked_into_a_district_of_passwords_can_choose_one(
    client: Client,
    provider: SignOnProvider,
    admin: Membership,
    ana: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with district_scope(admin.district_id):
        managing.require(by=admin, only=True, came_by=provider.pk)
    cedar, invitation = asked_in("Cedar")
    link = f"/invitations/{invitation.token}/"

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/password/reset/", {"email": ANA})
    (sent,) = mail.outbox
    assert "/accounts/password/reset/key/" in str(sent.body)
    ana.set_password(PASSWORD)
    ana.save()
    sign_in(client, ANA, next=link)
    client.post(link)

    assert Membership.objects.filter(user=ana, district=cedar.district).exists()
    assert client.get(f"/d/{provider.district.slug}/").status_code == 302


def test_who_has_to_confirm_and_has_no_password_chooses_one_by_mail(
    client: Client,
    provider: SignOnProvider,
    there: OpenIdProvider,
    admin: Membership,
    ana: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """In a district of sign-on only, too: else whose address is not verified would not get in."""
    with district_scope(admin.district_id):
        managing.require(by=admin, only=True, came_by=provider.pk)
    there.person["email_verified"] = False
    walk(client, provider, there)

    for browser in (Client(), client):
        with django_capture_on_commit_callbacks(execute=True):
            browser.post("/accounts/password/reset/", {"email": ANA})

    asked = ["/accounts/password/reset/key/" in str(sent.body) for sent in mail.outbox]
    assert asked == [False, True]


def test_who_was_given_another_account_there_confirms_it(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    where = f"/sign-in/{provider.district.slug}/confirmation/"
    for subject in ("ana-1", "ana-2"):
        there.person["sub"] = subject
        walk(client, provider, there)
        sign_in(client, ANA, next=where)
        client.post(where)
        client.post("/accounts/logout/")

    assert links_of(provider) == [("ana-2", ANA)]


def test_a_session_that_does_not_say_how_its_provider_was_opens_nothing(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    walk(client, provider, there)
    held = client.session
    held["sign_on"] = {k: v for k, v in held["sign_on"].items() if k != "as_it_was"}
    held.save()

    assert client.get(f"/d/{provider.district.slug}/").status_code == 302
    assert client.get("/accounts/password/change/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_who_gets_an_account_elsewhere_at_the_same_moment_begins_once_more(
    provider: SignOnProvider, admin: Membership
) -> None:
    with district_scope(admin.district_id):
        invitations.invite(by=admin, wish=Wish(ANA, Role.VIEWER))

    refused = what_becomes_of_the_second(
        make_district("Cedar").pk,
        lambda: make_person(ANA, name="Ana", password=PASSWORD, language="en"),
        lambda: arrive(provider, Claims("ana-1", ANA, is_vouched_for=True)),
    )

    assert (type(refused), refused.code) == (RefusedError, "not_expected")
    assert links_of(provider) == []
