"""What a district's people, programs and workers do is the same as if there were no other district.

Beside the other one row-level security is off, so that nothing but the code's own conditions
keeps its rows out: of a figure, of a check, of a choice.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Final

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from config.celery import app as celery_app
from schools.models import Role
from tests.architecture.alone import differences
from tests.architecture.bodies import bodies
from tests.architecture.keeping import kept, put_back
from tests.architecture.methods import methods_of
from tests.architecture.places import World
from tests.architecture.routes import Route, district_routes
from tests.architecture.test_workers import ASKED, OF_A_DISTRICT, arguments_of, parameters_of
from tests.architecture.two_districts import Side
from tests.assessments import taking
from tests.canaries import PDF, words_in

ROUTES: Final = district_routes()
PEOPLE: Final = ("someone of two other districts", "their specialist", "their principal")
PROGRAMS: Final = ("their program",)
# What reads, before what writes, before what takes away.
_LOCK_IS_OFF: Final = re.compile(r"row-level security|^\d+ wrong, ")
IN_ORDER: Final = ("GET", "PUT", "PATCH", "POST", "DELETE")
FILES: Final = {
    **{"cells": "csv", "reflections": "ndjson", "commitments": "csv", "cycles": "csv"},
    **{"workbook": "xlsx", "board_report": "pdf"},
}
ASKED_BY: Final = [
    pytest.param(route, who, id=f"{route}-{who}")
    for route in ROUTES
    for who in (PROGRAMS if route.is_api else PEOPLE)
]


@pytest.fixture(scope="module", autouse=True)
def _put_back(world: World) -> Iterator[None]:
    yield
    put_back()


@pytest.mark.in_turn(9)
@pytest.mark.parametrize(("route", "who"), ASKED_BY)
def test_they_read_and_write_at_home_as_if_alone(
    route: Route, who: str, ours: Side, theirs: Side
) -> None:
    address, body = route.filled(theirs.names), bodies(theirs).get(route.name)
    held = {"if_match": "*"} if route.is_api else {}

    def asked() -> dict[str, str]:
        caller = kept().principals_anew()[who]
        methods = [it for it in IN_ORDER if it in methods_of(route)]
        answers = {it: caller.ask(it, address, body, **held) for it in methods}
        return {it: told.in_lines() for it, told in answers.items()}

    assert differences(theirs.district, ours.district, asked) == []


def test_an_operator_gives_somebody_schools_as_if_alone(ours: Side, theirs: Side) -> None:
    person = theirs.desk.people[Role.PRINCIPAL]
    address = reverse("admin:schools_membership_change", args=[person.pk])
    chosen = {"role": person.role, "seats": [str(theirs.next_door.school.pk)]}

    def asked() -> dict[str, str]:
        caller = kept().principals_anew()["an operator"]
        page, given = caller.ask("GET", address), caller.ask("POST", address, chosen)
        assert (page.status, given.status) == (200, 302)
        return {"page": page.in_lines(), "given": given.in_lines()}

    assert differences(theirs.district, ours.district, asked) == []


@pytest.mark.parametrize("days", [0, 45])
@pytest.mark.parametrize("name", ASKED)
def test_a_worker_works_as_if_alone(name: str, days: int, ours: Side, theirs: Side) -> None:
    arguments = arguments_of(name, theirs, theirs.names) if parameters_of(name) else []

    def worked() -> dict[str, str]:
        celery_app.tasks[name].run(*arguments)
        return {}

    after = timedelta(days=days)
    assert differences(theirs.district, ours.district, worked, after=after) == []


@pytest.mark.parametrize(("kind", "file_format"), FILES.items())
def test_a_file_is_made_as_if_alone(kind: str, file_format: str, ours: Side, theirs: Side) -> None:
    specialist, year = theirs.people[Role.SPECIALIST], theirs.campaign.school_year

    def made() -> dict[str, str]:
        file = taking.taken(specialist, kind, file_format, school_year=year)
        return {kind: words_in(file, PDF if file_format == "pdf" else "")}

    assert differences(theirs.district, ours.district, made) == []


@pytest.mark.parametrize("name", OF_A_DISTRICT)
def test_a_command_works_as_if_alone(name: str, ours: Side, theirs: Side) -> None:
    def called() -> dict[str, str]:
        said = StringIO()
        options = ["--district", theirs.district.slug, *OF_A_DISTRICT[name]]
        with suppress(SystemExit, CommandError):
            call_command(name, *options, stdout=said, stderr=said)
        # That the lock is off it says, and rightly so.
        lines = [it for it in said.getvalue().splitlines() if not _LOCK_IS_OFF.search(it)]
        return {name: "\n".join(lines)}

    assert differences(theirs.district, ours.district, called) == []
