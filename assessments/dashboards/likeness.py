"""Whom to introduce to whom: by how alike two schools are, never by how well they do.

Pure functions over plain rows. A school that has much to show comes no earlier than another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
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


def matches(looking: Profile, showing: Iterable[Profile], *, most: int) -> list[Match]:
    """The showing schools that are most like the looking one: by level, by size, by city."""
    others = (school for school in showing if school.school_id != looking.school_id)
    nearest = nsmallest(most, others, key=lambda school: _order(looking, school))
    return [_match(looking, school) for school in nearest]


def _match(looking: Profile, school: Profile) -> Match:
    unlike = _order(looking, school)
    return Match(school, not unlike[0], not unlike[1], not unlike[2])


def _order(looking: Profile, school: Profile) -> tuple[bool, bool, bool, float, str, str]:
    """In what they are not alike; then the nearest in size, then the alphabet."""
    apart = _size_apart(looking, school)
    return (
        school.level != looking.level,
        apart > log(SIMILAR_SIZE),
        not looking.city or school.city.casefold() != looking.city.casefold(),
        apart,
        school.name,
        school.school_id,
    )


def _size_apart(one: Profile, other: Profile) -> float:
    if not one.students or not other.students:
        return inf
    return abs(log(one.students / other.students))
