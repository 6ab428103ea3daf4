"""The pages about a district's people: seen, given other places, and seen off."""

from typing import Any

import pytest
from django.test import Client

from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, rows_of, words_of
from tests.factories import make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN, user=make_user("Dana"))


@pytest.fixture
def lincoln(district: District) -> School:
    return make_school(district, "Lincoln")


@pytest.fixture
def principal(district: District, lincoln: School) -> Membership:
    return seat(district, Role.PRINCIPAL, lincoln, user=make_user("Pat"), last_visit_at=None)


@pytest.fixture
def member(district: District, lincoln: School) -> Membership:
    return seat(district, Role.TEAM_MEMBER, lincoln, user=make_user("Tess"), last_visit_at=None)


def names(answer: Any) -> list[str]:
    return [row.split()[0] for row in rows_of(answer)[1:]]


def test_an_admin_sees_everybody_with_role_schools_and_last_visit(
    admin: Membership, principal: Membership, member: Membership
) -> None:
    seat(make_district("Elsewhere"), Role.SPECIALIST, user=make_user("Stranger"))

    first, *rows = rows_of(Browser(admin).get("people"))

    assert first == "Name Role Schools Since Last visit Actions"
    assert [row.split()[0] for row in rows] == ["Dana", "Pat", "Tess"]
    assert "The whole district" in rows[0]
    assert "Principal Lincoln" in rows[1]
    assert "Never" in rows[2]


def test_a_principal_sees_of_nobody_where_else_they_are(
    admin: Membership, principal: Membership, district: District, lincoln: School
) -> None:
    cedar = make_school(district, "Cedar Grove")
    seat(district, Role.TEAM_MEMBER, lincoln, cedar, user=make_user("Tess"))

    whole = [Browser(by).get("people").content.decode() for by in (admin, principal)]
    searched = Browser(principal).get("people", query="?q=cedar")

    assert ["Cedar Grove" in page for page in whole] == [True, False]
    assert names(searched) == []


def test_the_last_visit_is_that_of_the_person(admin: Membership, principal: Membership) -> None:
    Browser(principal).get("schools")

    principal.refresh_from_db()
    assert principal.last_visit_at is not None
    assert "Never" not in rows_of(Browser(admin).get("people"))[2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=pAt", ["Pat"]),
        ("?q=@example.org", ["Dana", "Pat", "Tess"]),
        ("?q=lincoln", ["Pat", "Tess"]),
        ("?role=team_member", ["Tess"]),
        ("?role=team_member&q=pat", []),
        ("?role=emperor&page=many", ["Dana", "Pat", "Tess"]),
        ("?q=%00", ["Dana", "Pat", "Tess"]),
    ],
)
def test_people_are_searched_and_filtered(
    admin: Membership, principal: Membership, member: Membership, query: str, found: list[str]
) -> None:
    assert names(Browser(admin).get("people", query)) == found


def test_a_principal_sees_their_own_team_and_another_s_not(
    district: District, principal: Membership, member: Membership
) -> None:
    cedar = make_school(district, "Cedar Grove")
    seat(district, Role.TEAM_MEMBER, cedar, user=make_user("Ned"))
    with district_scope(district.pk):
        member.seats.create(district=district, school=cedar)

    answer = Browser(principal).get("people")

    assert names(answer) == ["Pat", "Tess"]
    assert "Cedar" not in words_of(answer)
    assert "Last visit" not in words_of(answer)


@pytest.mark.parametrize("people", [1, 20])
def test_the_page_costs_the_same_however_many_people(
    admin: Membership, lincoln: School, people: int, django_assert_num_queries: Any
) -> None:
    for n in range(people):
        seat(admin.district, Role.TEAM_MEMBER, lincoln, user=make_user(f"T{n:02}"))
    browser = Browser(admin)
    browser.get("people")

    # Session, person, membership; the scope and its transactions, six; what is shown, four.
    with django_assert_num_queries(13):
        browser.get("people")


def test_a_role_is_changed_on_the_person_s_page(admin: Membership, member: Membership) -> None:
    browser = Browser(admin)
    shown = browser.get("membership", membership_id=member.pk)

    answer = browser.post("membership", {"role": "specialist"}, membership_id=member.pk)

    member.refresh_from_db()
    assert 'value="team_member"' in shown.text
    assert (answer.status_code, member.role) == (302, Role.SPECIALIST)


def test_a_change_that_is_refused_says_so_in_its_field(
    admin: Membership, member: Membership
) -> None:
    answer = Browser(admin).post("membership", {"role": "principal"}, membership_id=member.pk)

    assert answer.status_code == 422
    assert "Choose at least one school." in words_of(answer)


def test_in_a_large_district_schools_are_written_one_a_line(
    admin: Membership, lincoln: School, member: Membership
) -> None:
    with district_scope(admin.district_id):
        School.objects.bulk_create(
            School(district=admin.district, name=f"School {n}") for n in range(50)
        )
    browser = Browser(admin)

    shown = browser.get("membership", membership_id=member.pk)
    sent = {"role": "principal", "schools": "school 7\n\nLincoln\nHogwarts"}
    refused = browser.post("membership", sent, membership_id=member.pk)
    sent["schools"] = "school 7\nLincoln"
    taken = browser.post("membership", sent, membership_id=member.pk)

    assert "Lincoln</textarea>" in shown.text
    assert refused.status_code == 422
    assert "There is no school Hogwarts in this district." in words_of(refused)
    assert "Hogwarts</textarea>" in refused.text
    assert taken.status_code == 302
    with district_scope(admin.district_id):
        assert member.seats.count() == 2


def test_ending_is_asked_once_more_and_holds_at_once_everywhere(
    admin: Membership, member: Membership
) -> None:
    theirs, browser = Browser(member), Browser(admin)
    assert theirs.get("schools").status_code == 200

    asked = browser.get("leaving", membership_id=member.pk)
    still = theirs.get("schools").status_code
    ended = browser.post("leaving", {"confirmed": "1"}, membership_id=member.pk)

    assert "End the membership of Tess?" in words_of(asked)
    assert (still, ended.status_code) == (200, 302)
    gone = theirs.get("schools")
    assert gone.status_code == 404
    assert "What you typed and could not save any more is kept on this device" in words_of(gone)
    api = theirs.client.get(f"/api/v1/districts/{member.district.slug}/me/")
    assert api.status_code in {403, 404}


def test_a_former_member_is_told_what_a_stranger_is_told_of_what_is_not_there(
    admin: Membership, member: Membership
) -> None:
    theirs = Browser(member)
    Membership.objects.filter(pk=member.pk).delete()

    here, nowhere = (
        theirs.client.get(f"/d/{slug}/schools/") for slug in (member.district.slug, "nowhere")
    )

    assert (here.status_code, words_of(here)) == (nowhere.status_code, words_of(nowhere))


def test_the_last_admin_is_told_why_they_cannot_leave(admin: Membership) -> None:
    browser = Browser(admin)

    asked = browser.get("leaving", membership_id=admin.pk)
    refused = browser.post("leaving", {"confirmed": "1"}, membership_id=admin.pk)

    assert 'name="confirmed"' not in asked.text
    assert refused.status_code == 422
    for answer in (asked, refused):
        assert "This is the district’s last admin" in words_of(answer)


def test_an_admin_who_leaves_lands_at_the_door(admin: Membership, district: District) -> None:
    seat(district, Role.DISTRICT_ADMIN)

    answer = Browser(admin).post("leaving", {"confirmed": "1"}, membership_id=admin.pk)

    assert (answer.status_code, answer.url) == (302, "/")


def test_a_principal_takes_somebody_off_the_team(principal: Membership, member: Membership) -> None:
    browser = Browser(principal)

    asked = browser.get("leaving", membership_id=member.pk)
    browser.post("leaving", {"confirmed": "1"}, membership_id=member.pk)

    assert "Take Tess off the team?" in words_of(asked)
    assert names(browser.get("people")) == ["Pat"]


def test_the_people_are_in_the_navigation_of_who_may_see_them(
    admin: Membership, principal: Membership, member: Membership
) -> None:
    shown = {
        who.user.name: f"/d/{who.district.slug}/people/" in Browser(who).get("schools").text
        for who in (admin, principal, member)
    }

    assert shown == {"Dana": True, "Pat": True, "Tess": False}


def test_a_name_is_no_markup(admin: Membership, district: District) -> None:
    seat(district, Role.VIEWER, user=make_user("<script>alert(1)</script>", email="x@example.org"))

    assert "<script>alert" not in Browser(admin).get("people").text


def test_without_a_place_there_are_no_people(district: District) -> None:
    client = Client()
    client.force_login(make_user("Nobody"))

    assert client.get(f"/d/{district.slug}/people/").status_code == 404


def test_who_gives_up_their_own_role_is_led_to_their_work(admin: Membership) -> None:
    seat(admin.district, Role.DISTRICT_ADMIN)

    answer = Browser(admin).post("membership", {"role": "specialist"}, membership_id=admin.pk)

    assert (answer.status_code, answer.url) == (302, "/")
