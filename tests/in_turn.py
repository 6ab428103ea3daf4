"""What takes long is tested in parts, another one each day; everything on demand.

`NINEFOLD_PART=whole` runs all of it, as `make test-isolation` does; a number says which day's part.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from zlib import crc32

import pytest

PART: Final = "NINEFOLD_PART"
WHOLE: Final = "whole"


def settle_the_part() -> None:
    """Once for all workers, lest midnight comes between them."""
    os.environ.setdefault(PART, str(datetime.now(UTC).toordinal()))


def is_due(name: str, position: int, *, one_in: int) -> bool:
    """Whether the thing at `position` of those called `name` is tested today.

    Each position has its turn within `one_in` days, and on one day not the same ones of every name:
    so that of what is tested in several ways, something is tested every day.
    """
    return os.environ[PART] == WHOLE or _days_until(name, position, one_in) == 0


def keep_what_is_due(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of the tests marked `in_turn(n)`, one in `n` of each function; all others. Gives the rest."""
    due, *later = [items] if os.environ[PART] == WHOLE else by_day(items)
    items[:] = due
    return [item for day in later for item in day]


def by_day(items: Iterable[pytest.Item]) -> list[list[pytest.Item]]:
    """The tests of today, with all that have no turns; those of tomorrow; and so on to the last."""
    seen: Counter[str] = Counter()
    days: defaultdict[int, list[pytest.Item]] = defaultdict(list)
    for item in items:
        mark = item.get_closest_marker("in_turn")
        name = item.nodeid.partition("[")[0]
        wait = 0 if mark is None else _days_until(name, seen[name], mark.args[0])
        seen[name] += 1
        days[wait].append(item)
    return [days[wait] for wait in range(max(days, default=0) + 1)]


def _days_until(name: str, position: int, one_in: int) -> int:
    part = os.environ[PART]
    today = 0 if part == WHOLE else int(part)
    return -(position + crc32(name.encode()) + today) % one_in


def said() -> str:
    """For the head of a run."""
    return f"part {os.environ[PART]} of what is tested in turn ({PART}={WHOLE}: all of it)"


def only_due(name: str, things: Iterable[str], *, one_in: int) -> list[str]:
    """Of things that one test walks, those that are due."""
    return [thing for at, thing in enumerate(things) if is_due(name, at, one_in=one_in)]
