"""Nothing over too few schools can be worked out of all that was ever shown, by any arithmetic."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.dashboards.disclosure import (
    Counted,
    Released,
    blocks_of,
    figures_by_block,
    may_show_blocks,
    release,
    summed,
)
from assessments.instrument import Wording
from assessments.instrument.wording import shipped_definition
from tests.assessments.dashboards.test_aggregation import school

QUESTIONS = Wording(shipped_definition("advancing_equity_2026_1"), "en").questions
LEVELS = ["elementary", "middle", "high", "other"]
A_PRIME = 2_147_483_647

# A submission of a school, by its number: what an onlooker does not know.
Unknown = tuple[str, int]
Shown = frozenset[Unknown]


@st.composite
def any_year(draw: st.DrawFn) -> tuple[int, dict[str, str], list[set[str]]]:
    """A floor, a small district's schools by level, and whose cycle changes at each step."""
    fewest = draw(st.integers(2, 4))
    levels = draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=11))
    schools = {f"school {number}": level for number, level in enumerate(levels)}
    some = st.sets(st.sampled_from(sorted(schools)))
    return fewest, schools, draw(st.lists(some, max_size=7))


def everything_shown(fewest: int, schools: dict[str, str], steps: list[set[str]]) -> set[Shown]:
    """The submissions behind every figure that anyone could have seen in that year."""
    blocks = blocks_of(schools.values(), fewest)
    handed_in: Released = {}
    numbers = dict.fromkeys(schools, 0)
    released: Released = {}
    seen: set[Shown] = set()
    for step in steps:
        for name in sorted(step):
            if handed_in.pop(name, None) is None:
                numbers[name] += 1
                handed_in[name] = Counted(blocks[schools[name]], numbers[name])
        released = release(released, handed_in, fewest)
        seen |= views(released)
    return seen


def views(released: Released) -> set[Shown]:
    """What each figure of that moment is a sum over: every block, and all of them together."""
    blocks = figures_by_block(released, map(school, released), [])
    assert summed(blocks.values()).get("schools", 0) == len(released)
    whole = frozenset((name, counted.submission) for name, counted in released.items())
    parts = {
        frozenset(unknown for unknown in whole if released[unknown[0]].block == block)
        for block in blocks
    }
    return {*parts, whole} - {frozenset()}


def rank(rows: list[list[int]]) -> int:
    """Over a large prime field, which for so few zeros and ones is as over the rationals."""
    rows, found = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        inverse = pow(pivot[column], -1, A_PRIME)
        pivot = [value * inverse % A_PRIME for value in pivot]
        rows = [
            [(a - row[column] * b) % A_PRIME for a, b in zip(row, pivot, strict=True)]
            for row in rows
        ]
        rows.insert(found, pivot)
        found += 1
    return found


def exposed(seen: set[Shown], schools: list[str], fewest: int) -> list[tuple[str, ...]]:
    """Groups of too few schools about which some sum of what was shown speaks alone."""
    unknowns = sorted(set().union(*seen))
    matrix = [[int(unknown in shown) for unknown in unknowns] for shown in seen]
    whole = rank(matrix)
    found = []
    for group in combinations(schools, min(fewest - 1, len(schools))):
        outside = [index for index, (name, _) in enumerate(unknowns) if name not in group]
        if whole > rank([[row[index] for index in outside] for row in matrix]):
            found.append(group)
    return found


@settings(deadline=None, max_examples=150)
@given(any_year())
def test_no_sum_of_all_that_was_ever_shown_speaks_of_too_few_schools(
    year: tuple[int, dict[str, str], list[set[str]]],
) -> None:
    fewest, schools, steps = year

    seen = everything_shown(fewest, schools, steps)

    assert exposed(seen, sorted(schools), fewest) == []


def test_the_search_finds_what_two_dates_of_one_figure_give_away() -> None:
    monday = frozenset({("a", 1), ("b", 1), ("c", 1)})

    assert exposed({monday, monday | {("d", 1)}}, ["a", "b", "c", "d"], 2) == [("d",)]


def test_the_search_finds_what_a_sum_and_its_parts_give_away() -> None:
    whole = frozenset({("a", 1), ("b", 1), ("c", 1), ("d", 1)})

    assert exposed({whole, frozenset({("a", 1), ("b", 1), ("c", 1)})}, list("abcd"), 2) == [("d",)]


@pytest.mark.parametrize(
    ("counts", "blocks"),
    [
        ({"elementary": 14, "middle": 5}, {"elementary": "elementary", "middle": "middle"}),
        (
            {"elementary": 14, "middle": 5, "high": 4, "other": 1},
            {
                "elementary": "elementary",
                "middle": "middle",
                "high": "high+other",
                "other": "high+other",
            },
        ),
        (
            {"elementary": 14, "middle": 7, "other": 1},
            {"elementary": "elementary", "middle": "middle+other", "other": "middle+other"},
        ),
        ({"high": 2}, {"high": "high"}),
        ({}, {}),
    ],
    ids=["all large", "two small ones together", "one small one hides the next", "few", "none"],
)
def test_a_level_with_too_few_schools_shares_its_block(
    counts: dict[str, int], blocks: dict[str, str]
) -> None:
    levels = [level for level, count in counts.items() for _ in range(count)]

    assert blocks_of(levels, 5) == blocks


def of(names: str, number: int = 1, block: str = "high") -> Released:
    return {name: Counted(block, number) for name in names}


def test_figures_wait_until_enough_schools_have_handed_in() -> None:
    assert release({}, of("abcd"), 5) == {}
    assert release({}, of("abcde"), 5) == of("abcde")


def test_one_more_school_is_not_shown_until_enough_others_have_come() -> None:
    before = of("abcde")

    assert release(before, of("abcdefghi"), 5) == before
    assert release(before, of("abcdefghij"), 5) == of("abcdefghij")


def test_a_school_stays_as_it_came_in_whatever_it_takes_back_or_hands_in_anew() -> None:
    before = of("abcde")

    assert release(before, of("ab") | of("cde", 2), 5) == before
    assert release(before, {}, 5) == before
    assert release(before, of("cdefghij", 2), 5) == before | of("fghij", 2)


def test_each_block_waits_for_itself() -> None:
    high, middle = of("abcde"), of("vwxy", block="middle")

    assert release({}, high | middle, 5) == high


def test_a_block_that_is_too_small_for_a_raised_floor_is_shown_with_the_others_alone() -> None:
    released = of("abcde") | of("lmnopqrstu", block="elementary")

    assert (may_show_blocks(released, 5), may_show_blocks(released, 6)) == (True, False)


def test_who_passes_a_question_over_is_counted_among_those_it_is_counted_out_of() -> None:
    released = of("abcde")
    facts = [school(name) for name in "abcde"]
    facts[0] = school("a", answers={"missed": {"groups": ["substitutes"]}})

    view = figures_by_block(released, facts, QUESTIONS)["high"]

    assert (view["schools"], view["part2"]["missed"]["groups"]["substitutes"]) == (5, 1)
    assert "answered" not in view["part2"]["missed"]["groups"]
