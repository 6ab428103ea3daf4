"""Campaigns, cells, reflections and submissions by themselves, as a program reads them."""

from typing import Any

import pytest

from assessments import workflow
from assessments.models import Campaign, Cell, Cycle, Reflection, Submission
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import (
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


def written(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def test_a_campaign_says_its_dates_and_its_wording(district: District) -> None:
    campaign = make_campaign(district, message="Welcome back.", asks_reach=False)
    reader = with_key(district)

    rows = reader.rows("campaigns")

    assert rows == [
        {
            "id": str(campaign.pk),
            "school_year": campaign.school_year,
            "instrument": {"code": "advancing-equity", "version": "2026.1"},
            "opens_on": campaign.opens_on.isoformat(),
            "due_on": campaign.due_on.isoformat(),
            "closes_on": campaign.closes_on.isoformat(),
            "message": "Welcome back.",
            "asks_level": True,
            "asks_reach": False,
            "asks_offer": True,
            "created_at": written(campaign.created_at),
            "updated_at": written(campaign.updated_at),
        }
    ]
    assert reader.get(f"campaigns/{campaign.pk}").json() == rows[0]


def test_campaigns_of_one_year(district: District) -> None:
    make_campaign(district, 2026)
    make_campaign(district, 2025)

    rows = with_key(district).rows("campaigns", school_year=2025)

    assert [row["school_year"] for row in rows] == [2025]


def test_a_campaign_of_another_district_is_not_there(district: District) -> None:
    theirs = make_campaign(make_district("Millbrook"))

    answer = with_key(district).get(f"campaigns/{theirs.pk}")

    assert problem(answer) == (404, "not_found")


def test_a_cell_by_itself_says_where_it_belongs(
    district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    answer_everything(cycle, alice, level=3)
    with district_scope(district.pk):
        cell = Cell.objects.get(cycle=cycle, context="whole_school", content_area="systems")

    rows = with_key(district).rows("cells", context="whole_school", content_area="systems")

    assert rows == [
        {
            "id": str(cell.pk),
            "cycle": str(cycle.pk),
            "school": str(school.pk),
            "school_year": cycle.school_year,
            "code": "whole_school.systems",
            "context": "whole_school",
            "content_area": "systems",
            "opportunities": "Now: whole_school.systems",
            "improvements": "Next: whole_school.systems",
            "opportunity_level": 3,
            "reach": None,
            "offer": None,
            "disposition": None,
            "disposition_why": "",
            "minority_view": "",
            "version": 1,
            "is_answered": True,
            "updated_at": written(cell.updated_at),
        }
    ]


def test_a_reflection_by_itself_says_where_it_belongs(
    district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    answer_everything(cycle, alice)
    with district_scope(district.pk):
        reflection = Reflection.objects.get(cycle=cycle, question="missed")

    rows = with_key(district).rows("reflections", question="missed")

    assert rows == [
        {
            "id": str(reflection.pk),
            "cycle": str(cycle.pk),
            "school": str(school.pk),
            "school_year": cycle.school_year,
            "question": "missed",
            "text": "About missed",
            "answer": {"groups": ["substitutes"]},
            "version": 1,
            "is_answered": True,
            "updated_at": written(reflection.updated_at),
        }
    ]


def test_each_submission_of_a_cycle_is_read_as_it_was(
    district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)
    with district_scope(district.pk):
        workflow.reopen_cycle(cycle, by=alice, reason="We forgot something.")
        workflow.submit_cycle(cycle, by=alice, quoting="named")
        kept = list(Submission.objects.filter(cycle=cycle).order_by("number"))

    rows = with_key(district).rows("submissions")

    assert rows == [
        {
            "id": str(submission.pk),
            "cycle": str(cycle.pk),
            "school": str(school.pk),
            "school_year": cycle.school_year,
            "number": number,
            "quoting": quoting,
            "content": submission.content,
            "submitted_at": written(submission.submitted_at),
        }
        for submission, number, quoting in zip(kept, (1, 2), ("unnamed", "named"), strict=True)
    ]


@pytest.mark.parametrize("resource", ["cells", "reflections", "submissions"])
def test_flat_rows_of_one_cycle_school_or_year(
    district: District, school: School, alice: Membership, resource: str
) -> None:
    garfield = make_school(district, "Garfield")
    bea = seat(district, Role.PRINCIPAL, garfield)
    now = make_campaign(district)
    lincolns = submitted(cycle_of(school, now), alice)
    submitted(cycle_of(garfield, now), bea)
    reader = with_key(district)

    def cycles(**query: Any) -> set[str]:
        return {row["cycle"] for row in reader.rows(resource, **query)}

    assert cycles(cycle=lincolns.pk) == {str(lincolns.pk)}
    assert cycles(school=school.pk) == {str(lincolns.pk)}
    assert len(cycles(school_year=now.school_year)) == 2
    assert cycles(school_year=now.school_year - 1) == set()
    assert cycles(school=school.pk, cycle=garfield.pk) == set()


@pytest.mark.parametrize("resource", ["cells", "reflections", "submissions"])
def test_a_principal_reads_the_rows_of_their_own_school_alone(
    district: District, school: School, alice: Membership, resource: str
) -> None:
    garfield = make_school(district, "Garfield")
    campaign = make_campaign(district)
    submitted(cycle_of(school, campaign), alice)
    submitted(cycle_of(garfield, campaign), seat(district, Role.PRINCIPAL, garfield))

    rows = signed_in(alice.user, district).rows(resource)

    assert {row["school"] for row in rows} == {str(school.pk)}


@pytest.mark.parametrize(
    ("resource", "query", "refused"),
    [
        ("cells", {"context": "teams"}, "context"),
        ("cells", {"content_area": ""}, "content_area"),
        ("cells", {"cycle": "1"}, "cycle"),
        ("reflections", {"question": "no such%"}, "question"),
        ("reflections", {"question": "\0"}, "question"),
        ("reflections", {"school": "x"}, "school"),
        ("submissions", {"cycle": "\0"}, "cycle"),
        ("submissions", {"updated_after": "soon"}, "updated_after"),
        ("campaigns", {"school_year": "1999"}, "school_year"),
    ],
)
def test_a_value_that_is_not_understood_is_refused_by_name(
    district: District, resource: str, query: dict[str, str], refused: str
) -> None:
    answer = with_key(district).get(resource, **query)

    assert refused_parameters(answer) == {refused: "invalid_parameter"}


def test_a_question_that_nobody_asked_has_no_answers(
    district: District, campaign: Campaign
) -> None:
    assert with_key(district).rows("reflections", question="unheard_of") == []


@pytest.mark.parametrize("schools", [1, 4])
@pytest.mark.parametrize(
    "resource",
    [*("campaigns", "cells", "reflections", "submissions", "commitments", "comments")],
)
def test_a_page_costs_the_same_however_many_rows_it_has(
    district: District, resource: str, schools: int, django_assert_num_queries: Any
) -> None:
    for _ in range(schools):
        make_school(district)
    make_campaign(district)
    reader = with_key(district)

    # Token, client, BEGIN, scope, SAVEPOINT, what is settled, the rows, RELEASE, COMMIT.
    with django_assert_num_queries(9):
        reader.get(resource)
