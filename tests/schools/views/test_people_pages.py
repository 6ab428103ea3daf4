"""The people of a district: seen, given other places, and seen off."""

import pytest

from schools.models import District, Membership, Role, School
from tests.assessments.views.browsing import Browser, rows_of, words_of
from tests.factories import make_district, make_school, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture
def lincoln(district: District) -> School:
    return make_school(district, "Lincoln")


def test_smoke(district: District, admin: Membership, lincoln: School) -> None:
    principal = seat(district, Role.PRINCIPAL, lincoln)
    member = seat(district, Role.TEAM_MEMBER, lincoln)
    for who in (admin, principal):
        b = Browser(who)
        for name in ("people", "invitations", "invitation_new"):
            r = b.get(name)
            assert r.status_code == 200
        r = b.get("leaving", membership_id=member.pk)
        assert r.status_code == 200
    b = Browser(admin)
    assert b.get("invitations_table").status_code == 200
    assert b.get("people_template").status_code == 200
    assert b.get("membership", membership_id=member.pk).status_code == 200
    print(rows_of(b.get("people")), words_of(b.get("membership", membership_id=member.pk)))
    r = b.post(
        "invitation_new",
        {
            "email": "Ana@Example.org",
            "role": "principal",
            "schools": [lincoln.pk],
            "language": "es",
        },
    )
    assert r.status_code == 302, words_of(r)
    print(rows_of(b.get("invitations")))
