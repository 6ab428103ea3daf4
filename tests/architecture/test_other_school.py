"""A school's people find nothing of the school next door.

The database knows districts apart, and not schools: so this is tried as it is, and with
`visible_to` alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from assessments import answers, workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Cell
from schools.models import Role
from schools.tenancy import district_scope
from tests.architecture.callers import Caller
from tests.architecture.isolation import (
    WRITING,
    Secret,
    at_home,
    seen_otherwise,
    with_our_fields,
    with_our_ids,
)
from tests.architecture.locks import APPLICATION, BOTH
from tests.architecture.methods import methods_of
from tests.architecture.places import NEIGHBOURS, World
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side

ROUTES: Final = district_routes()
WITH_IDS: Final = [route for route in ROUTES if route.ids]
WRITTEN: Final = [route for route in ROUTES if WRITING & {*methods_of(route)}]

with_the_first_lock = pytest.mark.parametrize("locks", [BOTH, APPLICATION], indirect=True)
every_neighbour = pytest.mark.parametrize("who", NEIGHBOURS)


@pytest.mark.in_turn(5)
@with_the_first_lock
@every_neighbour
@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_in_the_address_the_school_s_are_like_none(
    route: Route, who: str, locks: str, world: World, principals: dict[str, Caller]
) -> None:
    secret = Secret.of_the_school(world.ours)

    assert with_our_ids(principals[who], route, world.next_door.names, secret) == []


@pytest.mark.in_turn(7)
@with_the_first_lock
@every_neighbour
@pytest.mark.parametrize("route", WRITTEN, ids=str)
def test_in_a_body_the_school_s_are_like_none(
    route: Route, who: str, locks: str, world: World, principals: dict[str, Caller]
) -> None:
    secret = Secret.of_the_school(world.ours)

    assert with_our_fields(principals[who], route, world.next_door, secret) == []


@pytest.mark.in_turn(7)
@with_the_first_lock
@every_neighbour
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_their_own_pages_say_nothing_of_the_school(
    route: Route, who: str, locks: str, world: World, principals: dict[str, Caller]
) -> None:
    secret = Secret.of_the_school(world.ours)

    assert at_home(principals[who], route, world.next_door.names, secret) == []


@pytest.mark.parametrize("who", ["principal next door", "their district_admin", "their program"])
def test_what_one_school_does_changes_nothing_that_others_see(
    who: str, world: World, principals: dict[str, Caller]
) -> None:
    side = world.next_door if who in NEIGHBOURS else world.theirs
    meanwhile = _written_and_handed_in(world.ours)

    assert seen_otherwise(principals[who], side.names, meanwhile, one_in=4) == set()


@contextmanager
def _written_and_handed_in(ours: Side) -> Iterator[None]:
    by, cycle = ours.desk.people[Role.PRINCIPAL], ours.desk.cycle
    with district_scope(ours.district.pk):
        cell = Cell.objects.filter(cycle=cycle).first()
        cell.cycle = cycle
        answers.save_cell(cell, by=by, version=cell.version, answer={"opportunity_level": 4})
        workflow.submit_cycle(cycle, by=by, quoting="never")
        refresh_snapshot(ours.district.pk, cycle.school_year)
    yield
