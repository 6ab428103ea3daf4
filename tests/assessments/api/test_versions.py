"""What a program holds already is not sent again."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign, Cycle, DirtyMark
from schools.models import District, Membership, School
from schools.tenancy import district_scope
from tests.factories import make_campaign, submitted
from tests.reading import problem, with_key

pytestmark = pytest.mark.django_db(transaction=True)


def refresh(district: District, school_year: int) -> None:
    DirtyMark.objects.create(district=district, school_year=school_year)
    with district_scope(district.pk):
        refresh_snapshot(district.pk, school_year)


def holding(version: str, **headers: str) -> dict[str, str]:
    return {"If-None-Match": version, **headers}


@pytest.fixture
def year(campaign: Campaign, district: District) -> int:
    refresh(district, campaign.school_year)
    return campaign.school_year


def test_a_cycle_that_stands_as_it_was_is_not_read_again(
    district: District, cycle: Cycle, django_assert_num_queries: Any
) -> None:
    reader = with_key(district)
    first = reader.get(f"cycles/{cycle.pk}")

    # All but the last two of reading it: its cells and its reflections.
    with django_assert_num_queries(7):
        again = reader.get(f"cycles/{cycle.pk}", headers=holding(first.headers["ETag"]))

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_cycle_whose_words_changed_is_sent_again(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    reader = with_key(district)
    first = reader.get(f"cycles/{cycle.pk}")

    submitted(cycle, alice)
    again = reader.get(f"cycles/{cycle.pk}", headers=holding(first.headers["ETag"]))

    assert (again.status_code, again.json()["status"]) == (200, "submitted")


def test_a_school_s_new_name_is_sent_too(district: District, school: School, cycle: Cycle) -> None:
    reader = with_key(district)
    first = reader.get(f"cycles/{cycle.pk}")

    school.name = "Abraham Lincoln"
    with district_scope(district.pk):
        school.save()
    again = reader.get(f"cycles/{cycle.pk}", headers=holding(first.headers["ETag"]))

    assert (again.status_code, again.json()["school_name"]) == (200, "Abraham Lincoln")


def test_a_cycle_that_is_late_by_now_is_sent_again(district: District, cycle: Cycle) -> None:
    reader = with_key(district)
    first = reader.get(f"cycles/{cycle.pk}")

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        headers = holding(first.headers["ETag"])
        again = with_key(district).get(f"cycles/{cycle.pk}", headers=headers)

    assert (again.status_code, again.json()["is_late"]) == (200, True)


def test_another_set_of_parts_is_another_version(district: District, cycle: Cycle) -> None:
    reader = with_key(district)
    first = reader.get(f"cycles/{cycle.pk}", include="cells")

    same = reader.get(f"cycles/{cycle.pk}", holding(first.headers["ETag"]), include="cells")
    other = reader.get(f"cycles/{cycle.pk}", holding(first.headers["ETag"]))

    assert (same.status_code, other.status_code) == (304, 200)


@pytest.mark.parametrize("shown", ["*", '"another", {version}', "W/{version}"])
def test_a_version_may_be_shown_in_several_ways(
    district: District, cycle: Cycle, shown: str
) -> None:
    reader = with_key(district)
    version = reader.get(f"cycles/{cycle.pk}").headers["ETag"]

    again = reader.get(f"cycles/{cycle.pk}", headers=holding(shown.format(version=version)))

    assert again.status_code == 304


def test_a_version_is_strong(district: District, cycle: Cycle) -> None:
    version = with_key(district).get(f"cycles/{cycle.pk}").headers["ETag"]

    assert (version[0], version[-1]) == ('"', '"')


def test_who_may_not_read_it_is_not_told_that_it_still_stands(
    district: District, cycle: Cycle
) -> None:
    version = with_key(district).get(f"cycles/{cycle.pk}").headers["ETag"]

    answer = with_key(district, "roster:read").get(f"cycles/{cycle.pk}", holding(version))

    assert problem(answer) == (403, "forbidden")


def test_a_dashboard_that_stands_as_it_was_is_not_read_again(
    district: District, year: int, django_assert_num_queries: Any
) -> None:
    reader = with_key(district)
    first = reader.get(f"dashboards/{year}")

    # Without the figures themselves.
    with django_assert_num_queries(7):
        again = reader.get(f"dashboards/{year}", holding(first.headers["ETag"]))

    assert (again.status_code, again.content) == (304, b"")


def test_a_dashboard_that_was_computed_anew_is_sent_again(district: District, year: int) -> None:
    reader = with_key(district)
    first = reader.get(f"dashboards/{year}")

    refresh(district, year)

    assert reader.get(f"dashboards/{year}", holding(first.headers["ETag"])).status_code == 200


def test_a_dashboard_whose_year_before_was_computed_anew_is_sent_again(
    district: District, year: int
) -> None:
    reader = with_key(district)
    first = reader.get(f"dashboards/{year}")

    make_campaign(district, year - 1)
    refresh(district, year - 1)
    again = reader.get(f"dashboards/{year}", holding(first.headers["ETag"]))

    assert (again.status_code, again.json()["previous"]["school_year"]) == (200, year - 1)


def test_another_language_is_another_version(district: District, year: int) -> None:
    reader = with_key(district)
    first = reader.get(f"dashboards/{year}")

    headers = holding(first.headers["ETag"], **{"Accept-Language": "es"})

    assert reader.get(f"dashboards/{year}", headers).status_code == 200
