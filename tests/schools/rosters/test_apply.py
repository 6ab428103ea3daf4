"""A district and its schools are written whole, and only where something differs."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from pytest_django import DjangoAssertNumQueries

from schools.models import District, School, SchoolLevel
from schools.rosters.apply import RosterLoader
from schools.rosters.nces import DistrictRecord, Refusal, SchoolRecord
from schools.rosters.nces_cells import Status
from schools.rosters.plan import Wishes
from schools.tenancy import district_scope
from tests.factories import make_district, make_school
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

DADE = DistrictRecord(line=2, leaid="1200390", name="MIAMI-DADE", status=Status.OPEN)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def school_record(number: int = 1, *, status: Status = Status.OPEN, name: str = "") -> SchoolRecord:
    return SchoolRecord(
        line=number + 1,
        schid=f"{DADE.leaid}{number:05}",
        leaid=DADE.leaid,
        name=name or f"SCHOOL {number}",
        status=status,
        low_grade="KG",
        high_grade="05",
        students=400,
        city="MIAMI",
    )


def schools_of(leaid: str = DADE.leaid) -> list[School]:
    district = District.objects.get(nces_leaid=leaid)
    with district_scope(district.pk):
        return list(School.objects.filter(district=district).order_by("nces_schid"))


def set_back_the_clock() -> None:
    district = District.objects.get(nces_leaid=DADE.leaid)
    with district_scope(district.pk):
        School.objects.update(updated_at=LONG_AGO)


def names_and_times() -> list[tuple[str, bool]]:
    """Each school's name, and whether its row was written since the clock was set back."""
    return [(school.name, school.updated_at > LONG_AGO) for school in schools_of()]


def test_a_new_district_comes_with_its_schools() -> None:
    loaded = RosterLoader().load(DADE, [school_record(1), school_record(2)])

    district = District.objects.get(nces_leaid="1200390")
    [first, second] = schools_of()
    assert (loaded.district, district.name, district.slug, district.state, district.time_zone) == (
        district,
        "MIAMI-DADE",
        "miami-dade-fl",
        "FL",
        "America/New_York",
    )
    assert (first.name, first.level, first.grades, first.students, first.city) == (
        "SCHOOL 1",
        SchoolLevel.ELEMENTARY,
        "KG\N{EN DASH}05",
        400,
        "MIAMI",
    )
    assert (second.nces_schid, second.is_active) == ("120039000002", True)


def test_a_district_may_have_no_schools() -> None:
    RosterLoader().load(DADE, [])

    assert schools_of() == []


def test_loading_twice_changes_nothing_the_second_time() -> None:
    records = [school_record(1), school_record(2), school_record(3, status=Status.FUTURE)]
    RosterLoader().load(DADE, records)
    set_back_the_clock()

    again = RosterLoader().load(DADE, records)

    assert (District.objects.count(), names_and_times()) == (
        1,
        [("SCHOOL 1", False), ("SCHOOL 2", False)],
    )
    assert (again.plan.is_new, again.schools.writes, again.schools.create) == (False, [], [])


def test_only_the_schools_that_differ_are_written() -> None:
    RosterLoader().load(DADE, [school_record(number) for number in (1, 2, 3, 4)])
    set_back_the_clock()

    RosterLoader().load(
        DADE,
        [
            school_record(1, name="RENAMED"),
            school_record(2),
            school_record(3, status=Status.CLOSED),
        ],
    )

    assert names_and_times() == [
        ("RENAMED", True),
        ("SCHOOL 2", False),
        ("SCHOOL 3", True),
        ("SCHOOL 4", False),
    ]
    assert [school.is_active for school in schools_of()] == [True, True, False, True]


def test_a_school_that_closed_and_opened_again_is_the_same_school() -> None:
    RosterLoader().load(DADE, [school_record()])
    [before] = schools_of()
    RosterLoader().load(DADE, [school_record(status=Status.CLOSED)])

    RosterLoader().load(DADE, [school_record()])

    [after] = schools_of()
    assert (after.pk, after.is_active) == (before.pk, True)


def test_a_district_is_known_by_its_id_not_by_its_name_or_address() -> None:
    namesake = make_district("MIAMI-DADE", slug="miami-dade-fl")
    known = make_district("Our schools", slug="ours", nces_leaid="1200390", state="FL")

    RosterLoader().load(DADE, [school_record()])

    known.refresh_from_db()
    with district_scope(namesake.pk):
        schools_of_the_namesake = School.objects.count()
    assert (known.name, known.slug, len(schools_of()), schools_of_the_namesake) == (
        "Our schools",
        "ours",
        1,
        0,
    )


def test_a_taken_address_is_not_given_again() -> None:
    make_district(slug="miami-dade-fl")

    RosterLoader().load(DADE, [])

    assert District.objects.get(nces_leaid="1200390").slug == "miami-dade-fl-1200390"


def test_two_districts_of_one_name_get_two_addresses() -> None:
    loader = RosterLoader(dry_run=True)
    namesake = DistrictRecord(line=3, leaid="1209999", name="MIAMI-DADE", status=Status.OPEN)

    slugs = [loader.load(record, []).district.slug for record in (DADE, namesake)]

    assert slugs == ["miami-dade-fl", "miami-dade-fl-1209999"]


def test_a_school_made_by_hand_stays() -> None:
    district = make_district(nces_leaid="1200390")
    by_hand = make_school(district, "By hand")

    loaded = RosterLoader().load(DADE, [school_record()])

    assert (loaded.schools.not_in_file, [school.name for school in schools_of()]) == (
        [by_hand],
        ["SCHOOL 1", "By hand"],
    )


def test_a_school_whose_line_was_refused_stays_as_it_is() -> None:
    RosterLoader().load(DADE, [school_record()])
    refusal = Refusal(2, "it has no name", leaid="1200390", nces_id="120039000001")

    again = RosterLoader().load(DADE, [], refusals=[refusal])

    assert (again.schools.not_in_file, len(schools_of())) == ([], 1)


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    RosterLoader().load(DADE, [school_record(1), school_record(2)])
    set_back_the_clock()
    records = [school_record(1, name="RENAMED"), school_record(3)]

    dry = RosterLoader(wishes=Wishes(time_zone="America/Chicago"), dry_run=True).load(DADE, records)

    assert names_and_times() == [("SCHOOL 1", False), ("SCHOOL 2", False)]
    assert District.objects.get().time_zone == "America/New_York"
    assert (len(dry.schools.create), len(dry.schools.change)) == (1, 1)


def test_a_dry_run_creates_no_district() -> None:
    RosterLoader(dry_run=True).load(DADE, [school_record()])

    assert District.objects.count() == 0


def test_a_district_is_written_whole_or_not_at_all() -> None:
    misspelt = SchoolRecord(
        line=3, schid="12003900000X", leaid="1200390", name="MISSPELT", status=Status.OPEN
    )

    with pytest.raises(DatabaseError):
        RosterLoader().load(DADE, [school_record(), misspelt])

    assert District.objects.count() == 0


def test_a_wish_that_cannot_be_granted_writes_nothing() -> None:
    make_district(slug="north")

    with pytest.raises(ValidationError, match="Another district has the address north"):
        RosterLoader(wishes=Wishes(slug="north")).load(DADE, [school_record()])

    assert District.objects.count() == 1


def test_two_operators_at_the_same_moment_load_a_district_once() -> None:
    RosterLoader().load(DADE, [])
    records = [school_record(1), school_record(2)]

    both = all_at_once(*[lambda: RosterLoader().load(DADE, records)] * 2)

    assert sorted(len(loaded.schools.create) for loaded in both) == [0, 2]
    assert len(schools_of()) == 2


def test_two_operators_at_the_same_moment_create_a_district_once() -> None:
    records = [school_record(1), school_record(2)]

    all_at_once(*[lambda: RosterLoader().load(DADE, records)] * 2)

    assert (District.objects.count(), len(schools_of())) == (1, 2)


@pytest.mark.parametrize("schools", [1, 400])
def test_loading_costs_the_same_however_many_schools(
    django_assert_num_queries: DjangoAssertNumQueries, schools: int
) -> None:
    records = [school_record(number) for number in range(schools)]
    renamed = [school_record(number, name="RENAMED") for number in range(schools)]
    loader = RosterLoader()

    with django_assert_num_queries(
        10
    ):  # look, create, scope, look, create, log; and the transactions
        loader.load(DADE, records)
    with django_assert_num_queries(9):  # the district is there, the schools change
        loader.load(DADE, renamed)
    with django_assert_num_queries(7):  # look, scope, look
        loader.load(DADE, renamed)
