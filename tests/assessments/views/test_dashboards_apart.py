"""Two districts look at the same year in one process: each sees its own figures."""

import pytest
from django.test import Client

from assessments.dashboards.snapshot import refresh_snapshot
from schools.models import Membership, Role
from schools.tenancy import district_scope
from tests.factories import make_campaign, make_district, make_school, seat

pytestmark = pytest.mark.django_db(transaction=True)


def specialist_of_a_district_with(schools: int) -> Membership:
    district = make_district()
    for _ in range(schools):
        make_school(district)
    specialist = seat(district, Role.SPECIALIST)
    campaign = make_campaign(district)
    with district_scope(district.pk):
        refresh_snapshot(district.pk, campaign.school_year)
    return specialist


def test_a_dashboard_shows_the_schools_of_its_own_district_whoever_looked_before() -> None:
    shown = []

    for specialist in (specialist_of_a_district_with(1), specialist_of_a_district_with(3)):
        client = Client()
        client.force_login(specialist.user)
        answer = client.get(f"/d/{specialist.district.slug}/")
        shown.append(answer.context["dashboard"].schools)

    assert shown == [1, 3]
