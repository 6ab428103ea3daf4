"""A provider has given somebody another account: who says that they are the same."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from schools import people
from schools.models import AuditEntry, Membership, Role, SignOnProvider
from schools.sign_on import links, managing
from schools.tenancy import district_scope
from tests.factories import PASSWORD, make_school, make_user, seat
from tests.oidc_provider import OpenIdProvider
from tests.schools.sign_on.conftest import ANA
from tests.schools.sign_on.test_first_links import invite
from tests.schools.sign_on.walking import is_signed_in, links_of, walk
from tests.second_factors import recent_browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(
    provider: SignOnProvider, there: OpenIdProvider, ana: User, admin: Membership
) -> Membership:
    """Ana was linked, her district opens to sign-on alone, and her account is another one now."""
    came = Client()
    walk(came, provider, there)
    with district_scope(provider.district_id):
        managing.require(by=admin, only=True, came_by=provider.pk)
    there.person["sub"] = "ana-2"
    found: Membership = Membership.objects.get(user=ana)
    return found


def page_of(place: Membership) -> str:
    return reverse("unlinking", args=[place.district.slug, place.pk])


def comes_in(provider: SignOnProvider, there: OpenIdProvider) -> bool:
    client = Client()
    walk(client, provider, there)
    return is_signed_in(client)


def test_another_account_with_the_same_address_does_not_come_in(
    provider: SignOnProvider, there: OpenIdProvider, place: Membership
) -> None:
    assert not comes_in(provider, there)
    assert links_of(provider) == [("ana-1", ANA)]


def test_once_an_admin_has_ended_the_link_it_does(
    provider: SignOnProvider, there: OpenIdProvider, place: Membership, admin: Membership
) -> None:
    with district_scope(place.district_id):
        assert links.unlink(place, by=admin) == 1

    assert comes_in(provider, there)
    assert links_of(provider) == [("ana-2", ANA)]


def test_a_session_of_before_stays_over_when_somebody_is_linked_anew(
    provider: SignOnProvider, there: OpenIdProvider, place: Membership, admin: Membership
) -> None:
    there.person["sub"], before = "ana-1", Client()
    walk(before, provider, there)
    address = f"/d/{provider.district.slug}/"
    assert before.get(address).status_code == 200
    with district_scope(place.district_id):
        links.unlink(place, by=admin)

    there.person["sub"] = "ana-2"

    assert comes_in(provider, there)
    assert before.get(address).status_code == 302


@pytest.mark.parametrize("left", ["by the page", "before there were ends of links"])
def test_who_comes_to_an_address_that_somebody_had_gets_nothing_of_what_opened_it(
    provider: SignOnProvider,
    there: OpenIdProvider,
    place: Membership,
    admin: Membership,
    left: str,
) -> None:
    person = place.user
    person.set_password(PASSWORD)
    person.save()
    with district_scope(place.district_id):
        if left == "by the page":
            people.end_membership(place, by=admin, with_all_they_made=False)
        else:
            place.delete()
        invite(admin)

    assert comes_in(provider, there)
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_so_it_does_when_they_have_left_and_are_invited_again(
    provider: SignOnProvider, there: OpenIdProvider, place: Membership, admin: Membership
) -> None:
    with district_scope(place.district_id):
        people.end_membership(place, by=admin, with_all_they_made=False)
        invite(admin)

    assert comes_in(provider, there)


def test_the_page_says_whose_link_it_is_and_ends_it_when_it_is_confirmed(
    provider: SignOnProvider, place: Membership, admin: Membership
) -> None:
    with district_scope(place.district_id):
        managing.require(by=admin, only=False, came_by=None)
    browser = recent_browser_of(admin.user)

    looked = browser.get(page_of(place)).text
    unsure = browser.post(page_of(place))
    before = links_of(provider)
    sure = browser.post(page_of(place), {"confirmed": "1"})

    assert ("Riverbend staff" in looked, ANA in looked) == (True, True)
    assert (unsure.status_code, before) == (422, [("ana-1", ANA)])
    assert (sure.status_code, links_of(provider)) == (302, [])


def test_the_log_says_whose_link_was_ended(
    provider: SignOnProvider, place: Membership, admin: Membership
) -> None:
    with district_scope(place.district_id):
        links.unlink(place, by=admin)
        entry = AuditEntry.objects.get(event="sign_on.unlinked")

    told = (entry.actor, entry.object_name, entry.details["email"])
    assert told == (admin.user_id, provider.name, ANA)


def test_the_person_is_told(
    place: Membership, admin: Membership, django_capture_on_commit_callbacks: Any
) -> None:
    with district_scope(place.district_id), django_capture_on_commit_callbacks(execute=True):
        links.unlink(place, by=admin)

    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([ANA], "Your sign-on link was ended")


def test_who_is_no_admin_any_more_ends_nobody_s(place: Membership, admin: Membership) -> None:
    Membership.objects.filter(pk=admin.pk).update(role=Role.SPECIALIST)

    with district_scope(place.district_id), pytest.raises(PermissionDenied):
        links.unlink(place, by=admin)


def test_nobody_ends_their_own(admin: Membership) -> None:
    with district_scope(admin.district_id), pytest.raises(ValidationError, match="Your own"):
        links.unlink(admin, by=admin)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.PRINCIPAL])
def test_nobody_else_ends_anyone_s(place: Membership, role: Role) -> None:
    schools = [] if role == Role.SPECIALIST else [make_school(place.district)]
    by = seat(place.district, role, *schools, user=make_user("Bob"))

    with district_scope(place.district_id), pytest.raises(PermissionDenied):
        links.unlink(place, by=by)
