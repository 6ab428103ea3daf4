"""Who a caller is to a district."""

import pytest

from schools.models import Role
from tests.factories import make_district, make_school, make_user, seat
from tests.reading import signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_program_learns_its_scopes_and_its_district() -> None:
    district = make_district("Riverbend", slug="riverbend", nces_leaid="0100005")

    me = with_key(district, "roster:read", "cycles:read").get("me").json()

    assert me["kind"] == "api_client"
    assert me["role"] is None
    assert me["scopes"] == ["cycles:read", "roster:read"]
    assert me["may"] == ["read_cycles", "read_schools", "take_along"]
    assert me["sees_whole_district"] is True
    assert me["district"] == {
        "id": str(district.pk),
        "slug": "riverbend",
        "name": "Riverbend",
        "nces_leaid": "0100005",
        "time_zone": "America/New_York",
        "this_school_year": district.this_school_year,
    }


def test_a_person_learns_their_role() -> None:
    district = make_district("Riverbend")
    principal = seat(district, Role.PRINCIPAL, make_school(district), user=make_user("Alice"))

    me = signed_in(principal.user, district).get("me").json()

    assert (me["kind"], me["name"], me["role"]) == ("person", "Alice", "principal")
    assert me["scopes"] == []
    assert me["sees_whole_district"] is False
    assert me["may"] == [
        *("comment", "edit_cycles", "invite_team", "read_cycles", "read_schools"),
        *("reopen_cycles", "see_together", "submit_cycles"),
    ]


def test_a_viewer_of_one_school_may_not_see_the_dashboard() -> None:
    district = make_district("Riverbend")
    viewer = seat(district, Role.VIEWER, make_school(district))

    me = signed_in(viewer.user, district).get("me").json()

    assert me["may"] == ["read_cycles", "read_schools", "see_together"]


def test_a_token_without_scopes_still_learns_who_it_is() -> None:
    district = make_district("Riverbend")

    me = with_key(district, "nothing:known").get("me").json()

    assert (me["scopes"], me["may"]) == ([], [])
