"""What is kept of every save: folded by sitting, losing no more than a short word."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from assessments import answers
from assessments.answers import EditConflict
from assessments.models import Cell, Cycle, Reflection, Revision
from assessments.revisions import LONGEST_LOST
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.writing import (
    CELL,
    history,
    read_cell,
    read_reflection,
    restore,
    save,
)
from tests.factories import seat

pytestmark = pytest.mark.django_db(transaction=True)

# A day ago: the database puts right what a clock says that is only minutes off.
NOON = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=1)


def test_one_editor_s_saves_within_ten_minutes_are_one_revision(
    cycle: Cycle, alice: Membership
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        save(read_cell(cycle), alice, opportunities="We")
        clock.shift(timedelta(minutes=6))
        save(read_cell(cycle), alice, opportunities="We meet")
        clock.shift(timedelta(minutes=4))
        save(read_cell(cycle), alice, opportunities="We meet every week.")

    with district_scope(cycle.district_id):
        revision = Revision.objects.get(cycle=cycle)
    assert history(cycle) == [(3, "We meet every week.", False)]
    assert (revision.started_at, revision.edited_at) == (NOON, NOON + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("before", "after", "both_kept"),
    [
        ("We meet. We share notes.", "We meet.", True),
        ("We meet every Tuesday.", "We talk about pupils.", True),
        ("We meet every week.", "", True),
        ("We meet on Mondays.", "We meet on Fridays.", False),
        ("We meet on Mondays.", "We meet on Mondays, all of us.", False),
        ("We met each week.", "Each year we met each week.", False),
    ],
)
def test_a_save_that_loses_more_than_a_short_word_is_a_revision_of_its_own(
    cycle: Cycle, alice: Membership, before: str, after: str, both_kept: bool
) -> None:
    save(read_cell(cycle), alice, opportunities=before)

    save(read_cell(cycle), alice, opportunities=after)

    kept = [before, after] if both_kept else [after]
    assert [words for _, words, _ in history(cycle)] == kept


@pytest.mark.parametrize("name", ["improvements", "text"])
def test_what_is_lost_from_any_text_is_kept(cycle: Cycle, alice: Membership, name: str) -> None:
    def read() -> Cell | Reflection:
        return read_reflection(cycle, "missed") if name == "text" else read_cell(cycle)

    save(read(), alice, **{name: "A whole paragraph."})
    save(read(), alice, **{name: "Another one."})

    with district_scope(cycle.district_id):
        contents = Revision.objects.filter(cycle=cycle).values_list("content", flat=True)
        assert {content[name] for content in contents} == {"A whole paragraph.", "Another one."}


def test_words_over_a_version_that_nobody_had_loaded_are_a_revision_of_their_own(
    cycle: Cycle, alice: Membership
) -> None:
    loaded_early = read_cell(cycle)
    save(read_cell(cycle), alice, opportunities="A whole paragraph.")

    save(loaded_early, alice, based_on=1, opportunities="Another one.")

    assert history(cycle) == [(1, "A whole paragraph.", False), (2, "Another one.", False)]


def test_an_earlier_text_is_restored_as_a_new_version(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="We meet weekly.", opportunity_level=3)
    save(read_cell(cycle), bob, opportunities="No.", opportunity_level=0)

    restore(read_cell(cycle), alice, revision(cycle, 1))

    cell = read_cell(cycle)
    assert (cell.version, cell.opportunities, cell.opportunity_level) == (3, "We meet weekly.", 3)
    assert history(cycle)[1:] == [(2, "No.", False), (3, "We meet weekly.", False)]


def test_restoring_never_folds(cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle), alice, opportunities="Old words.", opportunity_level=3)
    with time_machine.travel(NOON - timedelta(hours=1), tick=False):
        save(read_cell(cycle), alice, opportunities="New.")
    first = revision(cycle, 1)

    restore(read_cell(cycle), alice, first)

    assert [words for _, words, _ in history(cycle)].count("Old words.") == 2


def test_restoring_over_what_someone_saved_meanwhile_is_a_conflict(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="We meet weekly.")
    save(read_cell(cycle), bob, opportunities="Bob was first.")

    with pytest.raises(EditConflict):
        restore(read_cell(cycle), alice, revision(cycle, 1), based_on=1)

    assert read_cell(cycle).opportunities == "Bob was first."


def test_parts_that_a_revision_did_not_know_stay_as_they_are(
    cycle: Cycle, alice: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="We meet weekly.", reach="few")
    old = revision(cycle, 1)
    old.content = {"opportunities": "Before there was a reach."}

    restore(read_cell(cycle), alice, old)

    cell = read_cell(cycle)
    assert (cell.opportunities, cell.reach) == ("Before there was a reach.", "few")


def test_a_restored_reflection_is_as_complete_as_it_was(cycle: Cycle, alice: Membership) -> None:
    choices = {"groups": ["substitutes"]}
    save(read_reflection(cycle, "missed"), alice, text="The substitutes.", answer=choices)
    save(read_reflection(cycle, "missed"), alice, text="", answer={})

    restore(read_reflection(cycle, "missed"), alice, revision(cycle, 1, "missed"))

    reflection = read_reflection(cycle, "missed")
    assert (reflection.text, reflection.is_answered) == ("The substitutes.", True)


def test_a_version_of_another_cell_is_not_restored(cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle, "team.systems"), alice, opportunities="The schedule.")
    other = revision(cycle, 1, "team.systems")

    with pytest.raises(ValidationError, match="something else"):
        restore(read_cell(cycle), alice, other)


def test_who_may_not_write_restores_nothing_and_sets_nothing_aside(
    cycle: Cycle, district: District, alice: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="We meet weekly.")
    specialist = seat(district, Role.SPECIALIST)

    with pytest.raises(PermissionDenied):
        restore(read_cell(cycle), specialist, revision(cycle, 1))
    with district_scope(cycle.district_id), pytest.raises(PermissionDenied):
        answers.set_aside(read_cell(cycle), by=specialist, answer={"opportunities": "Mine."})


def test_words_that_are_set_aside_stay_in_the_history_once(cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle), alice, opportunities="Stored.")

    for _ in range(2):
        with district_scope(cycle.district_id):
            answers.set_aside(read_cell(cycle), by=alice, answer={"opportunities": "Aside."})

    assert history(cycle) == [(1, "Stored.", False), (1, "Aside.", True)]
    assert read_cell(cycle).version == 1


def test_after_ten_minutes_a_new_revision_begins(cycle: Cycle, alice: Membership) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        save(read_cell(cycle), alice, opportunities="We meet.")
        clock.shift(timedelta(minutes=10, seconds=1))
        save(read_cell(cycle), alice, opportunities="")

    assert history(cycle) == [(1, "We meet.", False), (2, "", False)]


def test_saves_never_fold_over_another_s_words(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for person, words in ((alice, "One."), (bob, "Two."), (alice, "Three."), (bob, "Four.")):
            save(read_cell(cycle), person, opportunities=words)
            clock.shift(timedelta(seconds=1))

    assert history(cycle) == [
        (1, "One.", False),
        (2, "Two.", False),
        (3, "Three.", False),
        (4, "Four.", False),
    ]


def test_refused_words_never_fold_into_saved_ones(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="Mine.")
    save(read_cell(cycle), bob, opportunities="Ours.")

    with pytest.raises(EditConflict):
        save(read_cell(cycle), alice, based_on=1, opportunities="Mine, longer.")

    assert history(cycle) == [
        (1, "Mine.", False),
        (2, "Ours.", False),
        (1, "Mine, longer.", True),
    ]


def test_two_devices_of_one_person_lose_neither_text(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    save(read_cell(cycle), bob, opportunities="Bob was first.")

    for device in ("Typed on the train.", "Typed at home.", "Typed at home."):
        with pytest.raises(EditConflict):
            save(read_cell(cycle), alice, based_on=0, opportunities=device)

    assert history(cycle) == [
        (1, "Bob was first.", False),
        (0, "Typed on the train.", True),
        (0, "Typed at home.", True),
    ]


def test_what_is_taken_away_letter_by_letter_is_in_the_history(
    cycle: Cycle, alice: Membership
) -> None:
    whole = "A paragraph of some forty characters, say."
    save(read_cell(cycle), alice, opportunities=whole)

    for length in range(len(whole) - 4, 0, -4):
        save(read_cell(cycle), alice, opportunities=whole[:length])

    texts = [text for _version, text, _was_refused in history(cycle)]
    lost = [
        len(one) - len(other) for one, other in itertools.pairwise([whole, *sorted(texts)[::-1]])
    ]
    assert max(lost) <= LONGEST_LOST + 4
    assert len(whole) - len(max(texts, key=len)) <= LONGEST_LOST


def revision(cycle: Cycle, version: int, code: str = CELL) -> Revision:
    """What made that version."""
    with district_scope(cycle.district_id):
        found: Revision = Revision.objects.get(cycle=cycle, code=code, version=version)
        return found
