"""Commitments and comments, as a program makes, changes and settles them."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from assessments.models import Cycle, Notice
from schools.models import District, Membership
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell
from tests.factories import cycle_of, make_campaign, make_district, make_school
from tests.racing import all_at_once
from tests.reading import Reader, problem, refused_fields, with_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer(district: District) -> Reader:
    return with_key(district)


@pytest.fixture
def foreign() -> Cycle:
    """Of another district."""
    district = make_district("Elsewhere")
    return cycle_of(make_school(district), make_campaign(district))


def wanted(cycle: Cycle, **other: Any) -> dict[str, Any]:
    due_on = cycle.campaign.district.today() + timedelta(days=30)
    said = {"what": "Meet weekly", "who": "All", "due_on": due_on.isoformat()}
    return {"cell": str(read_cell(cycle).pk), **said, **other}


def test_a_commitment_is_made_where_its_answer_says(writer: Reader, cycle: Cycle) -> None:
    answer = writer.send("POST", "commitments", wanted(cycle))

    assert answer.status_code == 201, answer.content
    read = writer.get(answer.headers["Location"])
    assert (read.json(), read.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
    assert (read.json()["what"], read.json()["code"]) == ("Meet weekly", "team.beliefs")


def test_a_commitment_is_changed_and_settled_at_once(writer: Reader, cycle: Cycle) -> None:
    made = writer.send("POST", "commitments", wanted(cycle)).json()

    answer = writer.change(f"commitments/{made['id']}", {"who": "Ana", "status": "done"})

    row = answer.json()
    assert (row["who"], row["what"], row["status"]) == ("Ana", "Meet weekly", "done")
    assert row["settled_on"] is not None


def test_a_settled_commitment_is_opened_again_and_changed(writer: Reader, cycle: Cycle) -> None:
    made = writer.send("POST", "commitments", wanted(cycle)).json()
    writer.change(f"commitments/{made['id']}", {"status": "dropped"})

    answer = writer.change(f"commitments/{made['id']}", {"status": "open", "who": "Ana"})

    row = answer.json()
    assert (row["status"], row["settled_on"], row["who"]) == ("open", None, "Ana")


def test_what_was_dropped_can_be_done_after_all(writer: Reader, cycle: Cycle) -> None:
    made = writer.send("POST", "commitments", wanted(cycle)).json()
    writer.change(f"commitments/{made['id']}", {"status": "dropped"})

    answer = writer.change(f"commitments/{made['id']}", {"status": "done"})

    assert answer.json()["status"] == "done"


def test_of_two_things_neither_is_done_when_one_cannot_be(writer: Reader, cycle: Cycle) -> None:
    made = writer.send("POST", "commitments", wanted(cycle)).json()
    writer.change(f"commitments/{made['id']}", {"status": "done"})

    answer = writer.change(f"commitments/{made['id']}", {"status": "open", "who": ""})

    assert refused_fields(answer) == {"/who": "who_missing"}
    assert writer.get(f"commitments/{made['id']}").json()["status"] == "done"


def test_what_is_settled_is_not_changed(writer: Reader, cycle: Cycle) -> None:
    made = writer.send("POST", "commitments", wanted(cycle)).json()
    writer.change(f"commitments/{made['id']}", {"status": "done"})

    answer = writer.change(f"commitments/{made['id']}", {"what": "Something else"})

    assert problem(answer) == (409, "commitment_settled")


def test_a_stale_change_of_a_commitment_overwrites_nothing(writer: Reader, cycle: Cycle) -> None:
    made = writer.send("POST", "commitments", wanted(cycle))
    address, held = f"commitments/{made.json()['id']}", made.headers["ETag"]
    writer.send("PATCH", address, {"who": "Ana"}, held=held)

    answer = writer.send("PATCH", address, {"who": "Ben"}, held=held)

    assert problem(answer) == (412, "edit_conflict")
    assert answer.json()["current"]["who"] == "Ana"
    assert writer.get(address).json()["who"] == "Ana"


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({"due_on": "2020-01-01"}, {"/due_on": "date_passed"}),
        ({"due_on": "next week"}, {"/due_on": "invalid"}),
        ({"due_on": 20270101}, {"/due_on": "invalid"}),
        ({"due_on": "2027-01-01T00:00:00"}, {"/due_on": "invalid"}),
        ({"what": "", "who": ""}, {"/what": "what_missing", "/who": "who_missing"}),
        ({"cell": "balance"}, {"/cell": "invalid"}),
        ({"cell": 3}, {"/cell": "invalid"}),
        ({"status": "done"}, {"/status": "unknown_field"}),
    ],
)
def test_a_commitment_that_cannot_be_is_refused(
    writer: Reader, cycle: Cycle, other: Any, refused: dict[str, str]
) -> None:
    answer = writer.send("POST", "commitments", wanted(cycle, **other))

    assert refused_fields(answer) == refused
    assert writer.rows("commitments") == []


def test_a_cell_of_another_district_is_nothing_to_commit_to(
    writer: Reader, cycle: Cycle, foreign: Cycle
) -> None:
    theirs = writer.send("POST", "commitments", wanted(cycle, cell=str(read_cell(foreign).pk)))
    absent = writer.send("POST", "commitments", wanted(cycle, cell=str(cycle.pk)))

    assert refused_fields(theirs) == {"/cell": "not_found"}
    assert theirs.content == absent.content


def test_a_comment_is_written_and_the_school_hears_of_it(
    writer: Reader, cycle: Cycle, alice: Membership
) -> None:
    answer = writer.send(
        "POST", "comments", {"cycle": str(cycle.pk), "code": "team.beliefs", "text": "Why?"}
    )

    assert answer.status_code == 201, answer.content
    assert writer.get(answer.headers["Location"]).json() == answer.json()
    with district_scope(cycle.district_id):
        assert Notice.objects.filter(user=alice.user, about_id=answer.json()["id"]).exists()


def test_a_thread_is_replied_to_resolved_and_taken_up_again(writer: Reader, cycle: Cycle) -> None:
    first = writer.send("POST", "comments", {"cycle": str(cycle.pk), "text": "Why?"}).json()
    writer.send(
        "POST", "comments", {"cycle": str(cycle.pk), "thread": first["id"], "text": "Because."}
    )

    resolved = writer.change(f"comments/{first['id']}", {"is_resolved": True})
    opened = writer.change(f"comments/{first['id']}", {"is_resolved": False})

    assert resolved.json()["resolved_at"] is not None
    assert (opened.json()["resolved_at"], len(writer.rows("comments"))) == (None, 2)


def test_a_comment_in_another_district_s_cycle_or_thread_is_refused(
    writer: Reader, cycle: Cycle, foreign: Cycle
) -> None:
    theirs = with_key(foreign.campaign.district).send(
        "POST", "comments", {"cycle": str(foreign.pk), "text": "Ours"}
    )
    sent = {"cycle": str(cycle.pk), "text": "Hello"}

    in_cycle = writer.send("POST", "comments", {**sent, "cycle": str(foreign.pk)})
    in_thread = writer.send("POST", "comments", {**sent, "thread": theirs.json()["id"]})

    assert refused_fields(in_cycle) == {"/cycle": "not_found"}
    assert refused_fields(in_thread) == {"/thread": "not_found"}
    assert writer.rows("comments") == []


def test_a_reply_s_place_is_its_thread_s(writer: Reader, cycle: Cycle) -> None:
    said = {"cycle": str(cycle.pk), "text": "Why?"}
    first = writer.send("POST", "comments", {**said, "code": "team.beliefs"}).json()
    reply = {**said, "text": "Because.", "thread": first["id"]}

    elsewhere = writer.send("POST", "comments", {**reply, "code": "team.systems"})
    there = writer.send("POST", "comments", {**reply, "code": "team.beliefs"})

    assert refused_fields(elsewhere) == {"/code": "not_its_place"}
    assert there.json()["code"] == "team.beliefs"


def test_of_two_who_settle_one_commitment_at_once_the_second_learns_of_the_first(
    district: District, writer: Reader, cycle: Cycle
) -> None:
    made = writer.send("POST", "commitments", wanted(cycle))
    address, held = f"commitments/{made.json()['id']}", made.headers["ETag"]

    def settle(status: str) -> Any:
        return with_key(district).send("PATCH", address, {"status": status}, held=held)

    answers = all_at_once(partial(settle, "done"), partial(settle, "dropped"))

    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, problem(lost)) == (200, (412, "edit_conflict"))
    assert lost.json()["current"] == won.json() == writer.get(address).json()
