"""Roles change and memberships end, and when somebody was here is noted."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from schools import api_clients, invitations, people
from schools.invitations import Wish
from schools.models import ApiCredential, District, Invitation, Membership, Role, School, Seat
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def lincoln(district: District) -> School:
    return make_school(district, "Lincoln")


@pytest.fixture
def cedar(district: District) -> School:
    return make_school(district, "Cedar Grove")


@pytest.fixture
def admin(district: District) -> Membership:
    """Who has never been here."""
    return seat(district, Role.DISTRICT_ADMIN, last_visit_at=None)


def change(membership: Membership, by: Membership, role: Role, *schools: School) -> Membership:
    with district_scope(by.district_id):
        return people.change_role(membership, by=by, role=role, schools=schools)


def see_off(membership: Membership, by: Membership, *, with_all: bool = True) -> bool:
    with district_scope(by.district_id):
        return people.end_membership(membership, by=by, with_all_they_made=with_all)


def seats_of(membership: Membership) -> set[Any]:
    with district_scope(membership.district_id):
        return {row["school"] for row in membership.school_ids}


def test_a_role_and_its_schools_change_together(
    admin: Membership, district: District, lincoln: School, cedar: School
) -> None:
    member = seat(district, Role.TEAM_MEMBER, lincoln)

    change(member, admin, Role.PRINCIPAL, cedar)

    member.refresh_from_db()
    assert (member.role, seats_of(member)) == (Role.PRINCIPAL, {cedar.pk})


def test_who_comes_to_work_with_the_whole_district_gives_up_their_seats(
    admin: Membership, district: District, lincoln: School
) -> None:
    member = seat(district, Role.PRINCIPAL, lincoln)

    change(member, admin, Role.SPECIALIST)

    member.refresh_from_db()
    assert (member.sees_whole_district, seats_of(member)) == (True, set())


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.TEAM_MEMBER])
def test_a_role_of_a_school_needs_one(
    admin: Membership, district: District, lincoln: School, role: Role
) -> None:
    member = seat(district, Role.VIEWER, lincoln)

    with pytest.raises(ValidationError):
        change(member, admin, role)

    assert seats_of(member) == {lincoln.pk}


def test_a_role_of_the_district_takes_no_schools(
    admin: Membership, district: District, lincoln: School
) -> None:
    with pytest.raises(ValidationError):
        change(seat(district, Role.VIEWER, lincoln), admin, Role.SPECIALIST, lincoln)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER])
def test_nobody_but_admins_changes_roles(district: District, lincoln: School, role: Role) -> None:
    by = seat(district, role, *(() if role == Role.SPECIALIST else (lincoln,)))
    member = seat(district, Role.TEAM_MEMBER, lincoln)

    with pytest.raises(PermissionDenied):
        change(member, by, Role.VIEWER, lincoln)


def test_the_last_admin_is_neither_demoted_nor_ended(
    admin: Membership, district: District, lincoln: School
) -> None:
    seat(district, Role.DISTRICT_ADMIN, user=make_user("Away", is_active=False))
    seat(make_district("Elsewhere"), Role.DISTRICT_ADMIN)

    with pytest.raises(ValidationError) as demoted:
        change(admin, admin, Role.SPECIALIST)
    with pytest.raises(ValidationError) as ended:
        see_off(admin, admin)

    assert demoted.value.code == ended.value.code == "last_district_admin"


def test_an_admin_can_leave_when_there_is_another(admin: Membership, district: District) -> None:
    seat(district, Role.DISTRICT_ADMIN)

    assert see_off(admin, admin)


def test_who_is_removed_from_one_district_keeps_the_others(
    admin: Membership, district: District, lincoln: School
) -> None:
    ana = make_user("Ana")
    here = seat(district, Role.PRINCIPAL, lincoln, user=ana)
    others = [seat(make_district(name), Role.SPECIALIST, user=ana) for name in ("B", "C")]

    see_off(here, admin)

    assert set(ana.memberships.all()) == set(others)
    with district_scope(district.pk):
        assert not Seat.objects.filter(membership=here.pk).exists()


def test_a_principal_takes_people_off_their_own_team_alone(
    district: District, lincoln: School, cedar: School
) -> None:
    principal = seat(district, Role.PRINCIPAL, lincoln)
    of_both = seat(district, Role.TEAM_MEMBER, lincoln, cedar)
    own = seat(district, Role.TEAM_MEMBER, lincoln)

    assert (see_off(of_both, principal), see_off(own, principal)) == (False, True)

    assert seats_of(of_both) == {cedar.pk}
    assert not Membership.objects.filter(pk=own.pk).exists()


def test_a_principal_ends_nobody_else(
    admin: Membership, district: District, lincoln: School, cedar: School
) -> None:
    principal = seat(district, Role.PRINCIPAL, lincoln)
    others = [
        *(admin, principal, seat(district, Role.PRINCIPAL, lincoln)),
        seat(district, Role.VIEWER, lincoln),
        seat(district, Role.TEAM_MEMBER, cedar),
    ]

    for other in others:
        with pytest.raises(PermissionDenied):
            see_off(other, principal)


@pytest.mark.parametrize("with_all", [True, False])
def test_what_somebody_leaves_behind_ends_with_them_if_it_is_wanted(
    admin: Membership, district: District, *, with_all: bool
) -> None:
    leaving = seat(district, Role.DISTRICT_ADMIN)
    wish = api_clients.Wish(api_clients.Kind.KEY, ["roster:read"], days=30)
    api_clients.make_api_client(by=leaving, name="Warehouse", wish=wish)
    with district_scope(district.pk):
        invitations.invite(by=leaving, wish=Wish("own@example.org", Role.DISTRICT_ADMIN))
        invitations.invite(by=admin, wish=Wish("other@example.org", Role.SPECIALIST))

    see_off(leaving, admin, with_all=with_all)

    waiting = {row.email for row in Invitation.objects.waiting()}
    assert waiting == {"other@example.org"} | (set() if with_all else {"own@example.org"})
    assert ApiCredential.objects.get().is_revoked == with_all


def test_what_somebody_has_made_in_another_district_stays(
    admin: Membership, district: District
) -> None:
    leaving = seat(district, Role.DISTRICT_ADMIN)
    there = seat(make_district("Elsewhere"), Role.DISTRICT_ADMIN, user=leaving.user)
    wish = api_clients.Wish(api_clients.Kind.KEY, ["roster:read"], days=30)
    with district_scope(there.district_id):
        api_clients.make_api_client(by=there, name="Warehouse", wish=wish)
        invitations.invite(by=there, wish=Wish("own@example.org", Role.SPECIALIST))

    see_off(leaving, admin)

    assert Invitation.objects.waiting().count() == 1
    assert not ApiCredential.objects.get().is_revoked


# Visits.


def test_a_visit_is_noted_once_in_ten_minutes(admin: Membership) -> None:
    start = timezone.now()
    noted = []
    for minutes in (0, 9, 11):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            people.note_visit(admin)
        admin.refresh_from_db()
        noted.append(admin.last_visit_at)

    assert noted == [start, start, start + timedelta(minutes=11)]


def test_a_visit_that_was_noted_lately_costs_nothing(
    admin: Membership, django_assert_num_queries: Any
) -> None:
    people.note_visit(admin)
    admin.refresh_from_db()

    with django_assert_num_queries(0):
        people.note_visit(admin)
