"""What is to be done about each district and school, decided without a database."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from schools.models import District, School, SchoolLevel
from schools.rosters.nces import DistrictRecord, SchoolRecord
from schools.rosters.nces_cells import Status
from schools.rosters.plan import (
    LONGEST_ADDRESS,
    Change,
    Creation,
    DistrictPlan,
    RosterPlan,
    Wishes,
    plan_district,
    plan_schools,
)

SCHID = "120039000001"
NOT_OPEN = [Status.CLOSED, Status.INACTIVE, Status.FUTURE]


def record_of(leaid: str = "1200390", name: str = "MIAMI-DADE") -> DistrictRecord:
    return DistrictRecord(line=2, leaid=leaid, name=name, status=Status.OPEN)


def school_record(schid: str = SCHID, **facts: Any) -> SchoolRecord:
    known = {
        "name": "BAY HIGH",
        "status": Status.OPEN,
        "low_grade": "09",
        "high_grade": "12",
        "students": 500,
        "city": "MIAMI",
    }
    return SchoolRecord(line=2, schid=schid, leaid=schid[:7], **{**known, **facts})


def school_row(schid: str | None = SCHID, **facts: Any) -> School:
    known = {
        "name": "BAY HIGH",
        "level": SchoolLevel.HIGH,
        "low_grade": "09",
        "high_grade": "12",
        "students": 500,
        "city": "MIAMI",
        "is_active": True,
    }
    return School(nces_schid=schid, **{**known, **facts})


def address_of(name: str, *, leaid: str = "1200390", taken: tuple[str, ...] = ()) -> str:
    plan = plan_district(record_of(leaid, name), None, wishes=Wishes(), taken=taken)
    address: str = plan.values["slug"]
    return address


def test_a_new_district_gets_its_state_time_zone_and_address() -> None:
    plan = plan_district(record_of(), None, wishes=Wishes(), taken=())

    assert plan == DistrictPlan(
        is_new=True,
        values={
            "name": "MIAMI-DADE",
            "slug": "miami-dade-fl",
            "state": "FL",
            "time_zone": "America/New_York",
        },
        guesses_time_zone=True,
    )


def test_a_new_district_gets_what_the_operator_wishes_for_it() -> None:
    wishes = Wishes(time_zone="America/Chicago", slug="escambia")

    plan = plan_district(record_of("1200510", "ESCAMBIA"), None, wishes=wishes, taken=())

    assert (plan.values["slug"], plan.values["time_zone"], plan.guesses_time_zone) == (
        "escambia",
        "America/Chicago",
        False,
    )


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("MIAMI-DADE", "miami-dade-fl"),
        ("Impact | Black River Elementary", "impact-black-river-elementary-fl"),
        ("Dist. de Peñón", "dist-de-penon-fl"),
        ("NULL", "null-fl"),
        ("学区", "district-fl"),
    ],
)
def test_an_address_is_made_of_name_and_state(name: str, address: str) -> None:
    assert address_of(name) == address


def test_a_taken_address_gets_the_district_s_id() -> None:
    address = address_of("BUCKEYE LOCAL", leaid="3904585", taken=("buckeye-local-oh",))

    assert address == "buckeye-local-oh-3904585"


def test_the_longest_address_fits() -> None:
    name = "A" * 200

    address = address_of(name, taken=(address_of(name),))

    assert len(address) == LONGEST_ADDRESS


def test_a_wished_address_that_is_taken_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"Another district has the address north\."):
        plan_district(record_of(), None, wishes=Wishes(slug="north"), taken={"north"})


def test_a_district_of_no_known_state_needs_a_time_zone() -> None:
    nowhere = record_of("9900001", "NOWHERE")

    with pytest.raises(ValidationError, match=r"No time zone is known .* begins with 99; name one"):
        plan_district(nowhere, None, wishes=Wishes(), taken=())
    plan = plan_district(nowhere, None, wishes=Wishes(time_zone="Pacific/Guam"), taken=())

    assert plan.values == {
        "name": "NOWHERE",
        "slug": "nowhere",
        "state": "",
        "time_zone": "Pacific/Guam",
    }


def test_a_district_that_is_there_keeps_its_name_address_and_time_zone() -> None:
    known = District(
        name="Miami-Dade Schools", slug="dade", state="FL", time_zone="America/Chicago"
    )

    plan = plan_district(record_of(), known, wishes=Wishes(), taken={"dade"})

    assert plan == DistrictPlan(is_new=False, values={})


def test_a_district_that_is_there_takes_a_wished_time_zone_and_a_state_it_lacks() -> None:
    known = District(name="Dade", slug="dade", state="", time_zone="America/New_York")

    plan = plan_district(
        record_of(), known, wishes=Wishes(time_zone="America/Chicago", slug="dade"), taken={"dade"}
    )

    assert plan.values == {"time_zone": "America/Chicago", "state": "FL"}


def test_a_district_that_is_there_gets_no_other_address() -> None:
    known = District(name="Dade", slug="dade", state="FL")

    with pytest.raises(ValidationError, match="there already, at the address dade, and keeps it"):
        plan_district(record_of(), known, wishes=Wishes(slug="miami"), taken={"dade"})


def test_a_school_that_is_not_there_is_created() -> None:
    record = school_record()

    assert plan_schools([record], []) == RosterPlan(
        create=[
            Creation(
                record,
                {
                    "name": "BAY HIGH",
                    "low_grade": "09",
                    "high_grade": "12",
                    "students": 500,
                    "city": "MIAMI",
                    "level": SchoolLevel.HIGH,
                },
            )
        ]
    )


def test_a_school_about_which_little_is_known_is_created_with_that() -> None:
    record = school_record(low_grade="", high_grade="", students=None, city="")

    [creation] = plan_schools([record], []).create

    assert creation.values == {"name": "BAY HIGH", "level": SchoolLevel.OTHER}


def test_a_school_without_students_is_told_from_one_whose_number_is_not_known() -> None:
    [creation] = plan_schools([school_record(students=0)], []).create

    assert creation.values["students"] == 0


@pytest.mark.parametrize("status", NOT_OPEN)
def test_a_school_that_does_not_work_and_was_never_here_is_left_out(status: Status) -> None:
    record = school_record(status=status)

    assert plan_schools([record], []) == RosterPlan(left_out=[record])


def test_a_school_that_is_the_same_is_left_as_it_is() -> None:
    row = school_row()

    assert plan_schools([school_record()], [row]) == RosterPlan(unchanged=[row])


@pytest.mark.parametrize(
    ("there", "differing", "before"),
    [
        ({"name": "BAY"}, {"name": "BAY HIGH"}, {"name": "BAY"}),
        ({"students": None}, {"students": 500}, {"students": None}),
        ({"city": ""}, {"city": "MIAMI"}, {"city": ""}),
        (
            {"low_grade": "06", "level": SchoolLevel.OTHER},
            {"low_grade": "09", "level": SchoolLevel.HIGH},
            {"low_grade": "06", "level": SchoolLevel.OTHER},
        ),
        ({"is_active": False}, {"is_active": True}, {"is_active": False}),
    ],
)
def test_a_school_changes_where_it_differs(
    there: dict[str, Any], differing: dict[str, Any], before: dict[str, Any]
) -> None:
    record, row = school_record(), school_row(**there)

    assert plan_schools([record], [row]) == RosterPlan(
        change=[Change(record, row, differing, before)]
    )


def test_what_the_file_does_not_know_replaces_nothing() -> None:
    record = school_record(low_grade="", high_grade="", students=None, city="")
    row = school_row()

    assert plan_schools([record], [row]) == RosterPlan(unchanged=[row])


def test_one_grade_that_is_known_makes_the_level_with_the_one_that_was_known_before() -> None:
    record, row = school_record(low_grade="", high_grade="09"), school_row(low_grade="07")

    [change] = plan_schools([record], [row]).change

    assert change.values == {"high_grade": "09", "level": SchoolLevel.MIDDLE}


@pytest.mark.parametrize("status", NOT_OPEN)
def test_a_school_that_has_closed_becomes_inactive_and_keeps_the_rest(status: Status) -> None:
    record = school_record(status=status, name="CLOSED", students=0, low_grade="", high_grade="")
    row = school_row()

    assert plan_schools([record], [row]) == RosterPlan(
        make_inactive=[Change(record, row, {"is_active": False}, {"is_active": True})]
    )


def test_a_school_that_had_closed_before_is_left_as_it_is() -> None:
    row = school_row(is_active=False)

    assert plan_schools([school_record(status=Status.CLOSED)], [row]) == RosterPlan(unchanged=[row])


def test_a_school_that_the_file_does_not_have_is_left_as_it_is() -> None:
    by_hand, other = school_row(None, name="By hand"), school_row("120039000002")

    plan = plan_schools([school_record()], [by_hand, other])

    assert plan.not_in_file == [by_hand, other]


def test_a_school_whose_line_was_refused_is_in_the_file_all_the_same() -> None:
    plan = plan_schools([], [school_row()], refused=[SCHID])

    assert plan == RosterPlan()


def test_schools_are_told_apart_by_their_ids_not_their_names() -> None:
    row = school_row("120039000002", name="PREP")
    records = [school_record(SCHID, name="PREP"), school_record("120039000002", name="PREP")]

    plan = plan_schools(records, [row])

    assert ([each.record.schid for each in plan.create], plan.unchanged) == ([SCHID], [row])
