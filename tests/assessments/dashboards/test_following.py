"""What follows, counted: each figure with its denominator, silence told apart."""

from datetime import date

import pytest

from assessments.dashboards.followed import month_label
from assessments.dashboards.following import (
    CellFacts,
    Promise,
    follow_up,
    month_of,
    promises_by_cell,
    promises_by_month,
)
from assessments.dashboards.following_rows import days_in

CELL = "team.beliefs"
TODAY = date(2027, 3, 10)


def cells(*rows: tuple[str, str, str]) -> list[CellFacts]:
    """School, disposition, offer: all of one cell."""
    return [CellFacts(school, CELL, disposition, offer) for school, disposition, offer in rows]


def test_dispositions_are_counted_out_of_the_schools_that_had_planned_something() -> None:
    said = cells(("a", "done", ""), ("b", "", ""), ("c", "dropped", ""), ("d", "done", ""))

    figures = follow_up(said, submitted=4, planned=frozenset({("a", CELL), ("b", CELL)}))

    found = figures["dispositions"][CELL]
    assert found["planned"] == 2
    assert found["counts"] == {
        "done": 1,
        "under_way": 0,
        "dropped": 0,
        "replaced": 0,
        "not_said": 1,
    }


def test_a_plan_for_another_cell_does_not_count_here() -> None:
    figures = follow_up(
        cells(("a", "done", "")), submitted=1, planned=frozenset({("a", "team.systems")})
    )

    assert figures["dispositions"][CELL]["planned"] == 0


def test_offers_are_counted_out_of_all_that_submitted() -> None:
    said = cells(("a", "", "seeking"), ("b", "", "seeking"), ("c", "", "offering"), ("d", "", ""))

    figures = follow_up(said, submitted=4, planned=frozenset())

    assert figures["offers"][CELL] == {"answered": 4, "counts": {"seeking": 2, "offering": 1}}
    assert figures["offers"]["individual.systems"]["counts"] == {"seeking": 0, "offering": 0}


def test_commitments_are_counted_by_month_and_what_is_overdue_is_told_apart() -> None:
    promises = [
        Promise("a", CELL, date(2027, 3, 9)),
        Promise("a", CELL, date(2027, 3, 10)),
        Promise("b", "team.systems", date(2027, 3, 31)),
        Promise("c", CELL, date(2027, 1, 5)),
    ]

    rows = promises_by_month(promises, TODAY)

    assert [(row.key, row.open, row.overdue, row.in_time, row.schools) for row in rows] == [
        ("2027-01", 1, 1, 0, 1),
        ("2027-03", 3, 1, 2, 2),
    ]


def test_commitments_are_counted_by_cell_in_the_tool_s_order() -> None:
    promises = [
        Promise("a", "whole_school.systems", TODAY),
        Promise("a", "individual.beliefs", TODAY),
        Promise("b", "individual.beliefs", TODAY),
    ]

    rows = promises_by_cell(promises, TODAY)

    assert [(row.key, row.open) for row in rows] == [
        ("individual.beliefs", 2),
        ("whole_school.systems", 1),
    ]


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2026, 8, 31), "earlier"),
        (date(2026, 9, 1), "2026-09"),
        (date(2027, 3, 1), "2027-03"),
        (date(2028, 3, 31), "2028-03"),
        (date(2028, 4, 1), "later"),
    ],
)
def test_a_row_of_months_leads_to_the_days_that_it_counts(day: date, key: str) -> None:
    days = days_in(key, TODAY)

    assert month_of(day, TODAY) == key
    assert days is not None
    assert days[0] <= day <= days[1]


@pytest.mark.parametrize("nonsense", ["2027", "2027-13", "x", "2027-3", "\0"])
def test_what_is_no_month_has_no_days(nonsense: str) -> None:
    assert days_in(nonsense, TODAY) is None


def test_far_months_lie_together_at_both_ends() -> None:
    days = (date(2036, 1, 1), date(2020, 1, 1), TODAY, date(2021, 1, 1))

    rows = promises_by_month([Promise("a", CELL, day) for day in days], TODAY)

    assert [row.key for row in rows] == ["earlier", "2027-03", "later"]
    assert [month_label(row.key) for row in rows] == ["Earlier", "March 2027", "Later"]
