"""Whom to introduce to whom: by how alike two schools are, never by how well they do.

Pure functions over plain rows. A school that has much to show comes no earlier than another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, log
from typing import NamedTuple

# As large, give or take half as much again.
SIMILAR_SIZE = 1.5


class Profile(NamedTuple):
    """What is known of a school without a word of what it wrote."""

    school_id: str
    name: str
    level: str
    students: int | None
    city: str


@dataclass(frozen=True, slots=True)
class Match:
    """A school that could show something, and in what it is like the one that looks for it."""

    school: Profile
    same_level: bool
    similar_size: bool
    same_city: bool


def matches(looking: Profile, showing: Iterable[Profile]) -> list[Match]:
    """The showing schools, those most like the looking one first: by level, by size, by city."""
    found = [
        (_size_apart(looking, school), _match(looking, school))
        for school in showing
        if school.school_id != looking.school_id
    ]
    found.sort(key=lambda each: _order(*each))
    return [match for _apart, match in found]


def _match(looking: Profile, school: Profile) -> Match:
    return Match(
        school,
        same_level=school.level == looking.level,
        similar_size=_size_apart(looking, school) <= log(SIMILAR_SIZE),
        same_city=bool(looking.city) and school.city.casefold() == looking.city.casefold(),
    )


def _size_apart(one: Profile, other: Profile) -> float:
    if not one.students or not other.students:
        return inf
    return abs(log(one.students / other.students))


def _order(apart: float, match: Match) -> tuple[bool, bool, bool, float, str, str]:
    return (
        not match.same_level,
        not match.similar_size,
        not match.same_city,
        apart,
        match.school.name,
        match.school.school_id,
    )
