"""The reading queue, worked out over plain rows: who waits, since when, in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from assessments.dashboards.waiting import (
    HandedIn,
    Read,
    Waiting,
    measured,
    minutes,
    waiting,
)
from assessments.news import Amount

NOW = datetime(2027, 3, 10, 12, tzinfo=UTC)


def handed_in(school: int, *, ago: int, number: int = 1, open_again: bool = False) -> HandedIn:
    """A submission, so many days ago."""
    return HandedIn(
        UUID(int=100 * school + number),
        UUID(int=school),
        number,
        NOW - timedelta(days=ago),
        is_submitted=not open_again,
        school_id=UUID(int=school),
        school=f"School {school}",
        level="high",
    )


def read(school: int, *, ago: float, number: int = 1) -> Read:
    return Read(UUID(int=school), number, NOW - timedelta(days=ago), f"School {school}")


def queue(
    *submissions: HandedIn, read: Any = (), commented: dict[int, float] | None = None
) -> list[Waiting]:
    comments = {
        UUID(int=school): NOW - timedelta(days=ago) for school, ago in (commented or {}).items()
    }
    return waiting(submissions, read, comments, days_since=lambda moment: (NOW - moment).days)


def schools(entries: list[Waiting]) -> list[int]:
    return [each.cycle_id.int for each in entries]


def test_who_waits_longest_comes_first() -> None:
    assert schools(queue(handed_in(1, ago=2), handed_in(2, ago=9))) == [2, 1]


def test_of_those_who_wait_as_long_the_one_with_most_that_is_new_comes_first() -> None:
    entries = queue(handed_in(1, ago=2), handed_in(2, ago=2), handed_in(3, ago=2))
    amounts = [Amount(2, 900), Amount(9, 100), Amount(9, 300)]
    new = {UUID(int=100 * n + 1): amount for n, amount in enumerate(amounts, 1)}

    assert schools(measured(entries, new)) == [3, 2, 1]


def test_what_was_read_waits_no_longer() -> None:
    assert queue(handed_in(1, ago=2), read=[read(1, ago=1)]) == []


def test_handed_in_again_it_waits_from_then_on_and_is_compared_with_what_was_read() -> None:
    first, again = handed_in(1, ago=9), handed_in(1, ago=3, number=2)

    (entry,) = queue(again, first, read=[read(1, ago=5)])

    assert (entry.latest, entry.known, entry.days) == (again, first, 3)


def test_who_handed_in_twice_unread_waits_since_the_first_time() -> None:
    (entry,) = queue(handed_in(1, ago=3, number=2), handed_in(1, ago=9))

    assert (entry.days, entry.known, entry.latest.number) == (9, None, 2)


def test_a_comment_by_somebody_else_brings_it_back_for_the_comment_alone() -> None:
    read_before = [read(1, ago=2)]

    (entry,) = queue(handed_in(1, ago=9), read=read_before, commented={1: 1})

    assert (entry.has_comments_alone, entry.days) == (True, 1)
    assert queue(handed_in(1, ago=9), read=read_before, commented={1: 3}) == []


def test_what_was_taken_back_comes_last() -> None:
    entries = queue(handed_in(1, ago=9, open_again=True), handed_in(2, ago=1))

    assert (schools(entries), entries[-1].is_reopened) == ([2, 1], True)


def test_the_time_it_takes_counts_who_was_not_weighed_as_the_others_on_average() -> None:
    entries = queue(handed_in(1, ago=2), handed_in(2, ago=1))
    known = {UUID(int=101): Amount(3, 2_800)}

    assert (minutes(measured(entries, known)), minutes([])) == (4, 0)
