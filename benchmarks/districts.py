"""A made-up district with two years of complete cycles, as rows ready to be copied."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from assessments.instrument import CELLS, Field, Offer, OpportunityLevel, Question, Quoting, Reach
from assessments.models import Campaign, InstrumentVersion, Status
from schools.models import District, SchoolLevel

Row = tuple[Any, ...]

SCHOOL_COLUMNS = (
    *("id", "district_id", "nces_schid", "name", "level", "low_grade", "high_grade", "students"),
    *("city", "is_active", "created_at", "updated_at"),
)
CAMPAIGN_COLUMNS = (
    *("id", "district_id", "instrument_version_id", "school_year", "opens_on", "due_on"),
    *("closes_on", "message", "asks_level", "asks_reach", "asks_offer", "created_at", "updated_at"),
)
CYCLE_COLUMNS = (
    *("id", "district_id", "campaign_id", "school_id", "school_year", "status", "quoting"),
    *("started_at", "submitted_at", "created_at", "updated_at"),
)
_PLACE = ("district_id", "cycle_id", "school_id", "school_year", "version", "updated_at", "id")
CELL_COLUMNS = (
    *_PLACE,
    *("context", "content_area", "opportunities", "improvements", "opportunity_level"),
    *("reach", "offer"),
)
REFLECTION_COLUMNS = (*_PLACE, "question", "position", "text", "answer", "is_answered")

_FIRST = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fern", "Hazel", "Iris", "Laurel", "Oak")
_SECOND = ("Bend", "Bluff", "Creek", "Field", "Grove", "Hill", "Lake", "Point", "Ridge", "Vale")


@dataclass(frozen=True)
class Year:
    """One school year of a district, complete: who is in it, and in which campaign."""

    district: District
    campaign: Campaign
    school_ids: Sequence[UUID]
    is_first: bool


class Writer:
    """Makes up what schools answer; the same for the same seed."""

    def __init__(self, passages: Sequence[str], seed: int = 2027) -> None:
        self._chance = random.Random(seed)
        self._passages = passages
        self._questions: tuple[Question, ...] = (
            InstrumentVersion.objects.latest().wording("en").questions
        )

    def schools(self, district: District, count: int) -> Iterator[Row]:
        """That many schools, of all levels."""
        for number in range(count):
            level = self._chance.choice(SchoolLevel.values)
            name = f"{self._one(_FIRST)} {self._one(_SECOND)} {level.title()} {number % 40 + 1}"
            began = district.created_at
            at = began + timedelta(seconds=number)
            students = self._chance.randrange(90, 2_400)
            yield (uuid7(), district.pk, None, name, level, "KG", "05", students, "", True, at, at)

    def cycles(self, year: Year) -> Iterator[tuple[Row, list[Row], list[Row]]]:
        """Every school's cycle, submitted, with its cells and its reflections."""
        campaign = year.campaign
        opened = datetime.combine(campaign.opens_on, time(9), UTC)
        open_for = (campaign.closes_on - campaign.opens_on).days
        for school_id in year.school_ids:
            at = opened + timedelta(days=self._chance.uniform(1, open_for))
            cycle_id = uuid7()
            place = (year.district.pk, cycle_id, school_id, campaign.school_year, 3, at)
            cycle = (
                *(cycle_id, year.district.pk, campaign.pk, school_id, campaign.school_year),
                *(Status.SUBMITTED.value, self._one(Quoting.values), opened, at, opened, at),
            )
            yield cycle, list(self._cells(place)), list(self._reflections(place, year))

    def _cells(self, place: Row) -> Iterator[Row]:
        usual = self._chance.gauss(2, 1)
        for code in CELLS:
            level = min(max(round(self._chance.gauss(usual, 0.9)), 0), max(OpportunityLevel.values))
            yield (
                *(*place, uuid7(), code.context.value, code.content_area.value),
                *(self._one(self._passages), self._one(self._passages)),
                None if self._chance.random() < 0.06 else level,
                *(self._one(Reach.values), self._one(("", "", "", *Offer.values))),
            )

    def _reflections(self, place: Row, year: Year) -> Iterator[Row]:
        for position, question in enumerate(self._questions):
            if year.is_first and question.from_second_year:
                continue
            answer = {field.key: self._choice(field) for field in question.fields}
            words = self._one(self._passages)
            yield (*place, uuid7(), question.key, position, words, json.dumps(answer), True)

    def _choice(self, field: Field) -> Any:
        codes = [option.code for option in field.options]
        if not field.takes_several:
            return self._one(codes)
        return self._chance.sample(codes, self._chance.randint(field.least, field.most))

    def _one(self, choices: Sequence[Any]) -> Any:
        return choices[int(self._chance.random() * len(choices))]
