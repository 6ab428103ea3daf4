"""Real rows for tests, made through the product's own verbs. No test sets an ambient district."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments import answers, campaigns, workflow
from assessments.models import Campaign, Cycle, InstrumentVersion
from schools.models import DISTRICT_ROLES, District, Membership, Role, School, Seat
from schools.tenancy import district_scope

PASSWORD = "a quiet room for thinking"
_numbers = count(1)

ANSWERS: dict[str, dict[str, Any]] = {
    "moved": {"individual": "more", "team": "same", "whole_school": "different"},
    "balance": {"most_effort": "team", "most_in_need": "individual"},
    "attention": {"most": "practices", "least": "systems"},
    "connection": {
        "individual_to_team": 1,
        "team_to_whole_school": 2,
        "whole_school_to_individual": 0,
    },
    "missed": {"groups": ["substitutes"]},
    "conditions": {"help": "trust", "barrier": "time", "support": ["money"]},
    "focus": {"cells": ["team.systems"], "confidence": 3},
}


def make_district(name: str = "", **fields: Any) -> District:
    """A district; its number makes the names of one test differ."""
    number = next(_numbers)
    fields.setdefault("slug", f"district-{number}")
    district: District = District.objects.create(name=name or f"District {number}", **fields)
    return district


def make_user(name: str = "Sam", **fields: Any) -> User:
    """A person who can sign in with PASSWORD."""
    fields.setdefault("email", f"{name.lower().replace(' ', '.')}.{next(_numbers)}@example.org")
    return User.objects.create_user(fields.pop("email"), PASSWORD, name=name, **fields)


def make_school(district: District, name: str = "", **fields: Any) -> School:
    """An active school of the district."""
    with district_scope(district.pk):
        school: School = School.objects.create(
            district=district, name=name or f"School {next(_numbers)}", **fields
        )
    return school


def seat(
    district: District,
    role: Role,
    *schools: School,
    user: User | None = None,
    **fields: Any,
) -> Membership:
    """A person with that role, at those schools; a viewer without schools sees the district.

    They have been here just now, so that no request of theirs has a visit to note besides.
    """
    fields.setdefault("last_visit_at", timezone.now())
    membership: Membership = Membership.objects.create(
        district=district,
        user=user or make_user(str(role.label)),
        role=role,
        sees_whole_district=role in DISTRICT_ROLES or (role == Role.VIEWER and not schools),
        **fields,
    )
    with district_scope(district.pk):
        for school in schools:
            Seat.objects.create(district=district, membership=membership, school=school)
    return membership


def make_campaign(district: District, school_year: int | None = None, **fields: Any) -> Campaign:
    """A campaign that is open today (its dates may lie outside its year only for years before)."""
    year = school_year or district.this_school_year
    first, last = district.first_day_of(year), district.first_day_of(year + 1)
    opens_on = min(max(first, district.today() - timedelta(days=30)), last - timedelta(days=1))
    dates = {
        "opens_on": opens_on,
        "due_on": district.today() + timedelta(days=14),
        "closes_on": district.today() + timedelta(days=30),
    }
    by = Membership.objects.filter(district=district, role=Role.SPECIALIST).first()
    with district_scope(district.pk):
        return campaigns.open_campaign(
            by=by or seat(district, Role.SPECIALIST),
            instrument_version=InstrumentVersion.objects.latest(),
            school_year=year,
            **dates | fields,
        )


def cycle_of(school: School, campaign: Campaign) -> Cycle:
    """The school's cycle; call within the district's scope, or use its id alone."""
    with district_scope(school.district_id):
        cycle: Cycle = Cycle.objects.with_campaign().get(campaign=campaign, school=school)
        return cycle


def answer_everything(cycle: Cycle, by: Membership, *, level: int | None = 2) -> None:
    """Every cell and every question, in words that name their place."""
    with district_scope(cycle.district_id):
        for cell in cycle.cells.in_order():
            cell.cycle = cycle
            answers.save_cell(
                cell,
                by=by,
                version=cell.version,
                answer={
                    "opportunities": f"Now: {cell.code}",
                    "improvements": f"Next: {cell.code}",
                    "opportunity_level": level,
                },
            )
        for reflection in cycle.reflections.all():
            reflection.cycle = cycle
            answers.save_reflection(
                reflection,
                by=by,
                version=reflection.version,
                answer={
                    "text": f"About {reflection.question}",
                    "answer": ANSWERS[reflection.question],
                },
            )


def submitted(cycle: Cycle, by: Membership, *, level: int | None = 2) -> Cycle:
    """The cycle, answered throughout and handed in by the principal `by`."""
    answer_everything(cycle, by, level=level)
    with district_scope(cycle.district_id):
        return workflow.submit_cycle(cycle, by=by, quoting="unnamed")
