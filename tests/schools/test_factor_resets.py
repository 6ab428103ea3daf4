"""Somebody has lost their second factors: who may help, and who is told."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from schools.models import AuditEntry, District, Membership, Role
from schools.second_factors import reset
from schools.tenancy import district_scope
from tests.accounts.signing_in import by_password, is_signed_in
from tests.factories import make_district, make_school, make_user, seat
from tests.second_factors import make_app, recent_browser_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend", slug="riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN, user=make_user("Ana"))


@pytest.fixture
def other_admin(district: District) -> Membership:
    """Who has lost their phone."""
    place = seat(district, Role.DISTRICT_ADMIN, user=make_user("Dana"))
    make_app(place.user)
    return place


def has_one(person: User) -> bool:
    return Authenticator.objects.filter(user=person).exists()


def page_of(place: Membership) -> str:
    return reverse("factors_reset", args=[place.district.slug, place.pk])


def entries(district: District) -> list[tuple[object, ...]]:
    """Resets, as the district's log has them."""
    with district_scope(district.pk):
        rows = AuditEntry.objects.filter(event="factor.reset").order_by("pk")
        return list(rows.values_list("actor_name", "object_name", "details__factors"))


def test_another_admin_takes_them_away_and_the_person_sets_up_new_ones(
    district: District, admin: Membership, other_admin: Membership
) -> None:
    lost = recent_browser_of(other_admin.user)

    recent_browser_of(admin.user).post(page_of(other_admin), {"confirmed": "1"})
    again = Client()
    by_password(again, other_admin.user.email)

    assert not has_one(other_admin.user)
    assert lost.get("/accounts/").url.startswith("/accounts/login/")
    assert is_signed_in(again)
    assert again.get("/accounts/").url.startswith("/accounts/second-factor/")


def test_it_is_told_to_the_person_and_stands_in_the_log(
    district: District, admin: Membership, other_admin: Membership
) -> None:
    recent_browser_of(admin.user).post(page_of(other_admin), {"confirmed": "1"})

    assert [(it.to, it.subject) for it in mail.outbox] == [
        ([other_admin.user.email], "Your second factors were taken away")
    ]
    assert [entry[0::2] for entry in entries(district)] == [("Ana", 1)]


def test_looking_at_the_page_takes_nothing_away(admin: Membership, other_admin: Membership) -> None:
    browser = recent_browser_of(admin.user)

    browser.get(page_of(other_admin))
    unsure = browser.post(page_of(other_admin), {})

    assert unsure.status_code == 422
    assert has_one(other_admin.user)


def test_nobody_resets_their_own(admin: Membership) -> None:
    make_app(admin.user)

    refused = recent_browser_of(admin.user).post(page_of(admin), {"confirmed": "1"})

    assert (refused.status_code, has_one(admin.user)) == (422, True)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER])
def test_nobody_else_resets_anyone_s(
    district: District, other_admin: Membership, role: Role
) -> None:
    school = make_school(district)
    by = seat(district, role, *([] if role == Role.SPECIALIST else [school]))
    member = seat(district, Role.TEAM_MEMBER, school)
    make_app(member.user)

    answers = [
        recent_browser_of(by.user).post(page_of(it), {"confirmed": "1"}).status_code
        for it in (other_admin, member)
    ]

    assert set(answers) <= {403, 404}
    with district_scope(district.pk), pytest.raises(PermissionDenied):
        reset(member, by=by)
    assert has_one(other_admin.user)
    assert has_one(member.user)


@pytest.mark.parametrize("elsewhere", ["another district", "operator"])
def test_what_opens_other_places_is_not_one_district_s_to_take_away(
    admin: Membership, other_admin: Membership, elsewhere: str
) -> None:
    person = other_admin.user
    if elsewhere == "operator":
        User.objects.filter(pk=person.pk).update(is_staff=True)
    else:
        seat(make_district(), Role.VIEWER, user=person)

    refused = recent_browser_of(admin.user).post(page_of(other_admin), {"confirmed": "1"})

    assert (refused.status_code, has_one(person)) == (422, True)
    with district_scope(admin.district_id), pytest.raises(ValidationError):
        reset(other_admin, by=admin)


def test_another_district_s_admin_finds_nobody(other_admin: Membership) -> None:
    stranger = seat(make_district(slug="elsewhere"), Role.DISTRICT_ADMIN)
    page = reverse("factors_reset", args=["elsewhere", other_admin.pk])

    refused = recent_browser_of(stranger.user).post(page, {"confirmed": "1"})

    assert (refused.status_code, has_one(other_admin.user)) == (404, True)


def test_an_operator_helps_at_the_command_line(
    district: District, other_admin: Membership, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = recent_browser_of(other_admin.user)

    call_command("reset_second_factors", email=other_admin.user.email.upper())

    assert not has_one(other_admin.user)
    assert lost.get("/accounts/").url.startswith("/accounts/login/")
    assert [entry[2] for entry in entries(district)] == [1]
    assert len(mail.outbox) == 1
    assert "1" in capsys.readouterr().out


@pytest.mark.parametrize("email", ["nobody@example.org", "no address", "аlice@example.org"])
def test_the_command_says_when_there_is_nobody(email: str) -> None:
    with pytest.raises(CommandError):
        call_command("reset_second_factors", email=email)
