"""What a school decides to do: made, changed, settled, and kept across the years."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from assessments import commitments, workflow
from assessments.commitments import CommitmentConflict
from assessments.models import Cell, Commitment, Cycle
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell
from tests.factories import answer_everything, make_district, make_school, seat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _inside(district: District, cycle: Cycle) -> Iterator[None]:
    with district_scope(district.pk):
        yield


@pytest.fixture
def cell(cycle: Cycle) -> Cell:
    return read_cell(cycle)


def in_days(district: District, days: int) -> date:
    return district.today() + timedelta(days=days)


def make(cell: Cell, by: Membership, **fields: Any) -> Commitment:
    """A commitment, by default one for next week."""
    wanted = {"what": "Meet weekly", "who": "Bob", "due_on": in_days(by.district, 7)}
    return commitments.make_commitment(cell, by=by, **wanted | fields)


def change(found: Commitment, by: Membership, **fields: Any) -> Commitment:
    """Change parts of it, based on what was read."""
    read = {name: getattr(found, name) for name in ("version", "what", "who", "due_on")}
    return commitments.change_commitment(found, by=by, **read | fields)


def refused(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    """By field, the codes of a refusal."""
    return {
        name: [problem.code or "" for problem in problems]
        for name, problems in error.value.error_dict.items()
    }


@pytest.mark.parametrize(
    "role", [Role.DISTRICT_ADMIN, Role.SPECIALIST, Role.VIEWER, "reader", "next door"]
)
def test_only_the_school_s_writers_commit_it(
    role: str, district: District, school: School, cell: Cell, alice: Membership
) -> None:
    found = make(cell, alice)
    if role == "next door":
        other = seat(district, Role.PRINCIPAL, make_school(district))
    elif role == "reader":
        other = seat(district, Role.VIEWER, school)
    else:
        other = seat(district, Role(role))

    for verb in (
        lambda: make(cell, other),
        lambda: change(found, other, what="Theirs"),
        lambda: commitments.settle_commitment(found, by=other, status="done"),
        lambda: commitments.reopen_commitment(found, by=other),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert [(row.what, row.status) for row in Commitment.objects.all()] == [("Meet weekly", "open")]


def test_a_principal_of_another_district_commits_nobody_here(cell: Cell, alice: Membership) -> None:
    elsewhere = make_district()
    stranger = seat(elsewhere, Role.PRINCIPAL, make_school(elsewhere))

    with pytest.raises(PermissionDenied):
        make(cell, stranger)


def test_a_commitment_knows_its_cell_and_its_year(cell: Cell, bob: Membership) -> None:
    found = make(cell, bob, what="  Meet\r\nweekly ", who=" Bob \n and Ana ")

    assert (found.code, found.school_year) == ("team.beliefs", cell.school_year)
    assert (found.what, found.who) == ("Meet\nweekly", "Bob and Ana")
    assert (found.made_by, found.status, found.version) == (bob.user, "open", 1)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"what": " "}, {"what": ["what_missing"]}),
        ({"who": "\n"}, {"who": ["who_missing"]}),
        ({"who": "x" * 201}, {"who": ["text_too_long"]}),
        ({"what": "x" * 20_001}, {"what": ["text_too_long"]}),
        ({"what": "\0", "who": ""}, {"what": ["control_characters"], "who": ["who_missing"]}),
        ({"due_on": date(2020, 1, 1)}, {"due_on": ["date_passed"]}),
        ({"due_on": date(2199, 1, 1)}, {"due_on": ["date_too_far"]}),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(
    fields: dict[str, Any], codes: dict[str, list[str]], cell: Cell, alice: Membership
) -> None:
    with pytest.raises(ValidationError) as error:
        make(cell, alice, **fields)

    assert refused(error) == codes
    assert not Commitment.objects.exists()


def test_a_commitment_may_be_due_today_but_not_yesterday(cell: Cell, alice: Membership) -> None:
    assert make(cell, alice, due_on=in_days(alice.district, 0)).is_open

    with pytest.raises(ValidationError):
        make(cell, alice, due_on=in_days(alice.district, -1))


def test_pressing_twice_commits_once_and_later_again(cell: Cell, alice: Membership) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first, second = make(cell, alice), make(cell, alice)
        other = make(cell, alice, who="Ana")
        clock.shift(timedelta(minutes=2))
        later = make(cell, alice)

    assert (first.pk == second.pk, len({first.pk, other.pk, later.pk})) == (True, 3)


def test_a_change_is_based_on_what_was_read(cell: Cell, alice: Membership, bob: Membership) -> None:
    found = make(cell, alice)
    change(found, alice, who="Ana")

    with pytest.raises(CommitmentConflict) as conflict:
        change(found, bob, who="Tom")

    assert (conflict.value.current.who, conflict.value.current.updated_by) == ("Ana", alice.user)
    assert Commitment.objects.get().who == "Ana"


def test_saying_what_is_stored_already_is_no_conflict(cell: Cell, alice: Membership) -> None:
    found = make(cell, alice)
    change(found, alice, who="Ana")

    assert change(found, alice, who="Ana").version == 2


def test_an_overdue_one_keeps_its_date_or_moves_ahead(cell: Cell, alice: Membership) -> None:
    found = make(cell, alice)

    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert found.is_overdue(alice.district.today())
        found = change(found, alice, who="Ana")
        with pytest.raises(ValidationError) as error:
            change(found, alice, due_on=in_days(alice.district, -1))
        moved = change(found, alice, due_on=in_days(alice.district, 3))

    assert refused(error) == {"due_on": ["date_passed"]}
    assert (moved.who, moved.version) == ("Ana", 3)


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_it_is_settled_once_and_says_when(status: str, cell: Cell, alice: Membership) -> None:
    found = make(cell, alice)

    settled = commitments.settle_commitment(found, by=alice, status=status)
    again = commitments.settle_commitment(found, by=alice, status="dropped")

    assert (settled.status, settled.settled_on) == (status, alice.district.today())
    assert (again.status, again.version) == (status, 2)


def test_a_settled_one_is_opened_before_it_is_changed(cell: Cell, alice: Membership) -> None:
    found = commitments.settle_commitment(make(cell, alice), by=alice, status="done")

    with pytest.raises(ValidationError, match="settled"):
        change(found, alice, who="Ana")

    opened = commitments.reopen_commitment(found, by=alice)
    assert (opened.is_open, opened.settled_on) == (True, None)
    assert change(opened, alice, who="Ana").who == "Ana"


@pytest.mark.parametrize("status", ["open", "", "lost"])
def test_it_is_settled_in_one_of_two_ways(status: str, cell: Cell, alice: Membership) -> None:
    with pytest.raises(ValidationError):
        commitments.settle_commitment(make(cell, alice), by=alice, status=status)


def test_commitments_live_on_after_submission_and_closing(
    cycle: Cycle, cell: Cell, alice: Membership
) -> None:
    answer_everything(cycle, alice)
    workflow.submit_cycle(cycle, by=alice, quoting="never")
    found = make(cell, alice)

    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        later = make(cell, alice, what="Go on", due_on=in_days(alice.district, 7))
        settled = commitments.settle_commitment(found, by=alice, status="done")

    assert (later.is_open, settled.status) == (True, "done")
