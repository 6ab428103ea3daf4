"""Once a campaign has closed, nobody changes a word that a school has written in it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from django.db.models import F

from assessments.models import Campaign, Cell, Cycle, Reflection, Submission, WorkingNote
from schools.models import Role
from schools.tenancy import district_scope
from tests import counting
from tests.architecture.bodies import bodies
from tests.architecture.callers import Caller, signed_in, with_key
from tests.architecture.keeping import put_back
from tests.architecture.methods import methods_of
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side, fingerprint

WRITING: Final = {"POST", "PUT", "PATCH", "DELETE"}
ROUTES: Final = [route for route in district_routes() if WRITING & {*methods_of(route)}]
WORDS: Final = (Cell, Reflection, Submission, WorkingNote)


@pytest.fixture(scope="module", autouse=True)
def _closed(ours: Side) -> None:
    close(ours)


@pytest.fixture(scope="module")
def everyone(ours: Side) -> list[Caller]:
    """All roles, and a program."""
    school, wide = ours.desk.people.values(), ours.people.values()
    return [*(signed_in(place.user) for place in (*school, *wide)), with_key(ours.bearer)]


@pytest.fixture(autouse=True)
def _put_back(ours: Side) -> Iterator[None]:
    """What they may still do, they have done: the next one finds it undone."""
    before = fingerprint(ours.district)
    yield
    if fingerprint(ours.district) != before:
        put_back()
        close(ours)


@pytest.mark.in_turn(3)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_nobody_changes_a_word(route: Route, ours: Side, everyone: list[Caller]) -> None:
    before, body = words(ours), bodies(ours).get(route.name)

    for caller in everyone:
        for method in WRITING & {*methods_of(route)}:
            held = {"if_match": "*"} if route.is_api else {}
            caller.ask(method, route.filled(ours.names), body, **held)
            counting.add("cases")

    assert words(ours) == before


def test_before_it_closed_they_did(ours: Side) -> None:
    put_back()
    before = words(ours)
    route = next(route for route in ROUTES if route.name == "cell")

    member = signed_in(ours.desk.people[Role.TEAM_MEMBER].user)
    member.ask("POST", route.filled(ours.names), bodies(ours)["cell"])

    assert words(ours) != before


def close(side: Side) -> None:
    """Yesterday was the last day of all campaigns, for every school."""
    yesterday = side.district.today() - timedelta(days=1)
    with district_scope(side.district.pk):
        Cycle.objects.filter(district=side.district).update(extended_to=None)
        Campaign.objects.filter(district=side.district, opens_on__gt=yesterday).update(
            opens_on=yesterday
        )
        Campaign.objects.filter(district=side.district).update(
            due_on=F("opens_on"), closes_on=yesterday
        )


def words(side: Side) -> list[object]:
    """All that the first school has written."""
    with district_scope(side.district.pk):
        return [
            row
            for model in WORDS
            for row in model.objects.filter(cycle__school=side.desk.school).order_by("pk").values()
        ]
