"""What a district's schools may see of its figures, whatever they add and subtract.

`domain.md`, "What the district sees": no breakdown over fewer than five schools (a district may
raise this), and none that could be worked out from others. Who sees the whole district reads the
figures as they are; everyone else reads *released* figures, made so:

- The year's schools are parted into blocks, by their level. A level with too few schools shares a
  block with the next smallest.
- Schools are let in by batches: once enough schools of a block have handed in that are not in it
  yet, they come in together, each with that submission, and stay so for the year. What a school
  hands in anew is not shown here: two dates of a figure, or three, would speak of it alone.
- Shown are the blocks and their sum. Nothing else: no other filter, no comparison with other years
  school by school.

So whatever is added to and subtracted from all that was ever shown is about whole batches.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assessments.dashboards.aggregation import CycleFacts, Figures, answers, cell_levels
from assessments.instrument import CELL_CODES, Question

TOGETHER: Final = "+"


@dataclass(frozen=True, slots=True)
class Counted:
    """Which submission of a school its released figures are made of, and in which block."""

    block: str
    submission: int


Released = dict[str, Counted]
"""By school id."""


def blocks_of(levels: Iterable[str], fewest: int) -> dict[str, str]:
    """The block of each level of school: its own code, or several joined by `+`.

    Args:
        levels: the level of each school of the year.
        fewest: how many schools a block must have, so that it is ever shown.
    """
    counts = Counter(levels)
    parts = [([level], count) for level, count in sorted(counts.items(), key=_smallest_first)]
    while len(parts) > 1 and parts[0][1] < fewest:
        (few, count), (more, further), *others = parts
        joined = ([*few, *more], count + further)
        parts = sorted([joined, *others], key=lambda part: (part[1], part[0]))
    return {level: TOGETHER.join(sorted(block)) for block, _ in parts for level in block}


def release(before: Released, now: Released, fewest: int) -> Released:
    """The released state that follows `before`, given what is handed in `now`."""
    waiting: defaultdict[str, Released] = defaultdict(dict)
    for school, counted in now.items():
        if school not in before:
            waiting[counted.block][school] = counted
    released = dict(before)
    for batch in waiting.values():
        if len(batch) >= fewest:
            released |= batch
    return released


def may_show_blocks(released: Released, fewest: int) -> bool:
    """Whether each block that has schools has enough: a district may raise what is enough."""
    return all(count >= fewest for count in Counter(_blocks(released)).values())


def figures_by_block(
    counted: Mapping[str, Counted], facts: Iterable[CycleFacts], questions: Sequence[Question]
) -> dict[str, Figures]:
    """The figures of each block, of these schools alone: distributions, out of all in it.

    Who passed a question over is one of those it is counted out of, not left out: a count over
    those few who answered would be a breakdown over fewer schools.
    """
    of_block: dict[str, list[CycleFacts]] = {}
    for cycle in facts:
        of_block.setdefault(counted[cycle.school_id].block, []).append(cycle)
    return {block: _figures(cycles, questions) for block, cycles in of_block.items()}


def summed(figures: Iterable[Figures]) -> Figures:
    """Several figures of the same shape as one: each count is the sum of theirs."""
    whole: Figures = {}
    for part in figures:
        for name, value in part.items():
            if isinstance(value, dict):
                whole[name] = summed([whole.get(name, {}), value])
            else:
                whole[name] = whole.get(name, 0) + value
    return whole


def _figures(cycles: Sequence[CycleFacts], questions: Sequence[Question]) -> Figures:
    return {
        "schools": len(cycles),
        "grid": {code: cell_levels(code, cycles) for code in CELL_CODES},
        "part2": {
            question.key: {
                part: counts["counts"] for part, counts in answers(question, cycles).items()
            }
            for question in questions
        },
    }


def _smallest_first(item: tuple[str, int]) -> tuple[int, str]:
    level, count = item
    return count, level


def _blocks(released: Released) -> list[str]:
    return [counted.block for counted in released.values()]
