"""Who somebody is here whom a provider has named, the first time and later."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from schools import invitation_mails, invitations
from schools.invitations import Wish
from schools.models import AuditEntry, District, Invitation, Membership, Role, SignOnProvider
from schools.sign_on import managing
from schools.tenancy import district_scope
from tests.accounts.signing_in import sign_in
from tests.factories import PASSWORD, make_district, make_user, seat
from tests.oidc_provider import OpenIdProvider, openid_provider
from tests.schools.sign_on.conftest import ANA
from tests.schools.sign_on.walking import is_signed_in, links_of, set_up, told, walk

pytestmark = pytest.mark.django_db

# What a provider may say of an address, and only the first means that it is theirs.
NOT_TRUE = [False, None, "true", "True", 1, "1", [True], {"verified": True}]


def invite(by: Membership, email: str = ANA, role: Role = Role.SPECIALIST) -> Invitation:
    with district_scope(by.district_id):
        return invitations.invite(by=by, wish=Wish(email, role, name="Ana R."))


def open_link(client: Client, invitation: Invitation) -> str:
    """The pass that the page behind the mail's link gives."""
    invitation_mails.send(invitation.pk)
    invitation.refresh_from_db()
    page = client.get(f"/invitations/{invitation.token}/").content.decode()
    return page.split("invitation=")[1].split('"')[0]


def test_who_has_a_place_and_no_other_way_in_is_linked_by_the_address_that_is_vouched_for(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    answer = walk(client, provider, there)

    assert answer["Location"] == f"/d/{provider.district.slug}/"
    assert (is_signed_in(client), links_of(provider)) == (True, [("ana-1", ANA)])


def test_who_is_known_is_known_by_the_subject_whatever_their_address_is_by_now(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    walk(client, provider, there)
    other = Client()
    there.person |= {"email": "ruiz@elsewhere.example", "email_verified": False}

    walk(other, provider, there)

    assert other.session["_auth_user_id"] == str(ana.pk)


def test_an_address_that_somebody_else_has_by_now_is_not_the_person(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    """Addresses are given anew when people leave; subjects never."""
    walk(client, provider, there)
    there.person["sub"] = "ana-2"

    answer = walk(Client(), provider, there)

    assert (answer.status_code, links_of(provider)) == (403, [("ana-1", ANA)])


@pytest.mark.parametrize("is_invited_here", [True, False])
def test_a_provider_brings_nobody_into_another_district_that_has_invited_them(
    client: Client,
    provider: SignOnProvider,
    there: OpenIdProvider,
    admin: Membership,
    *,
    is_invited_here: bool,
) -> None:
    elsewhere = invite(seat(make_district("Cedar"), Role.DISTRICT_ADMIN))
    if is_invited_here:
        invite(admin)

    walk(client, provider, there)

    elsewhere.refresh_from_db()
    places = set(Membership.objects.filter(user__email=ANA).values_list("district", flat=True))
    assert is_signed_in(client) == is_invited_here
    assert elsewhere.is_waiting
    assert places == ({admin.district_id} if is_invited_here else set())


@pytest.mark.parametrize("said", NOT_TRUE, ids=str)
def test_an_address_is_vouched_for_by_nothing_but_true(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, said: Any
) -> None:
    there.person["email_verified"] = said

    answer = walk(client, provider, there)

    assert (answer.status_code, links_of(provider)) == (403, [])


def test_who_was_invited_gets_an_account_without_a_password_and_the_place(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership
) -> None:
    invitation = invite(admin)

    walk(client, provider, there)

    membership = Membership.objects.get(user__email=ANA)
    assert (membership.role, membership.user.name) == (Role.SPECIALIST, "Ana Ruiz")
    assert not membership.user.has_usable_password()
    invitation.refresh_from_db()
    assert invitation.accepted_by == membership.user


def test_nobody_gets_in_uninvited(
    client: Client, provider: SignOnProvider, there: OpenIdProvider
) -> None:
    answer = walk(client, provider, there)

    assert (answer.status_code, is_signed_in(client)) == (403, False)
    assert not User.objects.filter(email=ANA).exists()


def test_an_invitation_into_another_district_is_none_into_this_one(
    client: Client, provider: SignOnProvider, there: OpenIdProvider
) -> None:
    invite(seat(make_district("Cedar"), Role.DISTRICT_ADMIN))

    assert walk(client, provider, there).status_code == 403


def test_the_link_of_the_invitation_vouches_for_an_address_that_the_provider_does_not(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership
) -> None:
    there.person["email_verified"] = False
    opened = open_link(client, invite(admin))

    walk(client, provider, there, invitation=opened)

    assert links_of(provider) == [("ana-1", ANA)]


def test_a_forwarded_invitation_is_worth_nothing_with_another_address(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership
) -> None:
    opened = open_link(client, invite(admin))
    there.person |= {"sub": "bob-1", "email": "bob@riverbend.example"}

    answer = walk(client, provider, there, invitation=opened)

    assert (answer.status_code, links_of(provider)) == (403, [])
    assert "The invitation is for another address" in told(answer)


def test_a_pass_that_was_made_up_is_none(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership
) -> None:
    there.person["email_verified"] = False
    invitation = invite(admin)

    assert walk(client, provider, there, invitation=str(invitation.pk)).status_code == 403


def test_who_has_a_password_signs_in_with_it_once_and_confirms(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    where = f"/sign-in/{provider.district.slug}/confirmation/"

    asked = walk(client, provider, there)
    assert (asked.status_code, links_of(provider)) == (403, [])
    assert where in asked.content.decode()
    page = sign_in(client, ANA, next=where)
    assert ANA in page.content.decode()
    client.post(where)

    assert links_of(provider) == [("ana-1", ANA)]
    assert client.session["sign_on"]["district"] == str(provider.district_id)
    assert walk(Client(), provider, there).status_code == 302


def test_who_was_invited_confirms_as_well_and_has_a_place(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership
) -> None:
    ana = make_user("Ana", email=ANA)
    invite(admin)
    where = f"/sign-in/{provider.district.slug}/confirmation/"

    walk(client, provider, there)
    sign_in(client, ANA, next=where)
    client.post(where)

    assert links_of(provider) == [("ana-1", ANA)]
    assert Membership.objects.filter(user=ana, district=admin.district).exists()


@pytest.mark.parametrize("is_vouched_for", [True, False])
def test_a_link_gives_way_to_an_account_alone_whose_address_is_vouched_for(
    client: Client,
    provider: SignOnProvider,
    there: OpenIdProvider,
    ana: User,
    *,
    is_vouched_for: bool,
) -> None:
    walk(Client(), provider, there)
    ana.set_password(PASSWORD)
    ana.save()
    there.person |= {"sub": "ana-2", "email_verified": is_vouched_for}
    where = f"/sign-in/{provider.district.slug}/confirmation/"

    walk(client, provider, there)
    sign_in(client, ANA, next=where)
    client.post(where)

    with district_scope(provider.district_id):
        ended = AuditEntry.objects.filter(event="sign_on.unlinked").count()
    assert links_of(provider) == [("ana-2" if is_vouched_for else "ana-1", ANA)]
    assert ended == is_vouched_for


def test_somebody_else_cannot_confirm(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    bob = seat(provider.district, Role.VIEWER).user
    walk(client, provider, there)
    sign_in(client, bob.email)

    answer = client.post(f"/sign-in/{provider.district.slug}/confirmation/")

    assert (answer.status_code, links_of(provider)) == (403, [])


def test_a_person_of_another_district_is_not_linked_silently(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    """Else one district could open another."""
    seat(make_district("Cedar"), Role.PRINCIPAL, user=ana)

    answer = walk(client, provider, there)

    assert (answer.status_code, links_of(provider)) == (403, [])


def test_a_person_of_another_district_alone_is_nobody_here(
    client: Client, provider: SignOnProvider, there: OpenIdProvider
) -> None:
    seat(make_district("Cedar"), Role.PRINCIPAL, user=make_user("Ana", email=ANA))
    unknown = Client()

    known = told(walk(client, provider, there))
    there.person |= {"sub": "x", "email": "nobody@riverbend.example"}

    assert known == told(walk(unknown, provider, there))


def test_another_provider_of_the_district_is_not_linked_by_the_address(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    walk(client, provider, there)
    with openid_provider(person={**there.person, "sub": "intruder"}) as elsewhere:
        second = set_up(admin, elsewhere)

        answer = walk(Client(), second, elsewhere)

    assert (answer.status_code, links_of(second)) == (403, [])


@pytest.mark.parametrize("what", ["is_staff", "is_superuser"])
def test_an_operator_is_never_let_in_by_a_provider(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, what: str
) -> None:
    walk(client, provider, there)
    User.objects.filter(pk=ana.pk).update(**{what: True})
    other = Client()

    assert (walk(other, provider, there).status_code, is_signed_in(other)) == (403, False)


def test_an_operator_is_never_linked(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    User.objects.filter(pk=ana.pk).update(is_staff=True)

    assert (walk(client, provider, there).status_code, links_of(provider)) == (403, [])


def test_who_has_left_does_not_come_back_by_the_provider(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    walk(client, provider, there)
    Membership.objects.filter(user=ana).delete()
    other = Client()

    assert (walk(other, provider, there).status_code, is_signed_in(other)) == (403, False)


def test_who_is_invited_again_comes_back(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    walk(client, provider, there)
    Membership.objects.filter(user=ana).delete()
    invite(admin, role=Role.VIEWER)

    walk(Client(), provider, there)

    assert Membership.objects.get(user=ana).role == Role.VIEWER


def test_in_a_district_of_sign_on_only_a_password_is_no_other_way_in(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    with district_scope(admin.district_id):
        managing.require(by=admin, only=True, came_by=provider.pk)

    walk(client, provider, there)

    assert links_of(provider) == [("ana-1", ANA)]


def test_a_provider_that_is_switched_off_meanwhile_lets_nobody_in(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, admin: Membership, ana: User
) -> None:
    with district_scope(admin.district_id):
        managing.switch(provider, by=admin, on=False)

    address = f"/sign-in/{provider.district.slug}/with/{provider.pk}/"

    assert client.get(address).status_code == 404


def test_the_log_says_who_was_linked(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, district: District, ana: User
) -> None:
    walk(client, provider, there)

    with district_scope(district.pk):
        entry = AuditEntry.objects.get(event="sign_on.linked")
    assert (entry.actor, entry.object_name) == (ana.pk, provider.name)
