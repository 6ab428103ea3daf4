"""Times several ways to do the same thing, turn by turn: a busy moment hits them all."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WARM_UPS = 2


@dataclass(frozen=True)
class Way:
    """One way to do it; `before` is called ahead of every turn and not timed."""

    name: str
    run: Callable[[], object]
    before: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Timing:
    """How long each turn took, in milliseconds."""

    name: str
    turns: Sequence[float] = field(repr=False)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.turns)

    @property
    def p95(self) -> float:
        """Of a hundred turns, five take longer."""
        return statistics.quantiles(self.turns, n=20, method="inclusive")[-1]


def take_turns(*ways: Way, rounds: int) -> list[Timing]:
    """The timings of each way, in their order; who goes first changes from round to round."""
    turns: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(-WARM_UPS, rounds):
        for way in ways if number % 2 else reversed(ways):
            way.before()
            began = time.perf_counter()
            way.run()
            took = 1000 * (time.perf_counter() - began)
            if number >= 0:
                turns[way.name].append(took)
    return [Timing(name, taken) for name, taken in turns.items()]
