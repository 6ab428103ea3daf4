"""What a session opens that began with a district's provider, and what every other does."""

import time
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from schools import invitations
from schools.invitations import Wish
from schools.models import AuditEntry, District, Membership, Role, SignOnProvider, hash_of
from schools.sign_on import managing
from schools.tenancy import district_scope
from tests.accounts.signing_in import browser_of, sign_in, where
from tests.factories import PASSWORD, make_district, make_user, seat
from tests.oidc_provider import OpenIdProvider
from tests.schools.sign_on.conftest import ANA
from tests.schools.sign_on.walking import begin, come_back, is_signed_in, set_up, told, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(provider: SignOnProvider, there: OpenIdProvider, ana: User) -> Client:
    """Ana has come by the sign-on."""
    client = Client()
    walk(client, provider, there)
    assert is_signed_in(client)
    return client


@pytest.fixture
def only(provider: SignOnProvider, admin: Membership) -> None:
    """The district opens to its own sign-on alone."""
    with district_scope(admin.district_id):
        managing.require(by=admin, only=True, came_by=provider.pk)


def page(client: Client, place: Any, channel: str = "pages") -> int:
    slug = place.district.slug
    address = f"/d/{slug}/" if channel == "pages" else f"/api/v1/districts/{slug}/schools/"
    status: int = client.get(address).status_code
    return status


@pytest.mark.parametrize("channel", ["pages", "api"])
def test_it_opens_its_own_district_and_no_other(
    browser: Client, provider: SignOnProvider, ana: User, channel: str
) -> None:
    cedar = seat(make_district("Cedar"), Role.SPECIALIST, user=ana)

    assert page(browser, provider, channel) == 200
    assert page(browser, cedar, channel) in {302, 404}
    assert "Cedar" not in browser.get("/", follow=True).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        *("/accounts/password/change/", "/accounts/password/set/", "/accounts/reauthenticate/"),
        *("/accounts/password/reset/", "/admin/", "/admin/accounts/user/"),
    ],
)
def test_it_changes_no_credentials(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 403
    assert browser.post(address).status_code == 403


def test_it_accepts_no_invitation_into_another_district(browser: Client, ana: User) -> None:
    cedar = seat(make_district("Cedar"), Role.DISTRICT_ADMIN)
    with district_scope(cedar.district_id):
        invitation = invitations.invite(by=cedar, wish=Wish(ANA, Role.VIEWER))
    invitation.token_hash = hash_of(invitation.token)
    invitation.save()

    answer = browser.post(f"/invitations/{invitation.token}/")

    assert answer.status_code == 403
    assert not Membership.objects.filter(user=ana, district=cedar.district).exists()


@pytest.mark.parametrize("end", ["switched off", "removed", "left", "unlinked"])
def test_it_is_over_with_the_next_request(
    browser: Client, provider: SignOnProvider, admin: Membership, ana: User, end: str
) -> None:
    with district_scope(admin.district_id):
        if end == "switched off":
            managing.switch(provider, by=admin, on=False)
        elif end == "removed":
            managing.remove(provider, by=admin)
        elif end == "unlinked":
            provider.identities.all().delete()
    if end == "left":
        Membership.objects.filter(user=ana).delete()

    assert page(browser, provider) in {302, 404}
    assert page(browser, provider, "api") == 404


def test_another_session_of_the_browser_leaves_nothing_behind(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    bob = seat(make_district("Cedar"), Role.SPECIALIST)
    sign_in(client, bob.user.email)
    client.get(f"/d/{bob.district.slug}/")

    walk(client, provider, there)

    assert client.session["_auth_user_id"] == str(ana.pk)
    assert page(client, bob) == 404


def test_it_needs_no_second_factor_of_ours(
    browser: Client, provider: SignOnProvider, ana: User
) -> None:
    """Whether one is asked for is the rule of the district's own provider."""
    District.objects.update(requires_second_factor=True)

    assert (page(browser, provider), page(browser, provider, "api")) == (200, 200)
    User.objects.filter(pk=ana.pk).update(is_staff=True)
    assert page(browser, provider) == 302


def test_it_stands_in_the_log_of_its_own_district_alone(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    walk(client, provider, there)
    cedar = seat(make_district("Cedar"), Role.SPECIALIST, user=ana)
    client.post("/accounts/logout/")

    walk(client, provider, there)

    numbers = []
    for district in (provider.district, cedar.district):
        with district_scope(district.pk):
            numbers.append(AuditEntry.objects.filter(event="person.signed_in").count())
    assert numbers == [2, 0]


def test_whoever_is_asked_once_more_who_they_are_says_so_to_their_provider(
    client: Client,
    provider: SignOnProvider,
    there: OpenIdProvider,
    admin: Membership,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin.user.set_unusable_password()
    admin.user.save()
    there.person |= {"sub": "admin-1", "email": admin.user.email}
    walk(client, provider, there)
    address = f"/d/{provider.district.slug}/sign-on/"
    assert client.get(address).status_code == 200
    later = time.time() + 3_600
    monkeypatch.setattr("accounts.recent.time.time", lambda: later)

    asked = client.get(address)["Location"]
    monkeypatch.undo()
    back = come_back(client, there.authorize(client.get(asked)["Location"]))

    assert asked.startswith(f"/sign-in/{provider.district.slug}/with/{provider.pk}/")
    assert back["Location"] == address


@pytest.mark.usefixtures("only")
@pytest.mark.parametrize("channel", ["pages", "api"])
def test_a_session_of_before_is_shut_out(provider: SignOnProvider, channel: str) -> None:
    bob = seat(provider.district, Role.SPECIALIST)
    client = Client()
    client.force_login(bob.user)

    assert page(client, provider, channel) == (302 if channel == "pages" else 404)


def test_a_place_elsewhere_leads_past_no_door(provider: SignOnProvider) -> None:
    client = Client()
    client.force_login(seat(make_district("Cedar"), Role.DISTRICT_ADMIN).user)

    page = client.get(f"/sign-in/{provider.district.slug}/")

    assert (page.status_code, provider.name in told(page)) == (200, True)


def test_an_admin_tries_a_provider_at_their_own_district_s_address_alone(
    provider: SignOnProvider, there: OpenIdProvider
) -> None:
    cedar = seat(make_district("Cedar", slug="cedar"), Role.DISTRICT_ADMIN)
    off, client = set_up(cedar, there, on=False), Client()
    client.force_login(cedar.user)

    statuses = [
        client.get(f"/sign-in/{slug}/with/{off.pk}/?trial=1").status_code
        for slug in ("cedar", provider.district.slug)
    ]

    assert statuses == [302, 404]


@pytest.mark.usefixtures("only")
def test_only_what_is_shut_to_them_leads_to_a_sign_on(provider: SignOnProvider) -> None:
    bob = seat(provider.district, Role.SPECIALIST)
    make_district("Cedar", slug="cedar")
    client = Client()
    client.force_login(bob.user)

    assert client.get("/d/cedar/").status_code == 404


@pytest.mark.usefixtures("only")
class TestSignOnOnly:
    """No other way in."""

    def test_a_right_password_leads_to_the_sign_on(self, provider: SignOnProvider) -> None:
        bob = seat(provider.district, Role.SPECIALIST)
        client = Client()

        answer = sign_in(client, bob.user.email)

        assert where(answer) == f"/sign-in/{provider.district.slug}/"
        assert not is_signed_in(client)

    def test_a_wrong_password_says_nothing_of_it(self, provider: SignOnProvider) -> None:
        bob = seat(provider.district, Role.SPECIALIST)

        answer = sign_in(Client(), bob.user.email, "another quiet room")

        assert provider.district.name not in answer.content.decode()

    def test_the_admin_s_own_form_does_not_let_them_in(self, provider: SignOnProvider) -> None:
        bob = seat(provider.district, Role.SPECIALIST)
        client = Client()

        client.post("/admin/login/", {"username": bob.user.email, "password": PASSWORD})
        client.post("/admin/login/", {"login": bob.user.email, "password": PASSWORD})

        assert not is_signed_in(client)

    def test_a_forgotten_password_is_answered_with_the_way_that_there_is(
        self, provider: SignOnProvider, django_capture_on_commit_callbacks: Any
    ) -> None:
        bob = seat(provider.district, Role.SPECIALIST)

        with django_capture_on_commit_callbacks(execute=True):
            Client().post("/accounts/password/reset/", {"email": bob.user.email})

        (sent,) = mail.outbox
        assert f"/sign-in/{provider.district.slug}/" in sent.body
        assert "password/reset/key" not in sent.body

    def test_an_invitation_makes_no_account_with_a_password(
        self, provider: SignOnProvider, admin: Membership
    ) -> None:
        with district_scope(admin.district_id):
            wish = Wish("new@riverbend.example", Role.VIEWER)
            invitation = invitations.invite(by=admin, wish=wish)
        invitation.token_hash = hash_of(invitation.token)
        invitation.save()
        address = f"/invitations/{invitation.token}/"

        shown = Client().get(address).content.decode()
        Client().post(address, {"name": "New", "password": PASSWORD})

        assert 'name="password"' not in shown
        assert "Sign in with Riverbend staff" in shown
        assert not User.objects.filter(email="new@riverbend.example").exists()

    def test_who_works_in_several_districts_keeps_their_way_into_the_others(
        self, provider: SignOnProvider
    ) -> None:
        bob = seat(provider.district, Role.SPECIALIST).user
        cedar = seat(make_district("Cedar"), Role.SPECIALIST, user=bob)

        client = browser_of(bob)

        assert (page(client, cedar), page(client, provider)) == (200, 302)

    def test_an_operator_signs_in_and_still_does_not_get_into_it(
        self, provider: SignOnProvider
    ) -> None:
        operator = make_user("Olive", is_staff=True)
        seat(provider.district, Role.SPECIALIST, user=operator)

        client = browser_of(operator)

        assert (is_signed_in(client), page(client, provider)) == (True, 302)

    def test_their_own_sign_on_lets_them_in(
        self, client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
    ) -> None:
        walk(client, provider, there)

        assert page(client, provider) == 200

    def test_a_page_that_they_were_on_the_way_to_is_where_they_arrive(
        self, client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
    ) -> None:
        onward = f"/d/{provider.district.slug}/schools/"

        assert walk(client, provider, there, next=onward)["Location"] == onward

    @pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/admin/"])
    def test_nobody_is_led_elsewhere(
        self,
        client: Client,
        provider: SignOnProvider,
        there: OpenIdProvider,
        ana: User,
        onward: str,
    ) -> None:
        home = f"/d/{provider.district.slug}/"

        assert walk(client, provider, there, next=onward)["Location"] == home

    def test_an_operator_allows_other_ways_when_the_provider_has_broken(
        self, provider: SignOnProvider
    ) -> None:
        bob = seat(provider.district, Role.SPECIALIST)

        call_command("allow_other_ways", provider.district.slug, reason="Their provider is down")

        assert page(browser_of(bob.user), provider) == 200
        with district_scope(provider.district_id):
            entry = AuditEntry.objects.filter(event="sign_on.only").latest("id")
        assert entry.details == {"only": False, "reason": "Their provider is down"}


def test_nobody_is_sent_to_a_provider_again_and_again(
    client: Client, provider: SignOnProvider, settings: Any
) -> None:
    settings.SIGN_ON_RATE = "2/m/ip"

    answers = [begin(client, provider).status_code for _ in range(3)]

    assert answers == [302, 302, 429]


def test_the_command_knows_only_districts_that_there_are() -> None:
    with pytest.raises(CommandError, match="There is no district nowhere"):
        call_command("allow_other_ways", "nowhere", reason="x")


def test_a_district_without_sign_on_and_none_at_all_have_the_same_page(
    client: Client, admin: Membership
) -> None:
    answers = [client.get(f"/sign-in/{slug}/") for slug in (admin.district.slug, "nowhere")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert told(answers[0]) == told(answers[1])


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("riverbend", "/sign-in/riverbend/"),
        ("https://ninefold.example/sign-in/riverbend/", "/sign-in/riverbend/"),
        (" Riverbend ", "/sign-in/riverbend/"),
    ],
)
def test_whoever_types_their_district_s_address_is_led_there(
    client: Client, typed: str, there: str
) -> None:
    assert client.get("/sign-in/", {"district": typed})["Location"] == there


def test_whoever_was_on_the_way_to_a_page_is_led_to_its_district_s_own(client: Client) -> None:
    answer = client.get("/sign-in/", {"next": "/d/riverbend/schools/"})

    assert answer["Location"] == "/sign-in/riverbend/?next=%2Fd%2Friverbend%2Fschools%2F"


@pytest.mark.parametrize("onward", ["/d//x", "/d/Ünï/", "/d/", "/d/a b/", "/d/%00/"])
def test_whoever_was_on_the_way_to_no_district_is_asked_for_theirs(
    client: Client, onward: str
) -> None:
    assert client.get("/sign-in/", {"next": onward}).status_code == 200
