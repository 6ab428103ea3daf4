"""What two people, or two tabs of one, do at the same moment to who is who."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from schools import acceptance, invitation_mails, invitations, people
from schools.acceptance import NotOpenError
from schools.invitations import Wish
from schools.models import District, Invitation, Membership, Role
from schools.tenancy import district_scope
from tests.factories import make_district, make_user, seat
from tests.racing import all_at_once, in_scope

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "four quiet words here"


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


def mailed(by: Membership, email: str = "ana@example.org") -> str:
    with district_scope(by.district_id):
        invitation = invitations.invite(by=by, wish=Wish(email, Role.SPECIALIST))
    invitation_mails.send(invitation.pk)
    return str(invitation.token)


def as_new(token: str) -> Any:
    return lambda: acceptance.accept_as_new(token, name="Ana", password=PASSWORD, language="en")


def test_two_tabs_at_once_make_one_person_and_one_membership(admin: Membership) -> None:
    token = mailed(admin)

    outcomes = all_at_once(*[as_new(token)] * 4)

    joined = [each for each in outcomes if isinstance(each, Membership)]
    assert len(joined) == Membership.objects.filter(user__email="ana@example.org").count() == 1
    assert all(isinstance(each, Membership | NotOpenError) for each in outcomes)


def test_two_tabs_of_who_is_signed_in_both_end_in_the_district(admin: Membership) -> None:
    ana, token = make_user("Ana", email="ana@example.org"), mailed(admin)

    outcomes = all_at_once(*[lambda: acceptance.accept(token, by=ana)] * 4)

    assert outcomes == [Membership.objects.get(user=ana)] * 4


def test_invitations_of_two_districts_accepted_at_once_make_one_person(
    admin: Membership,
) -> None:
    elsewhere = seat(make_district("Millbrook"), Role.DISTRICT_ADMIN)
    tokens = [mailed(admin), mailed(elsewhere)]

    outcomes = all_at_once(*map(as_new, tokens))

    kinds = sorted(type(each).__name__ for each in outcomes)
    assert kinds == ["Membership", "ValidationError"]
    assert User.objects.filter(email="ana@example.org").count() == 1


def test_an_invitation_that_is_revoked_while_it_is_accepted_ends_one_way(
    admin: Membership, district: District
) -> None:
    token = mailed(admin)
    invitation = Invitation.objects.get()
    revoke = in_scope(district.pk, lambda: invitations.revoke(invitation, by=admin))

    accepted, revoked = all_at_once(as_new(token), revoke)

    assert isinstance(accepted, Membership) != isinstance(revoked, Invitation)
    assert isinstance(accepted, Membership | NotOpenError)
    assert isinstance(revoked, Invitation | ValidationError)


def test_two_admins_who_end_each_other_leave_one(admin: Membership, district: District) -> None:
    other = seat(district, Role.DISTRICT_ADMIN)

    def end(whom: Membership, by: Membership) -> Any:
        return in_scope(
            district.pk,
            lambda: people.end_membership(whom, by=by, with_all_they_made=False),
        )

    outcomes = all_at_once(end(other, admin), end(admin, other))

    assert sorted(type(each).__name__ for each in outcomes) == ["PermissionDenied", "bool"]
    assert Membership.objects.filter(district=district).count() == 1
    assert PermissionDenied in map(type, outcomes)


def test_two_workers_send_one_mail(admin: Membership, mailoutbox: list[Any]) -> None:
    with district_scope(admin.district_id):
        invitation = invitations.invite(by=admin, wish=Wish("a@example.org", Role.SPECIALIST))

    all_at_once(*[lambda: invitation_mails.send(invitation.pk)] * 4)

    assert len(mailoutbox) == 1
