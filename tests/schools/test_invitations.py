"""Invitations: who may ask whom in, and who gets in by them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.addresses import one_spelling
from accounts.models import User
from schools import acceptance, invitation_mails, invitations
from schools.acceptance import NotOpenError, NotTheirsError
from schools.invitations import Wish
from schools.models import District, Invitation, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db

PASSWORD = "four quiet words here"


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
    return seat(district, Role.DISTRICT_ADMIN)


def invite(by: Membership, role: Role, *schools: School, email: str = "ana@example.org") -> Any:
    with district_scope(by.district_id):
        return invitations.invite(by=by, wish=Wish(email, role, schools, name="Ana"))


def in_scope(verb: Any, invitation: Invitation, by: Membership) -> Any:
    with district_scope(by.district_id):
        return verb(invitation, by=by)


def mailed(invitation: Invitation) -> str:
    """Its mail has gone out; the token in it."""
    invitation_mails.send(invitation.pk)
    invitation.refresh_from_db()
    return invitation.token


def seats_of(membership: Membership) -> set[Any]:
    with district_scope(membership.district_id):
        return {row["school"] for row in membership.school_ids}


def test_a_new_person_comes_in_as_what_they_were_invited_as(
    admin: Membership, lincoln: School
) -> None:
    token = mailed(invite(admin, Role.PRINCIPAL, lincoln, email="Ana+ninefold@Example.org"))

    joined = acceptance.accept_as_new(token, name="Ana", password=PASSWORD, language="es")

    assert (joined.role, joined.sees_whole_district, seats_of(joined)) == (
        *(Role.PRINCIPAL, False),
        {lincoln.pk},
    )
    assert (joined.user.email, joined.user.language) == ("ana+ninefold@example.org", "es")
    assert joined.user.check_password(PASSWORD)
    assert joined.user.emailaddress_set.get().verified


def test_a_viewer_without_schools_sees_the_whole_district(admin: Membership) -> None:
    token = mailed(invite(admin, Role.VIEWER))

    joined = acceptance.accept_as_new(token, name="Ana", password=PASSWORD, language="en")

    assert joined.sees_whole_district


def test_what_is_kept_of_a_token_opens_nothing(admin: Membership) -> None:
    token = mailed(invite(admin, Role.SPECIALIST))
    (row,) = Invitation.objects.values()

    assert token not in str(row)
    assert acceptance.found(row["token_hash"]) is None
    assert acceptance.found(token) is not None


@pytest.mark.parametrize("shown", ["", "x", "½\ud800", "a" * 5_000])
def test_a_token_that_was_never_made_opens_nothing(admin: Membership, shown: str) -> None:
    mailed(invite(admin, Role.SPECIALIST))
    invite(admin, Role.SPECIALIST, email="not.yet.mailed@example.org")

    assert acceptance.found(shown) is None


def test_a_truncated_token_opens_nothing(admin: Membership) -> None:
    token = mailed(invite(admin, Role.SPECIALIST))

    assert [acceptance.found(token[:-1]), acceptance.found(token + "A")] == [None, None]


@pytest.mark.parametrize("clock", [timedelta(days=7), timedelta(days=700)])
def test_after_seven_days_it_is_over(admin: Membership, clock: timedelta) -> None:
    token = mailed(invite(admin, Role.SPECIALIST))

    with time_machine.travel(timezone.now() + clock), pytest.raises(NotOpenError):
        acceptance.accept_as_new(token, name="Ana", password=PASSWORD, language="en")

    assert not User.objects.filter(email="ana@example.org").exists()


def test_a_clock_that_runs_behind_loses_nobody_their_invitation(admin: Membership) -> None:
    token = mailed(invite(admin, Role.SPECIALIST))

    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        joined = acceptance.accept_as_new(token, name="Ana", password=PASSWORD, language="en")

    assert joined.role == Role.SPECIALIST


def test_a_revoked_invitation_lets_nobody_in_and_revoking_twice_is_harmless(
    admin: Membership,
) -> None:
    invitation = invite(admin, Role.SPECIALIST)
    token = mailed(invitation)

    for _ in range(2):
        in_scope(invitations.revoke, invitation, admin)

    with pytest.raises(NotOpenError):
        acceptance.accept_as_new(token, name="Ana", password=PASSWORD, language="en")


def test_sent_again_it_has_another_link_and_the_one_before_is_dead(admin: Membership) -> None:
    invitation = invite(admin, Role.SPECIALIST)
    first = mailed(invitation)

    in_scope(invitations.resend, invitation, admin)
    at_once = acceptance.found(first)
    second = mailed(invitation)

    assert at_once is None
    assert (acceptance.found(first), acceptance.found(second)) == (None, invitation)


def test_an_expired_invitation_that_is_sent_again_is_good_for_seven_days(
    admin: Membership,
) -> None:
    invitation = invite(admin, Role.SPECIALIST)
    mailed(invitation)

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        in_scope(invitations.resend, invitation, admin)
        assert acceptance.found(mailed(invitation)) == invitation


def test_accepting_twice_is_harmless(admin: Membership) -> None:
    ana = make_user("Ana", email="ana@example.org")
    token = mailed(invite(admin, Role.SPECIALIST))

    first, second = (acceptance.accept(token, by=ana) for _ in range(2))

    assert first == second == Membership.objects.get(user=ana)


def test_whoever_has_an_account_comes_in_with_it_and_makes_no_second_one(
    admin: Membership,
) -> None:
    make_user("Ana", email="ana@example.org")
    token = mailed(invite(admin, Role.SPECIALIST))

    with pytest.raises(ValidationError) as refused:
        acceptance.accept_as_new(token, name="Mallory", password=PASSWORD, language="en")

    assert refused.value.code == "has_an_account"
    assert acceptance.found(token) is not None


def test_a_forwarded_invitation_grants_nothing_to_another_address(admin: Membership) -> None:
    token = mailed(invite(admin, Role.SPECIALIST))
    mallory = make_user("Mallory")

    with pytest.raises(NotTheirsError):
        acceptance.accept(token, by=mallory)

    assert not Membership.objects.filter(user=mallory).exists()
    assert acceptance.found(token) is not None


def test_a_role_that_somebody_has_is_not_silently_changed(
    admin: Membership, district: District, lincoln: School, cedar: School
) -> None:
    """A principal cannot see that the address is at another school as something else."""
    ana = make_user("Ana", email="ana@example.org")
    viewer = seat(district, Role.VIEWER, cedar, user=ana)
    token = mailed(invite(seat(district, Role.PRINCIPAL, lincoln), Role.TEAM_MEMBER, lincoln))

    joined = acceptance.accept(token, by=ana)

    assert (joined.pk, joined.role, seats_of(joined)) == (viewer.pk, Role.VIEWER, {cedar.pk})


def test_a_team_member_of_one_school_can_join_the_team_of_another(
    district: District, lincoln: School, cedar: School
) -> None:
    ana = make_user("Ana", email="ana@example.org")
    seat(district, Role.TEAM_MEMBER, cedar, user=ana)
    token = mailed(invite(seat(district, Role.PRINCIPAL, lincoln), Role.TEAM_MEMBER, lincoln))

    joined = acceptance.accept(token, by=ana)

    assert seats_of(joined) == {lincoln.pk, cedar.pk}


def test_a_person_may_belong_to_several_districts(admin: Membership) -> None:
    ana = make_user("Ana", email="ana@example.org")
    elsewhere = seat(make_district("Millbrook"), Role.DISTRICT_ADMIN)
    for by in (admin, elsewhere):
        acceptance.accept(mailed(invite(by, Role.SPECIALIST)), by=ana)

    assert {m.district.name for m in ana.memberships.all()} == {"Riverbend", "Millbrook"}


def test_a_used_link_leads_to_the_place_that_came_of_it_and_to_no_other(admin: Membership) -> None:
    ana = make_user("Ana", email="ana@example.org")
    seat(make_district("Millbrook"), Role.SPECIALIST, user=ana)
    token = mailed(invite(admin, Role.SPECIALIST))
    acceptance.accept(token, by=ana)

    found = acceptance.accepted_before(token, ana)

    assert found is not None
    assert found.district == admin.district


def test_a_school_that_was_closed_meanwhile_is_left_out(
    admin: Membership, lincoln: School, cedar: School
) -> None:
    token = mailed(invite(admin, Role.PRINCIPAL, lincoln, cedar))
    with district_scope(admin.district_id):
        School.objects.filter(pk=cedar.pk).update(is_active=False)

    joined = acceptance.accept_as_new(token, name="Ana", password=PASSWORD, language="en")

    assert seats_of(joined) == {lincoln.pk}


# Who may give what to whom.


@pytest.mark.parametrize(
    ("giver", "may_give"),
    [
        (Role.DISTRICT_ADMIN, set(Role)),
        (Role.SPECIALIST, set()),
        (Role.PRINCIPAL, {Role.TEAM_MEMBER}),
        (Role.TEAM_MEMBER, set()),
        (Role.VIEWER, set()),
    ],
)
def test_nobody_grants_above_their_own_role(
    district: District, lincoln: School, giver: Role, may_give: set[Role]
) -> None:
    wide = giver in (Role.DISTRICT_ADMIN, Role.SPECIALIST)
    by = seat(district, giver, *(() if wide else (lincoln,)))

    given = set()
    for role in Role:
        schools = [] if role in (Role.DISTRICT_ADMIN, Role.SPECIALIST) else [lincoln]
        try:
            given.add(invite(by, role, *schools, email=f"{role}@example.org").role)
        except PermissionDenied:
            continue

    assert given == may_give


def test_a_principal_invites_for_their_own_schools_alone(
    district: District, lincoln: School, cedar: School
) -> None:
    principal = seat(district, Role.PRINCIPAL, lincoln)

    for schools in ((cedar,), (lincoln, cedar), ()):
        with pytest.raises(PermissionDenied):
            invite(principal, Role.TEAM_MEMBER, *schools)


def test_a_principal_neither_revokes_nor_resends_what_is_not_theirs(
    admin: Membership, district: District, lincoln: School, cedar: School
) -> None:
    principal = seat(district, Role.PRINCIPAL, lincoln)
    beyond = [
        invite(admin, Role.PRINCIPAL, lincoln, email="a@example.org"),
        invite(admin, Role.TEAM_MEMBER, cedar, email="b@example.org"),
        invite(admin, Role.TEAM_MEMBER, lincoln, cedar, email="c@example.org"),
    ]

    for invitation in beyond:
        for verb in (invitations.revoke, invitations.resend):
            with district_scope(district.pk), pytest.raises(PermissionDenied):
                verb(invitation, by=principal)


def test_who_was_removed_a_moment_ago_invites_nobody(admin: Membership, district: District) -> None:
    gone = seat(district, Role.DISTRICT_ADMIN)
    Membership.objects.filter(pk=gone.pk).delete()

    with pytest.raises(PermissionDenied):
        invite(gone, Role.DISTRICT_ADMIN)


def test_an_address_is_invited_once_and_not_if_its_person_is_here(
    admin: Membership, district: District
) -> None:
    invite(admin, Role.SPECIALIST)
    seat(district, Role.SPECIALIST, user=make_user("Ben", email="ben@example.org"))

    for email in ("Ana@example.org", "ben@example.org"):
        with pytest.raises(ValidationError):
            invite(admin, Role.VIEWER, email=email)


def test_a_principal_learns_nothing_of_people_at_other_schools(
    district: District, admin: Membership, lincoln: School, cedar: School
) -> None:
    seat(district, Role.TEAM_MEMBER, cedar, user=make_user("Ana", email="ana@example.org"))
    invite(admin, Role.TEAM_MEMBER, cedar, email="ben@example.org")
    principal = seat(district, Role.PRINCIPAL, lincoln)

    made = [
        invite(principal, Role.TEAM_MEMBER, lincoln, email=f"{name}@example.org")
        for name in ("ana", "ben", "nobody")
    ]

    assert len(made) == 3


# One spelling of an address.


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana.Ruiz+Ninefold@Example.ORG ", "ana.ruiz+ninefold@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert one_spelling(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("ana", "ana@", "ana@example", "a b@example.org", "ana@example.org\nBcc: x@example.org"),
        *("аna@example.org", "ana\u200b@example.org", "ana＠example.org", "ana@exämple.org"),
        *("İan@example.org", "ana@example.org\0", f"{'a' * 260}@example.org", ""),
        *('"\x01"@example.org', '"a\x7f"@example.org'),
    ],
)
def test_an_address_that_could_be_mistaken_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        one_spelling(typed)
