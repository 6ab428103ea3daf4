"""Cycles, as a program reads them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from assessments import answers
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cell, Cycle, Reflection
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import (
    ANSWERS,
    answer_everything,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    seat,
    submitted,
)
from tests.reading import problem, refused_parameters, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)

ABSENT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def write(cycle: Cycle, by: Membership, words: str) -> None:
    """One cell, as the page saves it."""
    with district_scope(cycle.district_id):
        cell = Cell.objects.select_related("cycle__campaign__district").get(
            cycle=cycle, context="team", content_area="beliefs"
        )
        answer = {"opportunities": words, "reach": "few"}
        answers.save_cell(cell, by=by, version=cell.version, answer=answer)


def written(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def test_a_cycle_says_whose_it_is_and_where_it_stands(
    district: District, school: School, campaign: Campaign, cycle: Cycle, alice: Membership
) -> None:
    handed_in = submitted(cycle, alice)

    (row,) = with_key(district).rows("cycles", include="")

    assert row == {
        "id": str(cycle.pk),
        "school": str(school.pk),
        "school_nces_schid": None,
        "school_name": "Lincoln",
        "campaign": str(campaign.pk),
        "school_year": campaign.school_year,
        "status": "submitted",
        "is_late": False,
        "extended_to": None,
        "quoting": "unnamed",
        "started_at": written(handed_in.started_at),
        "submitted_at": written(handed_in.submitted_at),
        "updated_at": written(handed_in.updated_at),
    }


def test_a_cycle_holds_its_nine_cells_in_the_tool_s_order(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    write(cycle, alice, "We meet every week.")
    with district_scope(district.pk):
        cell = Cell.objects.get(cycle=cycle, context="team", content_area="beliefs")

    (row,) = with_key(district).rows("cycles")

    assert [each["code"] for each in row["cells"]] == list(CELL_CODES)
    assert row["cells"][3] == {
        "code": "team.beliefs",
        "context": "team",
        "content_area": "beliefs",
        "opportunities": "We meet every week.",
        "improvements": "",
        "opportunity_level": None,
        "reach": "few",
        "offer": None,
        "disposition": None,
        "disposition_why": "",
        "minority_view": "",
        "version": 1,
        "is_answered": True,
        "updated_at": written(cell.updated_at),
    }


def test_a_cycle_holds_its_reflections_in_the_tool_s_order(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    answer_everything(cycle, alice)
    with district_scope(district.pk):
        in_order = list(Reflection.objects.filter(cycle=cycle).order_by("position"))

    (row,) = with_key(district).rows("cycles")

    assert row["reflections"] == [
        {
            "question": reflection.question,
            "text": f"About {reflection.question}",
            "answer": ANSWERS[reflection.question],
            "version": 1,
            "is_answered": True,
            "updated_at": written(reflection.updated_at),
        }
        for reflection in in_order
    ]


@pytest.mark.parametrize(
    ("include", "parts"),
    [
        ("", set()),
        ("cells", {"cells"}),
        ("reflections", {"reflections"}),
        ("reflections,cells", {"cells", "reflections"}),
    ],
)
def test_what_is_not_asked_for_is_left_out(
    district: District, cycle: Cycle, include: str, parts: set[str]
) -> None:
    reader = with_key(district)

    (listed,) = reader.rows("cycles", include=include)
    read = reader.get(f"cycles/{cycle.pk}", include=include).json()

    assert listed.keys() & {"cells", "reflections"} == parts
    assert read == listed


def test_the_district_reads_drafts_too(district: District, cycle: Cycle, alice: Membership) -> None:
    write(cycle, alice, "We meet every week.")
    specialist = seat(district, Role.SPECIALIST)

    for reader in (with_key(district), signed_in(specialist.user, district)):
        (row,) = reader.rows("cycles", status="in_progress")
        assert row["cells"][3]["opportunities"] == "We meet every week."
        assert row["submitted_at"] is None


def test_a_principal_reads_their_own_school_alone(
    district: District, school: School, alice: Membership
) -> None:
    next_door = make_school(district, "Garfield")
    campaign = make_campaign(district)
    theirs = cycle_of(next_door, campaign)
    reader = signed_in(alice.user, district)

    rows = reader.rows("cycles")

    assert [row["school_name"] for row in rows] == ["Lincoln"]
    assert problem(reader.get(f"cycles/{theirs.pk}")) == (404, "not_found")
    assert reader.rows("cycles", school=next_door.pk) == []


def test_a_cycle_is_late_once_its_due_date_is_over(
    district: District, campaign: Campaign, cycle: Cycle, alice: Membership
) -> None:
    def is_late(days: int) -> bool:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            (row,) = with_key(district).rows("cycles")
        return bool(row["is_late"])

    on_the_day, a_day_after = is_late(14), is_late(15)
    submitted(cycle, alice)

    assert (on_the_day, a_day_after, is_late(15)) == (False, True, False)


def test_filters_narrow_the_list(district: District, school: School, alice: Membership) -> None:
    garfield = make_school(district, "Garfield")
    before = make_campaign(district, district.this_school_year - 1)
    now = make_campaign(district)
    submitted(cycle_of(school, now), alice)
    year = now.school_year
    reader = with_key(district)

    def found(**query: Any) -> set[tuple[str, int]]:
        rows = reader.rows("cycles", include="", **query)
        return {(row["school_name"], row["school_year"]) for row in rows}

    assert found(school_year=year) == {("Lincoln", year), ("Garfield", year)}
    assert found(status="submitted") == {("Lincoln", year)}
    assert found(school=garfield.pk) == {("Garfield", year - 1), ("Garfield", year)}
    assert found(campaign=before.pk) == {("Lincoln", year - 1), ("Garfield", year - 1)}
    assert found(campaign=before.pk, school=garfield.pk, status="not_started") == {
        ("Garfield", year - 1)
    }


@pytest.mark.parametrize("name", ["school", "campaign"])
def test_an_id_of_another_district_matches_as_little_as_one_that_never_was(
    district: District, cycle: Cycle, name: str
) -> None:
    elsewhere = make_district("Millbrook")
    school = make_school(elsewhere)
    theirs = {"school": school.pk, "campaign": make_campaign(elsewhere).pk}
    reader = with_key(district)

    answers_to = [reader.get("cycles", **{name: it}) for it in (theirs[name], ABSENT)]

    assert [answer.status_code for answer in answers_to] == [200, 200]
    assert answers_to[0].content == answers_to[1].content
    assert answers_to[0].json()["results"] == []


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ({"school": "broken"}, "school"),
        ({"school": "{01890a5d-ac96-774b-bcce-b302099a8057}"}, "school"),
        ({"campaign": ""}, "campaign"),
        ({"school_year": "27"}, "school_year"),
        ({"school_year": "99999999999999999999"}, "school_year"),
        ({"school_year": "2027\0"}, "school_year"),
        ({"status": "closed"}, "status"),
        ({"include": "cells,comments"}, "include"),
        ({"include": "cells,"}, "include"),
    ],
)
def test_a_value_that_is_not_understood_is_refused_by_name(
    district: District, query: dict[str, str], refused: str
) -> None:
    answer = with_key(district).get("cycles", **query)

    assert refused_parameters(answer) == {refused: "invalid_parameter"}


@pytest.mark.parametrize("schools", [1, 4])
def test_a_page_costs_the_same_however_many_cycles_it_has(
    district: District, schools: int, django_assert_num_queries: Any
) -> None:
    for _ in range(schools):
        make_school(district)
    make_campaign(district)
    reader = with_key(district)

    # Token, client, BEGIN, scope, SAVEPOINT, what is settled, cycles, cells, reflections, RELEASE,
    # COMMIT.
    with django_assert_num_queries(12):
        answer = reader.get("cycles")

    assert len(answer.json()["results"]) == schools


def test_a_saved_word_brings_its_cycle_up_again(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    reader = with_key(district)
    since = timezone.now().isoformat()
    before = reader.rows("cycles", updated_after=since)

    write(cycle, alice, "We meet every week.")

    assert before == []
    assert [row["id"] for row in reader.rows("cycles", updated_after=since)] == [str(cycle.pk)]
