"""Two districts that could be mistaken for one another, and a word that gives each row away.

They have schools of the same names, campaigns of the same year and people of the same roles. In
every column that takes words stands a word of its school and its district alone: wherever a
stranger reads "heron", something has leaked.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from allauth.idp.oidc.models import Client, Token
from django.utils import timezone

from assessments import answers, workflow
from assessments.answers import EditConflict
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign, Cycle
from schools.models import ApiClient, District, Membership, Role, School, Scope
from schools.tenancy import district_scope
from tests.factories import ANSWERS, cycle_of, make_campaign, make_district, make_user, seat

QUESTION: Final = "balance"
# Ours had its last campaign a year ago, theirs two years ago: so a year can be ours alone.
YEARS_BEFORE: Final = {"heron": 1, "badger": 2}
YEAR_OF_NOBODY: Final = 2019


@dataclass(frozen=True)
class Desk:
    """A school with its people and its cycle of this year, which was reopened."""

    word: str
    school: School
    cycle: Cycle
    people: dict[Role, Membership]


@dataclass(frozen=True)
class Side:
    """A district with two schools, its people and a key to its API."""

    word: str
    district: District
    campaign: Campaign
    past_year: int
    people: dict[Role, Membership]
    bearer: str
    desk: Desk
    next_door: Desk

    @property
    def names(self) -> dict[str, Any]:
        """What fills the gaps of an address: everything at the first school."""
        return self.shared_names | {
            "district_slug": self.district.slug,
            "school_id": self.desk.school.pk,
            "campaign_id": self.campaign.pk,
            "cycle_id": self.desk.cycle.pk,
            "school_year": self.past_year,
        }

    @property
    def shared_names(self) -> dict[str, Any]:
        """What is called the same everywhere."""
        return {"context": "team", "content_area": "beliefs", "question": QUESTION}


def make_side(word: str) -> Side:
    """A district whose rows all say `word`; a school's rows say `word` and the school's number."""
    district = make_district(f"Two Rivers {word}", slug=f"two-rivers-{len(word)}")
    seats = {
        role: seat(district, role, user=make_user(f"{word} {role.label}"))
        for role in (Role.DISTRICT_ADMIN, Role.SPECIALIST, Role.VIEWER)
    }
    schools = [_school(district, word, number) for number in (1, 2)]
    staffs = [_staff(school) for school in schools]
    past_year = district.this_school_year - YEARS_BEFORE[word]
    for year in (past_year, district.this_school_year):
        campaign = make_campaign(district, year, message=f"Dear schools, {word}")
        cycles = [cycle_of(school, campaign) for school in schools]
        for cycle, staff in zip(cycles, staffs, strict=True):
            _complete(cycle, staff)
    for cycle, staff in zip(cycles, staffs, strict=True):
        _take_back(cycle, staff)
    for year in (past_year, district.this_school_year):
        with district_scope(district.pk):
            refresh_snapshot(district.pk, year)
    desks = [
        Desk(_word_of(school), school, cycle, staff)
        for school, cycle, staff in zip(schools, cycles, staffs, strict=True)
    ]
    return Side(word, district, campaign, past_year, seats, _bearer(district, word), *desks)


def make_key(district: District, name: str, scopes: list[str], **fields: Any) -> str:
    """A bearer token of a new API client of the district."""
    client = Client.objects.create(name=name, scopes="\n".join(Scope.values))
    ApiClient.objects.create(district=district, client=client, name=name)
    token = Token(type=Token.Type.ACCESS_TOKEN, client=client, scopes="\n".join(scopes))
    token.expires_at = fields.get("expires_at", timezone.now() + timedelta(hours=1))
    token.set_value(value := f"key of {name} for {district.slug}")
    token.save()
    return value


def _bearer(district: District, word: str) -> str:
    return make_key(district, f"{word} warehouse", Scope.values)


def _school(district: District, word: str, number: int) -> School:
    with district_scope(district.pk):
        school: School = School.objects.create(
            district=district,
            name=f"Lincoln {word}{number}",
            city=f"City of {word}{number}",
            nces_schid=f"{len(word):07}{number:05}",
            low_grade="KG",
            high_grade="05",
        )
    return school


def _word_of(school: School) -> str:
    return school.name.removeprefix("Lincoln ")


def _staff(school: School) -> dict[Role, Membership]:
    word = _word_of(school)
    return {
        role: seat(school.district, role, school, user=make_user(f"{word} {role.label}"))
        for role in (Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER)
    }


def _complete(cycle: Cycle, staff: dict[Role, Membership]) -> None:
    """Everything is answered, one save came too late, and it is handed in."""
    word = _word_of(cycle.school)
    by = staff[Role.TEAM_MEMBER]
    with district_scope(cycle.district_id):
        for cell in _of_cycle(cycle, cycle.cells.in_order()):
            answer = {"opportunities": f"Now {word}", "improvements": f"Next {word}"}
            answers.save_cell(
                cell, by=by, version=0, answer=answer | {"opportunity_level": 2, "reach": "few"}
            )
        for reflection in _of_cycle(cycle, cycle.reflections.all()):
            answer = {"text": f"All in all {word}", "answer": ANSWERS[reflection.question]}
            answers.save_reflection(reflection, by=by, version=0, answer=answer)
        with suppress(EditConflict):
            answers.save_cell(cell, by=by, version=0, answer={"opportunities": f"Late {word}"})
        workflow.submit_cycle(cycle, by=staff[Role.PRINCIPAL], quoting="named")


def _take_back(cycle: Cycle, staff: dict[Role, Membership]) -> None:
    reason = f"We forgot something, {_word_of(cycle.school)}"
    with district_scope(cycle.district_id):
        workflow.reopen_cycle(cycle, by=staff[Role.PRINCIPAL], reason=reason)


def _of_cycle(cycle: Cycle, rows: Any) -> Iterator[Any]:
    for row in rows:
        row.cycle = cycle
        yield row
