"""How much a run has tried, over all of its workers: the last lines of a run say so."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

KEY: Final = "counted"

_different: defaultdict[str, set[str]] = defaultdict(set)
_sums: Counter[str] = Counter()


def saw(kind: str, thing: object) -> None:
    """One more of these, unless it was seen before."""
    _different[kind].add(str(thing))


def add(kind: str, number: int = 1) -> None:
    """So many more of these."""
    _sums[kind] += number


def of_this_worker() -> dict[str, Any]:
    """For whoever started it."""
    return {"different": {k: sorted(v) for k, v in _different.items()}, "sums": dict(_sums)}


def take_over(counted: Mapping[str, Any]) -> None:
    """What a worker has counted counts here, too."""
    for kind, things in counted["different"].items():
        _different[kind].update(things)
    _sums.update(counted["sums"])


def said() -> Iterator[str]:
    """In lines, the different things first."""
    if _different or _sums:
        yield ", ".join(
            [
                *(f"{len(things):,} {kind}" for kind, things in _different.items()),
                *(f"{number:,} {kind}" for kind, number in sorted(_sums.items())),
            ]
        )
