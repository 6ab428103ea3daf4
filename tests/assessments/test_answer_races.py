"""Two people in one cycle at the same moment, on real connections: nobody's words are lost."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError

from assessments import workflow
from assessments.answers import EditConflict
from assessments.models import Cycle, Status, Submission
from schools.models import Membership
from schools.tenancy import district_scope
from tests.assessments.writing import CELL, history, marks, read_cell, read_cycle, save
from tests.factories import answer_everything
from tests.racing import (
    Call,
    all_at_once,
    in_scope,
    race_after_race,
    what_becomes_of_the_second,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12


@pytest.mark.parametrize(
    ("in_two_tabs", "pairs"), [(False, 1_000), (True, 100)], ids=["two people", "one in two tabs"]
)
def test_of_a_thousand_racing_pairs_one_wins_and_no_text_is_lost(
    cycle: Cycle, alice: Membership, bob: Membership, in_two_tabs: bool, pairs: int
) -> None:
    writers = {"First": alice, "Second": alice if in_two_tabs else bob}

    rounds = race_after_race(
        *(writing(cycle, who, name) for name, who in writers.items()), rounds=pairs
    )

    winners = [
        words_of(name, number)
        for number, outcomes in enumerate(rounds)
        for name, outcome in zip(writers, outcomes, strict=True)
        if outcome is None
    ]
    conflicts = sum(isinstance(outcome, EditConflict) for pair in rounds for outcome in pair)
    kept = {words: was_refused for _, words, was_refused in history(cycle)}
    assert (len(winners), conflicts) == (pairs, pairs)
    assert kept.keys() == {words_of(name, n) for name in writers for n in range(pairs)}
    assert [words for words, was_refused in kept.items() if not was_refused] == winners
    assert (read_cell(cycle).version, read_cell(cycle).opportunities) == (pairs, winners[-1])


def test_the_second_writer_learns_about_the_first(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    late = saving(cycle, bob, "Bob was late.")

    conflict = what_becomes_of_the_second(
        cycle.district_id, saving(cycle, alice, "Alice was first."), late
    )

    assert type(conflict) is EditConflict
    current = conflict.current
    assert (current.version, current.content["opportunities"]) == (1, "Alice was first.")
    assert current.updated_by == alice.user
    assert history(cycle) == [(1, "Alice was first.", False), (0, "Bob was late.", True)]


def test_the_same_words_sent_twice_at_once_are_no_conflict(cycle: Cycle, alice: Membership) -> None:
    again = saving(cycle, alice, "Sent twice.")

    outcome = what_becomes_of_the_second(
        cycle.district_id, saving(cycle, alice, "Sent twice."), again
    )

    assert not isinstance(outcome, Exception)
    assert history(cycle) == [(1, "Sent twice.", False)]


def test_two_people_in_two_cells_do_not_disturb_each_other(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    before = marks(cycle)

    outcomes = all_at_once(
        saving(cycle, alice, "Alice wrote.", code="team.beliefs"),
        saving(cycle, bob, "Bob wrote.", code="individual.systems"),
    )

    assert outcomes == [None, None]
    assert read_cell(cycle, "team.beliefs").opportunities == "Alice wrote."
    assert read_cell(cycle, "individual.systems").opportunities == "Bob wrote."
    assert (read_cycle(cycle).status, marks(cycle)) == (Status.IN_PROGRESS, before + 2)


def test_a_save_that_comes_during_a_submission_is_refused_and_kept(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    answer_everything(cycle, alice)
    late = saving(cycle, bob, "One more thing.")

    refusal = what_becomes_of_the_second(cycle.district_id, submitting(cycle, alice), late)

    assert (type(refusal), refusal.code) == (ValidationError, "cycle_submitted")
    assert read_cell(cycle).opportunities == submitted_words(cycle)
    assert read_cycle(cycle).status == Status.SUBMITTED
    assert history(cycle)[-1] == (1, "One more thing.", True)


def test_a_submission_that_comes_during_a_save_holds_the_new_words(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    answer_everything(cycle, alice)

    what_becomes_of_the_second(
        cycle.district_id,
        saving(cycle, bob, "One more thing."),
        in_scope(cycle.district_id, submitting(cycle, alice)),
    )

    assert submitted_words(cycle) == "One more thing."
    assert read_cell(cycle).opportunities == "One more thing."
    assert read_cycle(cycle).status == Status.SUBMITTED


def test_a_submission_that_comes_while_a_cell_is_emptied_finds_it_missing(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    answer_everything(cycle, alice)

    refusal = what_becomes_of_the_second(
        cycle.district_id,
        saving(cycle, bob, ""),
        in_scope(cycle.district_id, submitting(cycle, alice)),
    )

    assert (refusal.code, refusal.params) == ("answers_missing", {"missing": [CELL]})
    assert read_cycle(cycle).status == Status.IN_PROGRESS


def test_however_a_save_and_a_submission_race_the_submission_has_what_the_cycle_has(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    answer_everything(cycle, alice)

    for number in range(ROUNDS):
        saved, handed_in = all_at_once(
            saving(cycle, bob, f"Words {number}"),
            in_scope(cycle.district_id, submitting(cycle, alice)),
        )

        kept = f"Words {number}" in [words for _, words, _ in history(cycle)]
        assert (handed_in.status, kept) == (Status.SUBMITTED, True)
        assert submitted_words(cycle) == read_cell(cycle).opportunities
        assert (saved is None) == (submitted_words(cycle) == f"Words {number}")
        with district_scope(cycle.district_id):
            workflow.reopen_cycle(handed_in, by=alice, reason="Once more.")


def saving(cycle: Cycle, by: Membership, words: str, code: str = CELL) -> Call:
    """A save of words, based on the cell as it stands now."""
    cell = read_cell(cycle, code)
    return lambda: save(cell, by, opportunities=words)


def writing(cycle: Cycle, by: Membership, name: str) -> Callable[[int], None]:
    """A save in every round, based on the version that the rounds before have made."""
    cell = read_cell(cycle)

    def write(number: int) -> None:
        save(cell, by, based_on=number, opportunities=words_of(name, number))

    return write


def words_of(name: str, number: int) -> str:
    """Words so unlike all others that none of them may fold into the ones before."""
    return sha256(f"{name} {number}".encode()).hexdigest()


def submitting(cycle: Cycle, by: Membership) -> Call:
    return lambda: workflow.submit_cycle(cycle, by=by, quoting="never")


def submitted_words(cycle: Cycle) -> str:
    """What the latest submission says in the cell that is fought for."""
    with district_scope(cycle.district_id):
        submission = Submission.objects.filter(cycle=cycle).latest("number")
        words: str = submission.content["cells"][CELL]["opportunities"]
        return words
