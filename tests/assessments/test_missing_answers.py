"""What a submission still needs: it is named, so that a page can lead there."""

import pytest
from django.core.exceptions import ValidationError

from assessments import workflow
from assessments.instrument import CELL_CODES
from assessments.models import Cycle, Status
from assessments.progress import missing_answers
from schools.models import Membership
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell, read_cycle, read_reflection, save
from tests.factories import answer_everything

pytestmark = pytest.mark.django_db(transaction=True)

REQUIRED = ["balance", "attention", "connection", "conditions", "focus"]


def submit(cycle: Cycle, by: Membership) -> Cycle:
    with district_scope(cycle.district_id):
        return workflow.submit_cycle(cycle, by=by, quoting="unnamed")


def test_a_blank_cycle_misses_nine_cells_and_every_required_question(
    cycle: Cycle, alice: Membership
) -> None:
    with pytest.raises(ValidationError) as refused:
        submit(cycle, alice)

    assert (refused.value.code, refused.value.params) == (
        "answers_missing",
        {"missing": [*CELL_CODES, *REQUIRED]},
    )
    assert read_cycle(cycle).status == Status.NOT_STARTED


def test_what_is_missing_is_named(cycle: Cycle, alice: Membership) -> None:
    answer_everything(cycle, alice)
    save(read_cell(cycle, "team.systems"), alice, opportunities="")
    save(read_cell(cycle, "individual.beliefs"), alice, opportunities="", opportunity_level=None)
    save(read_reflection(cycle, "focus"), alice, answer={"confidence": 3})
    save(read_reflection(cycle, "balance"), alice, text="")
    save(read_reflection(cycle, "missed"), alice, text="", answer={})

    with pytest.raises(ValidationError) as refused:
        submit(cycle, alice)

    assert refused.value.params == {
        "missing": ["individual.beliefs", "team.systems", "balance", "focus"]
    }


def test_none_yet_is_an_honest_answer_and_silence_is_not(cycle: Cycle, alice: Membership) -> None:
    answer_everything(cycle, alice)

    save(read_cell(cycle), alice, opportunities="", improvements="", opportunity_level=0)
    with district_scope(cycle.district_id):
        after_none_yet = missing_answers(cycle)
    save(read_cell(cycle), alice, opportunity_level=None, improvements="A protocol.")
    with district_scope(cycle.district_id):
        after_silence = missing_answers(cycle)

    assert (after_none_yet, after_silence) == ([], ["team.beliefs"])
