"""What one look has found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schools.models import District


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    UNKNOWN = "unknown"
    """Cannot be seen from here: somebody must look elsewhere."""
    LOOK = "look"
    """Not wrong, but a person should decide whether it is meant."""
    WRONG = "wrong"


# What a reader should see first.
MOST_URGENT_FIRST: Final = (State.WRONG, State.LOOK, State.UNKNOWN, State.OK)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact. `topic` is the same in every report; `district` is a slug, or empty for all."""

    topic: str
    state: State
    words: str
    district: str = ""


Check = Callable[[], Iterable[Finding]]
DistrictCheck = Callable[[District], Iterable[Finding]]


def all_well(topic: str, flaws: Iterable[str], words: str) -> Iterable[Finding]:
    """Each flaw as something wrong; without any, that it is well, in `words`."""
    found = [Finding(topic, State.WRONG, flaw) for flaw in flaws]
    return found or [Finding(topic, State.OK, words)]


def counted(topic: str, district: District, number: int, words: str) -> Finding:
    """Something to look at when there is any of it; `words` begins after the number."""
    state = State.LOOK if number else State.OK
    return Finding(topic, state, f"{number} {words}", district.slug)
