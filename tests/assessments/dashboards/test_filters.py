"""Filters: read from an address, said in words, and meaning the same over facts and over rows."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from assessments.dashboards.aggregation import CycleFacts, aggregate, of_the_same_schools
from assessments.dashboards.filters import Filters, Size, UnknownFilter, read_filters, size_of
from assessments.dashboards.selection import chosen
from assessments.dashboards.snapshot import cycle_facts
from assessments.models import Campaign, Cycle
from schools.models import District, Membership, Role, SchoolLevel
from schools.tenancy import district_scope
from tests.assessments.dashboards.test_aggregation import DUE, QUESTIONS, at_level, draft, school
from tests.factories import answer_everything, cycle_of, make_campaign, make_school, seat, submitted

CELL = "team.beliefs"


def test_an_address_without_filters_asks_nothing() -> None:
    nothing = read_filters({"year": "2027", "size": "", "page": "3"})

    assert (nothing, bool(nothing), nothing.as_query()) == (Filters(), False, "")


def test_what_is_read_is_written_back() -> None:
    asked = {
        "school_level": "high",
        "size": "300_599",
        "group": "North & río",
        "cell": CELL,
        "at": "not_sure",
    }

    filters = read_filters(asked)

    assert filters.as_dict() == asked
    assert [chip.label for chip in filters.chips()] == [
        "High",
        "300–599 students",
        "Group: North & río",
        "Team learning · Beliefs: Not sure",
    ]


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        ({"school_level": "college"}, {"school_level"}),
        ({"size": "huge", "group": "North"}, {"size"}),
        ({"group": "a\0b"}, {"group"}),
        ({"group": "x" * 61}, {"group"}),
        ({"group": "\ud800"}, {"group"}),
        ({"cell": "team.feelings", "at": "3"}, {"cell"}),
        ({"cell": CELL, "at": "5"}, {"at"}),
        ({"cell": CELL}, {"cell"}),
        ({"at": "3"}, {"at"}),
        ({"size": "huge", "school_level": "\0"}, {"size", "school_level"}),
    ],
)
def test_what_there_is_not_is_refused_by_name(asked: dict[str, str], unknown: set[str]) -> None:
    with pytest.raises(UnknownFilter) as refused:
        read_filters(asked)

    assert refused.value.asked.keys() == unknown
    "".join(refused.value.asked.values()).encode()


@pytest.mark.parametrize(
    ("students", "band"),
    [
        (0, Size.SMALL),
        (299, Size.SMALL),
        (300, Size.MEDIUM),
        (599, Size.MEDIUM),
        (600, Size.LARGE),
        (None, Size.UNKNOWN),
    ],
)
def test_a_school_has_a_size(students: int | None, band: Size) -> None:
    assert size_of(students) == band


def test_none_yet_not_sure_and_silence_are_asked_for_apart() -> None:
    facts = [at_level("None yet", 0), at_level("Not sure", None), draft("Silent")]

    found = {
        at: [it.school_name for it in facts if Filters(cell=CELL, at=at).matches(it)]
        for at in ("0", "not_sure", "1")
    }

    assert found == {"0": ["None yet"], "not_sure": ["Not sure"], "1": []}


def test_the_same_schools_are_those_that_submitted_in_both_years() -> None:
    now = [at_level("Both", 3), at_level("New", 1), draft("Silent now")]
    before = [at_level("Both", 1), at_level("Silent now", 2), draft("New")]

    pair = of_the_same_schools(now, before)

    assert [[it.school_name for it in year] for year in pair] == [["Both"], ["Both"]]


def test_what_helps_and_what_holds_back_are_counted_together() -> None:
    def said(name: str, **choices: Any) -> CycleFacts:
        return school(name, answers={"conditions": choices})

    counted = aggregate(
        [
            said("A", help="trust", barrier="time"),
            said("B", help="trust", barrier="time"),
            said("C", help="time", barrier="money"),
            said("D", help="time"),
            school("E"),
        ],
        due_on=DUE,
        questions=QUESTIONS,
        levels_before={},
    )["pairs"]["conditions"]

    assert counted == {
        "fields": ["help", "barrier"],
        "answered": 3,
        "counts": [["trust", "time", 2], ["time", "money", 1]],
    }


def test_submissions_are_counted_by_their_day() -> None:
    days = [date(2027, 1, 15), date(2027, 1, 15), date(2027, 1, 4)]

    counted = aggregate(
        [school(str(n), submitted_on=day) for n, day in enumerate(days)],
        due_on=DUE,
        questions=QUESTIONS,
        levels_before={},
    )

    assert counted["handed_in"] == {"2027-01-04": 1, "2027-01-15": 2}


@pytest.fixture
def two_years(district: District) -> list[Campaign]:
    """Five schools that differ in all that can be asked for, in two years."""
    rooms = [
        make_school(district, "A", level=SchoolLevel.HIGH, students=900, group="North"),
        make_school(district, "B", level=SchoolLevel.HIGH, students=299, group="South"),
        make_school(district, "C", level=SchoolLevel.MIDDLE, students=300, group="North"),
        make_school(district, "D", level=SchoolLevel.OTHER),
        make_school(district, "E", level=SchoolLevel.HIGH, students=600, group="North"),
    ]
    people = [seat(district, Role.PRINCIPAL, room) for room in rooms]
    campaigns = [make_campaign(district, district.this_school_year + step) for step in (-1, 0)]
    for campaign, levels in zip(campaigns, [(1, 1, 1, 1), (0, 3, None, 0)], strict=True):
        for room, principal, level in zip(rooms, people, levels, strict=False):
            submitted(cycle_of(room, campaign), by=principal, level=level)
        answer_everything(cycle_of(rooms[-1], campaign), by=people[-1], level=3)
    return campaigns


@pytest.mark.django_db(transaction=True)
def test_a_filter_means_the_same_over_facts_and_over_rows(
    district: District, two_years: list[Campaign]
) -> None:
    specialist = Membership.objects.filter(district=district, role=Role.SPECIALIST)[0]
    answered = [("", ""), *((CELL, at) for at in ("0", "1", "3", "not_sure"))]
    every = [
        Filters(level, size, group, cell, at)
        for level, size, group, (cell, at) in product(
            ("", "high"), ("", *Size.values), ("", "North", "East"), answered
        )
    ]

    with district_scope(district.pk):
        different = []
        for campaign in two_years:
            facts = cycle_facts(campaign)
            for filters in every:
                rows = Cycle.objects.filter(school_year=campaign.school_year)
                rows = chosen(rows, filters, specialist, campaign.school_year)
                by_rows = sorted(map(str, rows.values_list("school_id", flat=True)))
                by_facts = sorted(it.school_id for it in facts if filters.matches(it))
                if by_rows != by_facts:
                    different.append((filters, by_rows, by_facts))

    assert (different, len(every)) == ([], 150)
