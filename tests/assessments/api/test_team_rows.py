"""Commitments and comments, as a program reads them."""

from datetime import timedelta
from typing import Any

import pytest

from assessments import comments, commitments
from assessments.models import Campaign, Comment, Commitment, Cycle
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import cycle_of, make_campaign, make_school, seat
from tests.reading import problem, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)


def commit(cycle: Cycle, by: Membership, what: str = "Meet weekly", position: int = 3) -> Any:
    """To do something about a cell, by default `team.beliefs`."""
    with district_scope(cycle.district_id):
        cell = cycle.cells.in_order()[position]
        due_on = by.district.today() + timedelta(days=position)
        return commitments.make_commitment(cell, by=by, what=what, who="All", due_on=due_on)


def settle(commitment: Commitment, by: Membership) -> Commitment:
    with district_scope(commitment.district_id):
        return commitments.settle_commitment(commitment, by=by, status="done")


def remark(cycle: Cycle, by: Membership, text: str, **where: Any) -> Comment:
    with district_scope(cycle.district_id):
        return comments.write_comment(cycle, by=by, text=text, **where)


def written(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def test_a_commitment_says_where_it_was_made_and_how_it_stands(
    district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    made = settle(commit(cycle, alice), alice)
    reader = with_key(district)

    rows = reader.rows("commitments")

    assert rows == [
        {
            "id": str(made.pk),
            "code": "team.beliefs",
            "context": "team",
            "content_area": "beliefs",
            "what": "Meet weekly",
            "who": "All",
            "due_on": made.due_on.isoformat(),
            "status": "done",
            "settled_on": district.today().isoformat(),
            "version": 2,
            "made_at": written(made.made_at),
            "updated_at": written(made.updated_at),
            "cell": str(made.cell_id),
            "cycle": str(cycle.pk),
            "school": str(school.pk),
            "school_year": cycle.school_year,
        }
    ]
    assert reader.get(f"commitments/{made.pk}").json() == rows[0]


def test_commitments_of_a_cycle_a_school_a_year_a_cell_or_a_status(
    district: District, school: School, alice: Membership
) -> None:
    garfield = make_school(district, "Garfield")
    bea = seat(district, Role.PRINCIPAL, garfield)
    before = make_campaign(district, district.this_school_year - 1)
    now = make_campaign(district)
    settle(commit(cycle_of(school, before), alice, "Then"), alice)
    commit(cycle_of(school, now), alice, "Now", position=8)
    commit(cycle_of(garfield, now), bea, "Theirs")
    reader = with_key(district)

    def found(**query: Any) -> set[str]:
        return {row["what"] for row in reader.rows("commitments", **query)}

    assert found(school_year=now.school_year) == {"Now", "Theirs"}
    assert found(school=school.pk) == {"Then", "Now"}
    assert found(cycle=cycle_of(garfield, now).pk) == {"Theirs"}
    assert found(status="done") == {"Then"}
    assert found(context="whole_school", content_area="systems") == {"Now"}


def test_a_cycle_holds_the_commitments_made_in_it_by_date(
    district: District, school: School, alice: Membership
) -> None:
    before = cycle_of(school, make_campaign(district, district.this_school_year - 1))
    now = cycle_of(school, make_campaign(district))
    commit(before, alice, "Then")
    commit(now, alice, "Later", position=4)
    commit(now, alice, "Sooner", position=1)

    rows = with_key(district).rows("cycles", include="commitments")

    inside = {row["id"]: [each["what"] for each in row["commitments"]] for row in rows}
    assert inside == {str(before.pk): ["Then"], str(now.pk): ["Sooner", "Later"]}


def test_a_cycle_is_another_once_a_commitment_of_it_changes(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    reader = with_key(district)
    tags = [reader.get(f"cycles/{cycle.pk}").headers["ETag"]]
    made = commit(cycle, alice)
    tags.append(reader.get(f"cycles/{cycle.pk}").headers["ETag"])
    settle(made, alice)
    tags.append(reader.get(f"cycles/{cycle.pk}").headers["ETag"])

    assert len(set(tags)) == 3
    held = reader.get(f"cycles/{cycle.pk}", headers={"If-None-Match": tags[-1]})
    assert held.status_code == 304


def test_a_comment_says_who_said_it_and_where(
    district: District, school: School, cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    asked = remark(cycle, sam, "How?", code="team.beliefs")
    said = remark(cycle, alice, "So.", thread=asked)
    with district_scope(district.pk):
        asked = comments.resolve_comment(Comment.objects.get(pk=asked.pk), by=sam)
    reader = with_key(district)

    rows = {row["id"]: row for row in reader.rows("comments")}

    first = {
        "id": str(asked.pk),
        "cycle": str(cycle.pk),
        "school": str(school.pk),
        "school_year": cycle.school_year,
        "code": "team.beliefs",
        "thread": None,
        "text": "How?",
        "author": "Sam",
        "written_at": written(asked.written_at),
        "resolved_at": written(asked.resolved_at),
        "resolved_by": "Sam",
        "updated_at": written(asked.updated_at),
    }
    assert rows[str(asked.pk)] == first
    assert (rows[str(said.pk)]["thread"], rows[str(said.pk)]["author"]) == (str(asked.pk), "Alice")
    assert reader.get(f"comments/{asked.pk}").json() == first


def test_comments_that_are_settled_of_a_thread_or_of_a_cycle(
    district: District, cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    settled = remark(cycle, sam, "Settled")
    remark(cycle, sam, "Open")
    remark(cycle, alice, "Reply", thread=remark(cycle, sam, "Thread"))
    with district_scope(district.pk):
        comments.resolve_comment(Comment.objects.get(pk=settled.pk), by=sam)
        thread = Comment.objects.get(text="Thread")
    reader = with_key(district)

    def found(**query: Any) -> set[str]:
        return {row["text"] for row in reader.rows("comments", **query)}

    assert found(is_resolved="true") == {"Settled"}
    assert found(is_resolved="false", thread=thread.pk) == {"Reply"}
    assert found(cycle=cycle.pk, school=cycle.school_id) == {"Settled", "Open", "Reply", "Thread"}
    assert found(school_year=cycle.school_year - 1) == set()


@pytest.mark.parametrize("resource", ["commitments", "comments"])
def test_a_school_reads_its_own_alone(
    district: District, school: School, alice: Membership, resource: str
) -> None:
    garfield = make_school(district, "Garfield")
    bea = seat(district, Role.PRINCIPAL, garfield)
    theirs = cycle_of(garfield, make_campaign(district))
    row = {"commitments": commit(theirs, bea), "comments": remark(theirs, bea, "Ours.")}[resource]
    reader = signed_in(alice.user, district)

    assert reader.rows(resource) == []
    assert problem(reader.get(f"{resource}/{row.pk}")) == (404, "not_found")
    assert signed_in(bea.user, district).get(f"{resource}/{row.pk}").status_code == 200


@pytest.mark.parametrize("rows", [1, 4])
def test_a_page_of_cycles_costs_the_same_whatever_stands_in_them(
    district: District,
    campaign: Campaign,
    cycle: Cycle,
    alice: Membership,
    rows: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(rows):
        commit(cycle, alice, f"No. {number}", position=number)
    reader = with_key(district)

    # As a list of flat rows, and one for each of the three parts.
    with django_assert_num_queries(12):
        reader.get("cycles")
