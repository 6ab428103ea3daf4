"""Handing a cycle in, and taking it back."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from assessments import workflow
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cycle, Reopening, Status, Submission
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import marks, read_cell, read_cycle, save
from tests.factories import (
    ANSWERS,
    answer_everything,
    make_district,
    make_school,
    seat,
    submitted,
)
from tests.racing import all_at_once, in_scope, what_becomes_of_the_second

pytestmark = pytest.mark.django_db(transaction=True)

Verb = Callable[..., Cycle]


def submit(cycle: Cycle, by: Membership, quoting: str = "unnamed") -> Cycle:
    with district_scope(cycle.district_id):
        return workflow.submit_cycle(cycle, by=by, quoting=quoting)


def reopen(cycle: Cycle, by: Membership, reason: str = "A page was left out.") -> Cycle:
    with district_scope(cycle.district_id):
        return workflow.reopen_cycle(cycle, by=by, reason=reason)


def submissions(cycle: Cycle) -> list[Submission]:
    with district_scope(cycle.district_id):
        return list(Submission.objects.filter(cycle=cycle).order_by("number"))


def reopenings(cycle: Cycle) -> list[Reopening]:
    with district_scope(cycle.district_id):
        return list(Reopening.objects.filter(cycle=cycle).order_by("reopened_at"))


def refusal(verb: Verb, cycle: Cycle, by: Membership, **words: str) -> str:
    """The field that the verb refuses, or else the code with which it does."""
    with pytest.raises(ValidationError) as refused:
        verb(cycle, by, **words)
    return ", ".join(getattr(refused.value, "error_dict", {})) or str(refused.value.code)


def test_a_submitted_cycle_is_in_the_district_s_hands(cycle: Cycle, alice: Membership) -> None:
    answer_everything(cycle, alice)
    before = marks(cycle)

    answer = submit(cycle, alice, quoting="named")

    stored = read_cycle(cycle)
    assert (stored.status, stored.quoting) == (Status.SUBMITTED, "named")
    assert (stored.submitted_by, stored.updated_at) == (alice.user, stored.submitted_at)
    assert (answer.status, answer.submitted_at) == (stored.status, stored.submitted_at)
    assert marks(cycle) == before + 1


def test_a_submission_is_the_whole_cycle(cycle: Cycle, alice: Membership) -> None:
    submitted(cycle, alice)

    (submission,) = submissions(cycle)
    assert submission.content["cells"] == {
        code: {
            "opportunities": f"Now: {code}",
            "improvements": f"Next: {code}",
            "opportunity_level": 2,
            "reach": "",
            "offer": "",
            "disposition": "",
            "disposition_why": "",
            "minority_view": "",
        }
        for code in CELL_CODES
    }
    assert submission.content["reflections"] == {
        key: {"text": f"About {key}", "answer": answer}
        for key, answer in ANSWERS.items()
        if key != "moved"
    }
    assert (submission.number, submission.quoting) == (1, "unnamed")
    assert submission.submitted_by == alice.user


def test_submitting_twice_changes_nothing(cycle: Cycle, alice: Membership) -> None:
    first = submitted(cycle, alice)
    before = marks(cycle)

    second = submit(cycle, alice, quoting="named")

    assert (second.submitted_at, second.quoting) == (first.submitted_at, "unnamed")
    assert ([each.number for each in submissions(cycle)], marks(cycle)) == ([1], before)


def test_two_people_who_submit_at_once_make_one_submission(
    cycle: Cycle, district: District, school: School, alice: Membership
) -> None:
    answer_everything(cycle, alice)
    second_principal = seat(district, Role.PRINCIPAL, school)
    by_alice, by_the_other = (
        lambda: workflow.submit_cycle(cycle, by=alice, quoting="never"),
        lambda: workflow.submit_cycle(cycle, by=second_principal, quoting="named"),
    )

    answer = what_becomes_of_the_second(
        cycle.district_id, by_alice, in_scope(cycle.district_id, by_the_other)
    )

    assert (answer.status, answer.quoting) == (Status.SUBMITTED, "never")
    assert [each.submitted_by for each in submissions(cycle)] == [alice.user]


def test_two_people_who_reopen_at_once_make_one_reopening(cycle: Cycle, alice: Membership) -> None:
    handed_in = submitted(cycle, alice)
    reopening = in_scope(
        cycle.district_id,
        lambda: workflow.reopen_cycle(handed_in, by=alice, reason="A page was left out."),
    )

    outcomes = all_at_once(reopening, reopening)

    assert [outcome.status for outcome in outcomes] == [Status.IN_PROGRESS] * 2
    assert len(reopenings(cycle)) == 1


def test_each_submission_is_kept_as_it_was(cycle: Cycle, alice: Membership) -> None:
    reopen(submitted(cycle, alice), alice)
    save(read_cell(cycle), alice, opportunities="Better.")
    submit(cycle, alice)

    kept = [
        (it.number, it.content["cells"]["team.beliefs"]["opportunities"])
        for it in submissions(cycle)
    ]
    assert kept == [(1, "Now: team.beliefs"), (2, "Better.")]


def test_reopening_needs_a_reason_and_keeps_it(cycle: Cycle, alice: Membership) -> None:
    handed_in = submitted(cycle, alice)
    before = marks(cycle)

    reopened = reopen(handed_in, alice, reason="  A page was left out.\r\n")

    (kept,) = reopenings(cycle)
    stored = read_cycle(cycle)
    assert (reopened.status, stored.status) == (Status.IN_PROGRESS, Status.IN_PROGRESS)
    assert (stored.submitted_at, stored.submitted_by) == (None, None)
    assert (kept.reason, kept.reopened_by) == ("A page was left out.", alice.user)
    assert (len(submissions(cycle)), marks(cycle)) == (1, before + 1)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "reason"),
        (" \n", "reason"),
        ("x" * 1_001, "text_too_long"),
        ("\x00", "control_characters"),
    ],
)
def test_a_reason_says_something(cycle: Cycle, alice: Membership, reason: str, code: str) -> None:
    handed_in = submitted(cycle, alice)

    assert refusal(reopen, handed_in, alice, reason=reason) == code
    assert (read_cycle(cycle).status, reopenings(cycle)) == (Status.SUBMITTED, [])


def test_reopening_what_is_at_work_changes_nothing(cycle: Cycle, alice: Membership) -> None:
    before = marks(cycle)

    assert reopen(cycle, alice).status == Status.NOT_STARTED
    assert (reopenings(cycle), marks(cycle)) == ([], before)


@pytest.mark.parametrize("days", [-1, 1])
def test_nothing_is_handed_in_or_taken_back_while_the_campaign_is_not_open(
    cycle: Cycle, campaign: Campaign, alice: Membership, days: int
) -> None:
    answer_everything(cycle, alice)
    day = campaign.opens_on if days < 0 else campaign.closes_on
    noon = datetime.combine(day + timedelta(days=days), time(12), ZoneInfo("America/New_York"))

    with time_machine.travel(noon, tick=False):
        submitting = refusal(submit, cycle, alice)
    handed_in = submit(cycle, alice)
    with time_machine.travel(noon, tick=False):
        reopening = refusal(reopen, handed_in, alice)
        again = submit(handed_in, alice)

    assert (submitting, reopening) == ("campaign_not_open", "campaign_not_open")
    assert (again.status, again.submitted_at) == (Status.SUBMITTED, handed_in.submitted_at)


@pytest.mark.parametrize(
    ("role", "submits", "reopens"),
    [
        (Role.PRINCIPAL, True, True),
        (Role.TEAM_MEMBER, False, False),
        (Role.VIEWER, False, False),
        (Role.SPECIALIST, False, True),
        (Role.DISTRICT_ADMIN, False, True),
    ],
)
def test_who_submits_and_who_reopens(
    cycle: Cycle, district: District, school: School, role: Role, submits: bool, reopens: bool
) -> None:
    answer_everything(cycle, seat(district, Role.PRINCIPAL, school))
    schools = () if role in (Role.SPECIALIST, Role.DISTRICT_ADMIN) else (school,)
    person = seat(district, role, *schools)

    did_submit = permitted(submit, cycle, person)
    submit(cycle, seat(district, Role.PRINCIPAL, school))
    did_reopen = permitted(reopen, cycle, person)

    assert (did_submit, did_reopen) == (submits, reopens)


def test_the_school_next_door_and_the_next_district_neither_submit_nor_reopen(
    cycle: Cycle, district: District, alice: Membership
) -> None:
    submitted(cycle, alice)
    elsewhere = make_district("Millbrook")
    strangers = [
        seat(district, Role.PRINCIPAL, make_school(district, "Jefferson")),
        seat(elsewhere, Role.PRINCIPAL, make_school(elsewhere, "Lincoln")),
    ]

    assert [permitted(submit, cycle, who) for who in strangers] == [False, False]
    assert [permitted(reopen, cycle, who) for who in strangers] == [False, False]


def permitted(verb: Verb, cycle: Cycle, person: Membership) -> bool:
    try:
        verb(cycle, person)
    except PermissionDenied:
        return False
    return True
