"""The page behind the link in an invitation, as whoever opens it finds it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from schools import invitation_mails, invitations
from schools.invitations import Wish
from schools.models import Invitation, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.views.browsing import words_of
from tests.factories import make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db

PASSWORD = "four quiet words here"
FORM = {"name": "Ana Ruiz", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def admin() -> Membership:
    district = make_district("Riverbend", slug="riverbend")
    return seat(district, Role.DISTRICT_ADMIN, user=make_user("Dana"))


@pytest.fixture
def link(admin: Membership) -> str:
    """Of an invitation that has just been mailed to Ana, the principal of Lincoln."""
    lincoln = make_school(admin.district, "Lincoln")
    with district_scope(admin.district_id):
        wish = Wish("ana@example.org", Role.PRINCIPAL, [lincoln], name="Ana")
        invitation = invitations.invite(by=admin, wish=wish)
    invitation_mails.send(invitation.pk)
    return f"/invitations/{invitation.token}/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_says_who_invites_to_what_as_what(client: Client, link: str) -> None:
    said = words_of(client.get(link))

    assert "You are invited to Riverbend" in said
    for words in ("Your role Principal", "Schools Lincoln", "Invited by Dana", "ana@example.org"):
        assert words in said


def test_looking_changes_nothing(client: Client, link: str) -> None:
    before = list(Invitation.objects.values())
    for method in (client.get, client.head):
        assert method(link).status_code == 200

    assert list(Invitation.objects.values()) == before


def test_a_new_person_is_in_their_district_with_one_form(client: Client, link: str) -> None:
    answer = client.post(link, FORM)

    assert (answer.status_code, answer.url) == (302, "/d/riverbend/")
    assert client.get("/d/riverbend/schools/").status_code == 200
    assert Membership.objects.get(user__email="ana@example.org").role == Role.PRINCIPAL
    assert "Ana Ruiz" in client.get("/d/riverbend/schools/").text


def test_they_are_not_asked_at_once_for_the_password_that_they_have_just_chosen(
    client: Client, link: str
) -> None:
    client.post(link, FORM)

    assert client.get("/accounts/second-factors/app/").status_code == 200


def test_they_can_sign_in_with_that_password_later(client: Client, link: str) -> None:
    client.post(link, FORM)

    later = Client()
    later.post("/accounts/login/", {"login": "Ana@example.org", "password": PASSWORD})

    assert later.get("/d/riverbend/schools/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "\u200b"}, "Please tell us your name."),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "ana@example.org!", "again": "ana@example.org!"}, "too similar"),
        ({"again": "something else entirely"}, "The two passwords are not the same."),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(
    client: Client, link: str, sent: dict[str, str], said: str
) -> None:
    answer = client.post(link, FORM | sent)

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert ('value="Ana Ruiz"' in answer.text) == ("name" not in sent)
    assert PASSWORD not in answer.text
    assert not User.objects.filter(email="ana@example.org").exists()


def test_who_has_an_account_is_led_to_sign_in_and_back(client: Client, link: str) -> None:
    make_user("Ana", email="ana@example.org")

    answer = client.get(link)
    posted = client.post(link, FORM)

    assert f'href="/accounts/login/?next={link}"' in answer.text
    assert "Your account" not in words_of(posted)
    assert not Membership.objects.filter(user__email="ana@example.org").exists()


def test_who_is_signed_in_accepts_with_one_click(link: str) -> None:
    ana = make_user("Ana", email="ana@example.org")
    client = signed_in(ana)

    shown, accepted, again = client.get(link), client.post(link), client.get(link)

    assert shown.status_code == 200
    assert accepted.url == again.url == "/d/riverbend/"
    assert Membership.objects.get(user=ana).role == Role.PRINCIPAL


def test_somebody_else_who_is_signed_in_joins_nothing_and_learns_nothing(link: str) -> None:
    mallory = make_user("Mallory")
    client = signed_in(mallory)

    answers = [client.get(link), client.post(link), client.post(link, FORM)]

    for answer in answers:
        assert answer.status_code == 403
        assert "This invitation is for another address" in answer.text
        assert "Riverbend" not in answer.text
        assert "ana@example.org" not in answer.text
    assert not Membership.objects.filter(user=mallory).exists()
    # Their way out leads back to the link.
    out = client.post("/accounts/logout/", {"next": link})
    assert out.url == link


def test_a_role_that_one_has_is_told_to_stay(admin: Membership, link: str) -> None:
    ana = make_user("Ana", email="ana@example.org")
    seat(admin.district, Role.VIEWER, user=ana)

    said = words_of(signed_in(ana).get(link))

    assert "You are here already as Viewer, and accepting does not change that." in said


def dead_links(link: str, admin: Membership) -> dict[str, Any]:
    """Every way in which a link can be no good."""
    return {
        "never made": "/invitations/abc/",
        "truncated": f"{link[:-3]}/",
        "odd": "/invitations/%00%ED%A0%80½/",
        "whole": link,
    }


@pytest.mark.parametrize("way", ["expired", "used", "revoked"])
def test_every_dead_link_has_the_same_page_which_names_nobody(
    admin: Membership, link: str, way: str
) -> None:
    moment = timezone.now()
    if way == "used":
        Client().post(link, FORM)
    elif way == "revoked":
        with district_scope(admin.district_id):
            invitations.revoke(Invitation.objects.get(), by=admin)
    else:
        moment += timedelta(days=8)

    with time_machine.travel(moment, tick=False):
        pages = {
            (answer.status_code, _without_tokens(answer, address))
            for address in dead_links(link, admin).values()
            for answer in (Client().get(address), Client().post(address, FORM))
        }

    ((status, page),) = pages
    assert status == 404
    assert "This invitation cannot be accepted" in page
    for secret in ("Riverbend", "riverbend", "Dana", "ana@example.org", "Lincoln"):
        assert secret not in page


def _without_tokens(answer: Any, address: str) -> str:
    return words_of(answer).replace(address, "")


def test_the_page_is_kept_by_no_cache_and_its_address_goes_nowhere_else(
    client: Client, link: str
) -> None:
    answer = client.get(link)

    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
