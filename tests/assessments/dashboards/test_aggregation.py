"""The figures of a year, from plain rows: every count states its denominator."""

import random
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.dashboards.aggregation import (
    CycleFacts,
    Figures,
    Levels,
    aggregate,
    heatmap,
    levels_by_school,
    progress,
)
from assessments.instrument import CELL_CODES, Field, OpportunityLevel, Question, Wording
from assessments.instrument.wording import shipped_definition
from assessments.models import Status

QUESTIONS = Wording(shipped_definition("advancing_equity_2026_1"), "en").questions
DUE = date(2027, 2, 1)
EARLY, LATE = date(2027, 1, 15), date(2027, 2, 2)
CELL = "team.beliefs"
OTHER_CELLS = [code for code in CELL_CODES if code != CELL]

HANDED_IN = st.none() | st.dates(date(2026, 8, 1), date(2027, 6, 30))
ANY_LEVEL = st.sampled_from([None, *OpportunityLevel.values])
ANY_LEVELS = st.fixed_dictionaries(dict.fromkeys(CELL_CODES, ANY_LEVEL))


def any_answer(question: Question) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={it.key: any_choice(it) for it in question.fields})


def any_choice(field: Field) -> st.SearchStrategy[Any]:
    codes = st.sampled_from([option.code for option in field.options])
    if field.takes_several:
        return st.lists(codes, min_size=1, max_size=field.most, unique=True)
    return codes


@st.composite
def any_cycles(draw: st.DrawFn) -> list[CycleFacts]:
    """Schools with whatever a year may bring; a draft shows nothing but its status."""
    handed_in = draw(st.lists(HANDED_IN, max_size=8))
    return [
        school(
            str(number),
            submitted_on=day,
            status="submitted" if day else draw(st.sampled_from(["not_started", "in_progress"])),
            school_level=draw(st.sampled_from(["elementary", "high"])),
            levels=draw(ANY_LEVELS) if day else {},
            answers={it.key: draw(any_answer(it)) for it in QUESTIONS} if day else {},
        )
        for number, day in enumerate(handed_in)
    ]


def school(name: str, **facts: Any) -> CycleFacts:
    """A school that submitted in time, unless told otherwise."""
    usual: dict[str, Any] = {
        "cycle_id": f"cycle of {name}",
        "school_id": name,
        "school_name": name,
        "school_level": "elementary",
        "status": "submitted",
        "submitted_on": EARLY,
    }
    return CycleFacts(**usual | facts)


def at_level(name: str, level: int | None, **facts: Any) -> CycleFacts:
    """A submitted school with that level in the one cell that the test looks at."""
    return school(name, levels={CELL: level}, **facts)


def draft(name: str, status: str = "in_progress", **facts: Any) -> CycleFacts:
    return school(name, status=status, submitted_on=None, **facts)


def figures(*cycles: CycleFacts, before: dict[str, Levels] | None = None) -> Figures:
    return aggregate(cycles, due_on=DUE, questions=QUESTIONS, levels_before=before or {})


def cell(*cycles: CycleFacts, before: dict[str, Levels] | None = None) -> Figures:
    found: Figures = figures(*cycles, before=before)["grid"][CELL]
    return found


def test_a_year_without_schools_counts_nothing() -> None:
    nothing = figures()

    assert (nothing["schools"], nothing["submitted"]) == (0, 0)
    assert nothing["progress"] == {
        "statuses": {},
        "by_level": {},
        "more_time": {},
        "submitted_late": 0,
    }
    assert list(nothing["grid"]) == list(CELL_CODES)
    assert cell()["answered"] == 0


def test_schools_are_counted_by_status_and_level() -> None:
    counted = progress(
        [
            school("A"),
            school("B", school_level="high", submitted_on=LATE),
            draft("C", school_level="high"),
            draft("D", "not_started"),
        ],
        DUE,
    )

    assert counted == {
        "statuses": {"submitted": 2, "in_progress": 1, "not_started": 1},
        "by_level": {
            "elementary": {"submitted": 1, "not_started": 1},
            "high": {"submitted": 1, "in_progress": 1},
        },
        "more_time": {},
        "submitted_late": 1,
    }


def test_the_day_on_which_cycles_are_due_is_in_time() -> None:
    on_the_day = progress([school("A", submitted_on=DUE)], DUE)

    assert on_the_day["submitted_late"] == 0


def test_a_school_with_more_time_is_not_late_before_that_is_over() -> None:
    due_on, longer = date(2026, 11, 1), date(2026, 11, 15)
    facts = [
        CycleFacts("1", "a", "A", "high", "submitted", submitted_on=longer, extended_to=longer),
        CycleFacts("2", "b", "B", "high", "submitted", submitted_on=longer),
        CycleFacts("3", "c", "C", "high", "in_progress", extended_to=longer),
    ]

    figures = progress(facts, due_on)

    assert (figures["submitted_late"], figures["more_time"]) == (1, {"2026-11-15": 1})


def test_the_statuses_are_those_of_a_cycle() -> None:
    counted = progress([draft("A", status) for status in Status.values], DUE)

    assert counted["statuses"] == dict.fromkeys(Status.values, 1)


def test_levels_are_counted_over_the_schools_that_submitted() -> None:
    counted = cell(
        *(at_level("A", 0), at_level("B", 0), at_level("C", 3), at_level("D", 4)),
        *(draft("E"), draft("F", "not_started")),
    )

    assert counted["levels"] == {"0": 2, "1": 0, "2": 0, "3": 1, "4": 1}
    assert (counted["not_sure"], counted["answered"]) == (0, 4)


def test_none_yet_not_sure_and_silence_are_three_things() -> None:
    counted = figures(at_level("None yet", 0), at_level("Not sure", None), draft("Silent"))

    assert (counted["schools"], counted["submitted"]) == (3, 2)
    assert counted["grid"][CELL]["levels"]["0"] == 1
    assert counted["grid"][CELL]["not_sure"] == 1
    assert counted["grid"][CELL]["answered"] == 2


def test_a_draft_counts_in_progress_alone() -> None:
    talkative = draft(
        "Talkative", levels={CELL: 4}, answers={"missed": {"groups": ["substitutes"]}}
    )

    counted = figures(talkative, before={"Talkative": {CELL: 1}})

    assert (counted["schools"], counted["submitted"]) == (1, 0)
    assert counted["grid"] == figures()["grid"]
    assert counted["part2"] == figures()["part2"]
    assert heatmap([talkative]) == []


def test_movement_is_counted_over_the_same_schools_in_both_years() -> None:
    before: dict[str, Levels] = {
        "Up": {CELL: 1},
        "Same": {CELL: 2},
        "Down": {CELL: 4},
        "To none yet": {CELL: 1},
        "Was not sure": {CELL: None},
        "Is not sure": {CELL: 3},
        "Draft": {CELL: 0},
        "Gone": {CELL: 3},
    }

    counted = cell(
        *(at_level("Up", 3), at_level("Same", 2), at_level("Down", 0)),
        *(at_level("To none yet", 0), at_level("Was not sure", 4), at_level("Is not sure", None)),
        *(at_level("Newcomer", 4), draft("Draft", levels={CELL: 4})),
        before=before,
    )

    assert counted["same_schools"] == {"compared": 4, "higher": 1, "same": 1, "lower": 2}
    assert counted["answered"] == 7


def test_each_cell_is_counted_on_its_own() -> None:
    grid = figures(at_level("A", 3))["grid"]

    assert grid[CELL]["levels"]["3"] == 1
    assert [grid[code]["levels"]["3"] for code in OTHER_CELLS] == [0] * 8
    assert [grid[code]["not_sure"] for code in OTHER_CELLS] == [1] * 8


def test_a_choice_is_counted_over_the_schools_that_made_it() -> None:
    balance = figures(
        school("A", answers={"balance": {"most_effort": "team", "most_in_need": "individual"}}),
        school("B", answers={"balance": {"most_effort": "team"}}),
        school("C"),
    )["part2"]["balance"]

    assert balance == {
        "most_effort": {
            "answered": 2,
            "counts": {"individual": 0, "team": 2, "whole_school": 0},
        },
        "most_in_need": {
            "answered": 1,
            "counts": {"individual": 1, "team": 0, "whole_school": 0},
        },
    }


def test_several_choices_of_one_school_are_one_answer() -> None:
    support = figures(
        school("A", answers={"conditions": {"support": ["time", "money"]}}),
        school("B", answers={"conditions": {"support": ["time"]}}),
        school("C", answers={"conditions": {"help": "trust"}}),
    )["part2"]["conditions"]["support"]

    chosen = {code: count for code, count in support["counts"].items() if count}
    assert (support["answered"], chosen) == (2, {"time": 2, "money": 1})


def test_numbered_choices_are_counted_from_nought() -> None:
    link = figures(
        school("A", answers={"connection": {"individual_to_team": 0}}),
        school("B", answers={"connection": {"individual_to_team": 3}}),
    )["part2"]["connection"]["individual_to_team"]

    assert link == {"answered": 2, "counts": {"0": 1, "1": 0, "2": 0, "3": 1}}


def test_the_heatmap_lists_submitted_schools_by_name() -> None:
    rows = heatmap([at_level("Lincoln", 2), draft("Garfield"), at_level("Jefferson", None)])

    assert [row[2] for row in rows] == ["Jefferson", "Lincoln"]
    assert rows[1] == [
        *("cycle of Lincoln", "Lincoln", "Lincoln", "elementary"),
        [2 if code == CELL else None for code in CELL_CODES],
    ]


def test_the_heatmap_says_what_next_year_is_compared_with() -> None:
    levels = {code: number % 5 for number, code in enumerate(CELL_CODES)}

    assert levels_by_school(heatmap([school("A", levels=levels)])) == {"A": levels}


@settings(deadline=None, max_examples=100)
@given(any_cycles(), st.dictionaries(st.sampled_from("01234567"), ANY_LEVELS), st.randoms())
def test_sums_equal_their_denominators_in_any_year_and_any_order(
    cycles: list[CycleFacts], before: dict[str, Levels], shuffled: random.Random
) -> None:
    counted = figures(*cycles, before=before)

    again = sorted(cycles, key=lambda _: shuffled.random())
    assert figures(*again, before=before) == counted
    assert heatmap(again) == heatmap(cycles)
    assert sum(counted["progress"]["statuses"].values()) == counted["schools"] == len(cycles)
    for in_cell in counted["grid"].values():
        assert sum(in_cell["levels"].values()) + in_cell["not_sure"] == in_cell["answered"]
        assert in_cell["answered"] == counted["submitted"] == len(heatmap(cycles))
        moved = in_cell["same_schools"]
        assert moved["higher"] + moved["same"] + moved["lower"] == moved["compared"]
        assert moved["compared"] <= min(len(before), counted["submitted"])
    for question in QUESTIONS:
        for part in question.fields:
            assert_adds_up(counted["part2"][question.key][part.key], part, counted["submitted"])


def assert_adds_up(counted: Figures, part: Field, submitted: int) -> None:
    chosen = sum(counted["counts"].values())
    assert list(counted["counts"]) == [str(option.code) for option in part.options]
    assert counted["answered"] <= chosen <= counted["answered"] * part.most
    assert counted["answered"] <= submitted
