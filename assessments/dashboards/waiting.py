"""Which schools wait to be read by somebody, in which order, and about how long it will take.

A school waits from the day on which it handed in what this person has not read; who has read it
sees it again when it is handed in anew, or when somebody has written a comment since.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from assessments.news import MINUTES_A_SCHOOL, Amount

DaysSince = Callable[[datetime], int]

NONE = Amount(0, 0)


class HandedIn(NamedTuple):
    """One submission, and whose."""

    pk: UUID
    cycle_id: UUID
    number: int
    at: datetime
    is_submitted: bool
    """Whether the cycle is in the district's hands still."""
    school_id: UUID
    school: str
    level: str


class Read(NamedTuple):
    """That the person has read a submission."""

    cycle_id: UUID
    number: int
    at: datetime
    school: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A school that waits: with what it handed in last, and what was read of it before."""

    latest: HandedIn
    known: HandedIn | None
    since: datetime
    days: int
    amount: Amount = NONE
    is_measured: bool = False

    @property
    def cycle_id(self) -> UUID:
        """Whose cycle."""
        return self.latest.cycle_id

    @property
    def is_reopened(self) -> bool:
        """Whether the school has taken it back, and will hand it in once more."""
        return not self.latest.is_submitted

    @property
    def has_comments_alone(self) -> bool:
        """Whether the words were read, and only comments are new."""
        return self.known is not None and self.known.number == self.latest.number


def waiting(
    handed_in: Iterable[HandedIn],
    read: Iterable[Read],
    commented: Mapping[UUID, datetime],
    *,
    days_since: DaysSince,
) -> list[Waiting]:
    """Whoever waits, in the order of time.

    Args:
        handed_in: every submission of the year.
        read: what the person has read.
        commented: by cycle, when somebody else wrote the last comment.
        days_since: how many days ago a moment was, by the district's clock.
    """
    by_cycle: dict[UUID, list[HandedIn]] = {}
    for submission in sorted(handed_in, key=lambda submission: submission.number):
        by_cycle.setdefault(submission.cycle_id, []).append(submission)
    last_read = {each.cycle_id: each for each in sorted(read, key=lambda each: each.number)}
    found = [
        _waiting(submissions, last_read.get(cycle_id), commented.get(cycle_id), days_since)
        for cycle_id, submissions in by_cycle.items()
    ]
    return in_order(each for each in found if each)


def in_order(entries: Iterable[Waiting]) -> list[Waiting]:
    """By the days they wait, then by how much is new; what was taken back comes last."""
    return sorted(
        entries,
        key=lambda each: (
            each.is_reopened,
            -each.days,
            -each.amount.answers,
            -each.amount.characters,
            each.since,
            each.latest.school,
            each.cycle_id,
        ),
    )


def measured(entries: Sequence[Waiting], amounts: Mapping[UUID, Amount]) -> list[Waiting]:
    """The same with how much is new, by submission; in the order that this gives."""
    return in_order(
        replace(each, amount=amounts[each.latest.pk], is_measured=True)
        if each.latest.pk in amounts
        else each
        for each in entries
    )


def minutes(entries: Sequence[Waiting]) -> int:
    """About how long all of them take; those that were not measured as the others on average."""
    known = [each.amount.minutes for each in entries if each.is_measured]
    usual = sum(known) / len(known) if known else MINUTES_A_SCHOOL
    return round(sum(known) + usual * (len(entries) - len(known)))


def _waiting(
    submissions: Sequence[HandedIn],
    read: Read | None,
    commented_at: datetime | None,
    days_since: DaysSince,
) -> Waiting | None:
    latest = submissions[-1]
    if read is None:
        return Waiting(latest, None, submissions[0].at, days_since(submissions[0].at))
    known = next((each for each in submissions if each.number == read.number), None)
    unread = [each for each in submissions if each.number > read.number]
    if unread:
        return Waiting(latest, known, unread[0].at, days_since(unread[0].at))
    if commented_at and commented_at > read.at:
        return Waiting(latest, known, commented_at, days_since(commented_at))
    return None
