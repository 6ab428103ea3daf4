"""Whether a school may be quoted: asked at the submission, and changed whenever it likes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from assessments import workflow
from assessments.models import Cycle
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import read_cycle
from tests.factories import answer_everything, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)

Verb = Callable[[Cycle, Membership, str], Cycle]


def submit(cycle: Cycle, by: Membership, quoting: str) -> Cycle:
    with district_scope(cycle.district_id):
        return workflow.submit_cycle(cycle, by=by, quoting=quoting)


def change_quoting(cycle: Cycle, by: Membership, quoting: str) -> Cycle:
    with district_scope(cycle.district_id):
        return workflow.change_quoting(cycle, by=by, quoting=quoting)


def refusal(verb: Verb, cycle: Cycle, by: Membership, quoting: str) -> str:
    """The field that the verb refuses, or else the code with which it does."""
    with pytest.raises(ValidationError) as refused:
        verb(cycle, by, quoting)
    return ", ".join(getattr(refused.value, "error_dict", {})) or str(refused.value.code)


def test_a_school_says_whether_its_words_may_be_quoted(cycle: Cycle, alice: Membership) -> None:
    answer_everything(cycle, alice)

    assert [refusal(submit, cycle, alice, answer) for answer in ("perhaps", "")] == ["quoting"] * 2


def test_a_school_can_think_again_about_being_quoted_even_after_it_has_closed(
    cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)

    with time_machine.travel(cycle.closes_at + timedelta(days=99)):
        change_quoting(cycle, alice, "named")

    with district_scope(cycle.district_id):
        (submission,) = cycle.submissions.all()
    assert (read_cycle(cycle).quoting, submission.quoting) == ("named", "unnamed")


def test_being_quoted_is_asked_at_the_submission_first(cycle: Cycle, alice: Membership) -> None:
    assert refusal(change_quoting, cycle, alice, "never") == "not_submitted"


def test_being_quoted_has_three_answers(cycle: Cycle, alice: Membership) -> None:
    submitted(cycle, alice)

    assert refusal(change_quoting, cycle, alice, "sometimes") == "quoting"


@pytest.mark.parametrize("role", [Role.TEAM_MEMBER, Role.SPECIALIST, Role.DISTRICT_ADMIN])
def test_nobody_but_a_principal_says_who_may_quote(
    district: District, school: School, cycle: Cycle, alice: Membership, role: Role
) -> None:
    submitted(cycle, alice)
    schools = [school] if role == Role.TEAM_MEMBER else []

    with pytest.raises(PermissionDenied):
        change_quoting(cycle, seat(district, role, *schools), "never")
