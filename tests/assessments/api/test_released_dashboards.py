"""A dashboard as the people of schools read it over the API: released figures, or a reason."""

from typing import Any

import pytest
from django.utils import timezone

from assessments import workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cell, Cycle, Reflection, Status
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.dashboards.test_disclosure import Shown, exposed
from tests.factories import ANSWERS, cycle_of, make_campaign, make_district, make_school, seat
from tests.reading import Reader, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)

FEWEST = 5
TOO_FEW = {"suppressed": True, "reason": "too_few_schools"}
NOT_BROKEN_DOWN = {"suppressed": True, "reason": "not_broken_down"}
DISTRICT_ONLY = {"suppressed": True, "reason": "district_only"}


class Year:
    """A small district's year, in which every submission can be told from every other.

    Two schools share a cell, and each of its submissions gives that cell a level that nobody else
    gives it: so the counts of a figure say which submissions it is a sum over.
    """

    def __init__(self, levels: list[str]) -> None:
        self.district: District = make_district("Riverbend")
        self.schools: list[School] = [
            make_school(self.district, f"School {number:02}", level=level)
            for number, level in enumerate(levels)
        ]
        self.principals: list[Membership] = [
            seat(self.district, Role.PRINCIPAL, school) for school in self.schools
        ]
        self.campaign: Campaign = make_campaign(self.district)
        self.numbers = [0] * len(self.schools)
        self._answer_everything()

    def hand_in(self, *schools: int) -> None:
        for at in schools:
            self.numbers[at] += 1
            cell, level = mark_of(at, self.numbers[at])
            cycle, by = cycle_of(self.schools[at], self.campaign), self.principals[at]
            with district_scope(self.district.pk):
                context, area = cell.split(".")
                rows = Cell.objects.filter(cycle=cycle, context=context, content_area=area)
                rows.update(opportunity_level=level)
                workflow.submit_cycle(cycle, by=by, quoting="never")

    def take_back(self, *schools: int) -> None:
        for at in schools:
            cycle = cycle_of(self.schools[at], self.campaign)
            with district_scope(self.district.pk):
                workflow.reopen_cycle(cycle, by=self.principals[at], reason="Once more")

    def compute(self) -> None:
        with district_scope(self.district.pk):
            refresh_snapshot(self.district.pk, self.campaign.school_year)

    def reader(self, at: int = 0) -> Reader:
        return signed_in(self.principals[at].user, self.district)

    def _answer_everything(self) -> None:
        """At once, for all schools: what is told apart here is what they hand in."""
        year = {"district": self.district, "cycle__campaign": self.campaign}
        said = {"opportunities": "Now", "improvements": "Next", "opportunity_level": 0}
        with district_scope(self.district.pk):
            Cell.objects.filter(**year).update(**said)
            for question, answer in ANSWERS.items():
                rows = Reflection.objects.filter(**year, question=question)
                rows.update(text="All in all", answer=answer, is_answered=True)
            Cycle.objects.filter(campaign=self.campaign).update(
                status=Status.IN_PROGRESS, started_at=timezone.now()
            )

    def ask(self, **query: str) -> Any:
        answer = self.reader().get(f"dashboards/{self.campaign.school_year}", **query)
        assert answer.status_code == 200
        return answer.json()


def mark_of(at: int, number: int) -> tuple[str, int]:
    """The cell and the level that tell the school's submission of that number."""
    return CELL_CODES[at % len(CELL_CODES)], number + 2 * (at // len(CELL_CODES))


def sum_over(grid: dict[str, Any], schools: int) -> Shown | None:
    """Which submissions are counted in it; None where it is hidden."""
    if grid[CELL_CODES[0]].get("suppressed"):
        assert all(cell == grid[CELL_CODES[0]] for cell in grid.values())
        return None
    found = set()
    for at in range(schools):
        for number in (1, 2):
            cell, level = mark_of(at, number)
            if grid[cell]["levels"][str(level)]:
                found.add((f"School {at:02}", number))
    return frozenset(found)


def everything_asked(year: Year) -> set[Shown]:
    """What each figure of this moment is a sum over, whatever a principal asks for."""
    levels = [{"school_level": level} for level in ("elementary", "middle", "high", "other")]
    others = [{"size": "unknown"}, {"group": "North"}, {"cell": "team.beliefs", "at": "0"}]
    both = [{**levels[0], "size": "unknown"}]
    grids = []
    for asked in ({}, *levels, *others, *both):
        said = year.ask(**asked)
        grids += [said["grid"], *(block["grid"] for block in said["blocks"])]
    shown = {sum_over(grid, len(year.schools)) for grid in grids}
    return {one for one in shown if one}


def test_no_sum_of_all_that_the_api_ever_said_speaks_of_too_few_schools() -> None:
    year = Year(["elementary"] * 6 + ["high"] * 4 + ["middle"])
    seen: set[Shown] = set()
    steps: list[tuple[list[int], list[int]]] = [
        ([], [0, 1, 2, 3]),
        ([], [4]),
        ([], [5, 6]),
        ([0, 1], []),
        ([], [0, 1, 7, 8, 9]),
        ([6], [10]),
        ([], [6]),
    ]

    for back, forth in steps:
        year.take_back(*back)
        year.hand_in(*forth)
        year.compute()
        seen |= everything_asked(year)

    names = [school.name for school in year.schools]
    assert sorted(map(len, seen)) == [5, 5, 10]
    assert exposed(seen, names, FEWEST) == []


@pytest.fixture
def small() -> Year:
    """Seven schools, of which four are handed in."""
    year = Year(["elementary"] * 7)
    year.hand_in(0, 1, 2, 3)
    year.compute()
    return year


def test_what_is_hidden_says_so_and_is_never_a_zero(small: Year) -> None:
    said = small.ask()

    assert (said["audience"], said["released_at"], said["blocks"]) == ("schools", None, [])
    assert said["denominators"] == {"schools": DISTRICT_ONLY, "submitted": TOO_FEW}
    assert said["grid"] == dict.fromkeys(CELL_CODES, TOO_FEW)
    assert {str(field) for part in said["part2"].values() for field in part.values()} == {
        str(TOO_FEW)
    }
    assert [said[name] for name in ("progress", "handed_in", "pairs")] == [DISTRICT_ONLY] * 3
    assert said["previous"] is None


def test_once_enough_are_in_their_figures_are_shown_and_the_others_stay_hidden(
    small: Year,
) -> None:
    small.hand_in(4)
    small.compute()
    small.hand_in(5)
    small.compute()

    said = small.ask()

    assert said["denominators"] == {"schools": DISTRICT_ONLY, "submitted": 5}
    assert said["grid"][CELL_CODES[8]] == {
        "levels": {"0": 5, "1": 0, "2": 0, "3": 0, "4": 0},
        "not_sure": 0,
        "answered": 5,
        "same_schools": DISTRICT_ONLY,
    }
    assert said["part2"]["balance"]["most_effort"] == {
        "answered": TOO_FEW,
        "counts": {"individual": 0, "team": 5, "whole_school": 0},
    }
    # Of one block there is nothing to be had but the whole.
    assert (said["blocks"], small.ask(school_level="elementary")["grid"]) == ([], said["grid"])
    assert small.ask(school_level="high")["grid"][CELL_CODES[0]] == TOO_FEW
    assert small.ask(size="unknown")["grid"][CELL_CODES[0]] == NOT_BROKEN_DOWN


def test_the_district_reads_all_of_it_at_the_same_address(small: Year) -> None:
    answer = with_key(small.district).get(f"dashboards/{small.campaign.school_year}").json()

    assert (answer["audience"], answer["denominators"]) == (
        "district",
        {"schools": 7, "submitted": 4},
    )


def test_a_released_dashboard_that_has_not_changed_is_known(small: Year) -> None:
    address = f"dashboards/{small.campaign.school_year}"
    held = small.reader().get(address).headers["ETag"]

    again = small.reader(at=1).get(address, headers={"If-None-Match": held})
    small.hand_in(4)
    small.compute()
    then = small.reader().get(address, headers={"If-None-Match": held})

    assert (again.status_code, then.status_code) == (304, 200)


def test_a_year_without_a_campaign_is_not_there(small: Year) -> None:
    assert small.reader().get("dashboards/2019").status_code == 404
