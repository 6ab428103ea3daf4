"""The versions of an answer, told by sitting."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from assessments.history import Sitting, sittings_of
from assessments.instrument import Wording
from assessments.models import Revision

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ALICE, BOB = uuid4(), uuid4()
WORDING = Wording({"questions": []})


def wrote(
    by: UUID, minute: int, words: str, *, until: int | None = None, refused: bool = False
) -> Revision:
    """One version of a cell, some minutes after noon."""
    return Revision(
        code="team.beliefs",
        content={"opportunities": words},
        edited_by_id=by,
        was_refused=refused,
        started_at=NOON + timedelta(minutes=minute),
        edited_at=NOON + timedelta(minutes=minute if until is None else until),
    )


def told(*revisions: Revision, before: str = "") -> list[Sitting]:
    """The sittings of versions that are given in the order of time."""
    return sittings_of(revisions[::-1], before={"opportunities": before}, wording=WORDING)


def steps(sittings: list[Sitting]) -> list[list[str]]:
    return [[step.revision.content["opportunities"] for step in each.steps] for each in sittings]


def differences(sitting: Sitting) -> list[tuple[str, str]]:
    return [(change.before, change.after) for change in sitting.changes]


def test_what_one_person_wrote_without_a_long_pause_is_one_sitting() -> None:
    sittings = told(wrote(ALICE, 0, "a", until=9), wrote(ALICE, 18, "b"), wrote(ALICE, 30, "c"))

    assert steps(sittings) == [["c"], ["b", "a"]]
    assert (sittings[1].started_at, sittings[1].edited_at) == (NOON, NOON + timedelta(minutes=18))


def test_another_person_begins_another_sitting() -> None:
    sittings = told(wrote(ALICE, 0, "a"), wrote(BOB, 1, "b"), wrote(ALICE, 2, "c"))

    assert steps(sittings) == [["c"], ["b"], ["a"]]


def test_a_sitting_says_what_it_changed_as_a_whole_and_step_by_step() -> None:
    (sitting,) = told(wrote(ALICE, 0, "One."), wrote(ALICE, 1, "One. Two."), before="Before.")

    assert differences(sitting) == [("Before.", "One. Two.")]
    assert [step.changes[0].before for step in sitting.steps] == ["One.", "Before."]


def test_refused_words_stand_apart_and_nothing_is_compared_with_them() -> None:
    late, refused, first = told(
        wrote(ALICE, 0, "First."),
        wrote(ALICE, 1, "Refused.", refused=True),
        wrote(ALICE, 2, "Last."),
    )

    assert differences(refused) == [("First.", "Refused.")]
    assert differences(late) == [("First.", "Last.")]
    assert differences(first) == [("", "First.")]


def test_a_sitting_that_ends_where_it_began_changes_nothing() -> None:
    (sitting,) = told(wrote(ALICE, 0, "New."), wrote(ALICE, 1, "Old."), before="Old.")

    assert sitting.changes == []


def test_who_wrote_nothing_has_no_sittings() -> None:
    assert told() == []
