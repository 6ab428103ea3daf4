"""The net around the addresses: no stranger and no school next door learns anything anywhere.

Every route of the URLconf with a district in it is walked with every method; one whose gaps the
sweep cannot fill fails it. The control shows that our own people get through, so that the sweep
cannot pass on a typo.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from assessments import answers, workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Cell
from schools.models import DistrictRow, Role
from schools.tenancy import district_scope
from tests.architecture.callers import Answer, Caller, nobody, signed_in, with_key
from tests.architecture.isolation import (
    HARMLESS_QUERIES,
    HARMLESS_QUERIES_OF_PAGES,
    NAMING_QUERIES,
    NAMING_QUERIES_OF_PAGES,
    Secret,
    at_our_address,
    on_their_own_pages,
    with_our_ids,
    with_our_queries,
)
from tests.architecture.routes import METHODS, Route, UnknownKeyword, all_routes, district_routes
from tests.architecture.two_districts import Side, bodies, fingerprint
from tests.factories import make_district, make_user, seat

# Addresses outside districts, each with what it knows. Whatever else there is must lie in one.
OUTSIDE: Final = {
    "": "leads a person to their district",
    "districts/": "the person's own memberships",
    "about/": "the same for everyone",
    "health/": "whether the database answers",
    "language/": "the person's language",
    "api/v1/schema/": "the same for everyone",
    "api/v1/docs/": "the same for everyone",
    "api/v1/token/": "gives a token to who shows a client's secret",
    "api/v1/revoke/": "takes a token back",
}
OUTSIDE_BELOW: Final = {
    "accounts/": "sign-in; knows no district",
    "admin/": "operators; test_doors.py lists what it shows of districts",
}

# Their answers are figures, or nothing but a redirection.
WITHOUT_WORDS: Final = {"api-dashboard", "cell", "reflection", "submission", "reopenings"}
# Columns that hold codes and figures.
COLUMNS_WITHOUT_WORDS: Final = {
    "DashboardSnapshot.figures",
    "Reflection.answer",
    "Reflection.question",
    "Revision.code",
    "School.high_grade",
    "School.low_grade",
    "School.nces_schid",
}

ROUTES: Final = district_routes()
WITH_IDS: Final = [route for route in ROUTES if route.ids]
every_route = pytest.mark.parametrize("route", ROUTES, ids=str)
every_route_with_ids = pytest.mark.parametrize("route", WITH_IDS, ids=str)


@pytest.fixture(scope="module")
def stranger(theirs: Side) -> Caller:
    """As powerful as one can be: admin of one other district and specialist of a third."""
    person = theirs.people[Role.DISTRICT_ADMIN].user
    seat(make_district("Elsewhere"), Role.SPECIALIST, user=person)
    return signed_in(person)


@pytest.fixture(scope="module")
def strange_program(theirs: Side) -> Caller:
    """An API client of the other district with every scope."""
    return with_key(theirs.bearer)


@pytest.fixture(scope="module")
def operator(lasting_rows: None) -> Caller:
    """Whoever runs the installation, without a place in any district."""
    return signed_in(make_user("Olive", is_staff=True, is_superuser=True))


@pytest.fixture(scope="module", params=[Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER])
def neighbour(request: pytest.FixtureRequest, ours: Side) -> Caller:
    """Someone at the second school of our own district."""
    return signed_in(ours.next_door.people[request.param].user)


@pytest.fixture(scope="module")
def our_own(ours: Side) -> list[Caller]:
    """Those who get through, each somewhere else."""
    people = (ours.people[Role.SPECIALIST], ours.desk.people[Role.PRINCIPAL])
    return [*(signed_in(membership.user) for membership in people), with_key(ours.bearer)]


def test_there_are_pages_and_api_to_walk() -> None:
    kinds = {route.is_api for route in WITH_IDS}

    assert kinds == {True, False}


def test_every_address_lies_in_a_district_or_has_a_reason_not_to() -> None:
    outside = {route.pattern for route in all_routes()} - {route.pattern for route in ROUTES}
    below = tuple(OUTSIDE_BELOW)

    unexplained = [p for p in outside if p not in OUTSIDE and not p.startswith(below)]

    assert unexplained == []


def test_every_address_of_a_district_has_a_name_of_its_own(ours: Side) -> None:
    names = [route.name for route in ROUTES]

    assert sorted(set(names)) == sorted(names)
    assert "" not in names


def test_an_address_that_the_sweep_cannot_fill_fails_it(ours: Side) -> None:
    route = Route("new", "d/<district_slug>/<diary_id>/", frozenset({"diary_id"}), None)

    with pytest.raises(UnknownKeyword, match="diary_id"):
        route.filled(ours.names)


@every_route
def test_to_nobody_our_district_does_not_exist(route: Route, ours: Side) -> None:
    assert at_our_address(nobody(), route, Secret.of_the_district(ours)) == []


@every_route
def test_to_the_stranger_our_district_does_not_exist(
    route: Route, ours: Side, stranger: Caller
) -> None:
    assert at_our_address(stranger, route, Secret.of_the_district(ours)) == []


@every_route
def test_to_a_strange_program_our_district_does_not_exist(
    route: Route, ours: Side, strange_program: Caller
) -> None:
    assert at_our_address(strange_program, route, Secret.of_the_district(ours)) == []


@every_route
def test_to_an_operator_our_district_s_pages_do_not_exist(
    route: Route, ours: Side, operator: Caller
) -> None:
    assert at_our_address(operator, route, Secret.of_the_district(ours)) == []


@every_route_with_ids
def test_in_their_own_district_the_stranger_finds_none_of_ours(
    route: Route, ours: Side, theirs: Side, stranger: Caller
) -> None:
    before = fingerprint(ours.district)

    findings = with_our_ids(stranger, route, theirs.names, Secret.of_the_district(ours))

    assert (findings, fingerprint(ours.district) == before) == ([], True)


@pytest.mark.parametrize("route", [route for route in WITH_IDS if route.is_api], ids=str)
def test_in_their_own_district_a_strange_program_finds_none_of_ours(
    route: Route, ours: Side, theirs: Side, strange_program: Caller
) -> None:
    findings = with_our_ids(strange_program, route, theirs.names, Secret.of_the_district(ours))

    assert findings == []


@every_route
def test_a_filter_finds_none_of_ours_for_the_stranger(
    route: Route, ours: Side, theirs: Side, stranger: Caller, strange_program: Caller
) -> None:
    caller = strange_program if route.is_api else stranger

    findings = with_our_queries(caller, route, theirs.names, Secret.of_the_district(ours))

    assert findings == []


@every_route
def test_the_stranger_s_own_pages_say_nothing_of_ours(
    route: Route, ours: Side, theirs: Side, our_own: list[Caller], stranger: Caller
) -> None:
    for caller in our_own:  # so that whatever remembers an answer has one of ours to give away
        caller.ask("GET", route.filled(ours.names))

    findings = on_their_own_pages(stranger, route, theirs.names, Secret.of_the_district(ours))

    assert findings == []


def test_what_the_stranger_writes_at_home_touches_nothing_of_ours(
    ours: Side, theirs: Side, stranger: Caller
) -> None:
    before = fingerprint(ours.district)

    for route in ROUTES:
        stranger.ask("POST", route.filled(theirs.names), bodies(theirs).get(route.name))

    assert fingerprint(ours.district) == before


@every_route_with_ids
def test_the_school_next_door_finds_nothing_of_the_school(
    route: Route, ours: Side, neighbour: Caller
) -> None:
    own = ours.names | ours.next_door.names
    before = fingerprint(ours.district)

    findings = with_our_ids(neighbour, route, own, Secret.of_the_school(ours))

    assert (findings, fingerprint(ours.district) == before) == ([], True)


@every_route
def test_a_filter_finds_nothing_of_the_school_for_the_school_next_door(
    route: Route, ours: Side
) -> None:
    neighbour = signed_in(ours.next_door.people[Role.PRINCIPAL].user)
    own = ours.names | ours.next_door.names

    assert with_our_queries(neighbour, route, own, Secret.of_the_school(ours)) == []


@every_route
def test_the_school_next_door_reads_no_word_of_the_school(
    route: Route, ours: Side, neighbour: Caller, our_own: list[Caller]
) -> None:
    own = ours.names | ours.next_door.names
    for caller in our_own:
        caller.ask("GET", route.filled(ours.names))

    assert on_their_own_pages(neighbour, route, own, Secret.of_the_school(ours)) == []


def test_what_one_school_does_changes_nothing_that_others_see(
    ours: Side, theirs: Side, stranger: Caller
) -> None:
    neighbour = signed_in(ours.next_door.people[Role.PRINCIPAL].user)
    next_door = ours.names | ours.next_door.names

    def seen() -> list[Answer]:
        return [
            caller.ask("GET", route.filled(names))
            for route in ROUTES
            for caller, names in ((stranger, theirs.names), (neighbour, next_door))
        ]

    with time_machine.travel(timezone.now(), tick=False):
        seen()  # once, for what a session is told but once
        before = seen()
        _write_and_hand_in(ours)
        after = seen()

    assert after == before


@every_route
def test_our_own_people_get_through(route: Route, ours: Side, our_own: list[Caller]) -> None:
    through, not_there = set(), []
    for method in METHODS:
        for caller in our_own:
            answer = caller.ask(method, route.filled(ours.names), bodies(ours).get(route.name))
            if answer.status == 404:
                not_there.append(f"{method} as {caller}")
            if gets_through(answer):
                through.add(method)

    assert not_there == []
    assert through & {"GET", "POST"} != set()


@every_route_with_ids
def test_our_own_people_read_our_words(route: Route, ours: Side, our_own: list[Caller]) -> None:
    answers_to_us = [caller.ask("GET", route.filled(ours.names)) for caller in our_own]

    read = [answer.mentions(_word_there(route, ours)) for answer in answers_to_us if answer.body]

    assert any(read) or route.name in WITHOUT_WORDS


@every_route
def test_nothing_of_a_district_is_kept_in_a_cache(
    route: Route, ours: Side, our_own: list[Caller]
) -> None:
    kept = {
        caller.ask("GET", route.filled(ours.names)).headers["Cache-Control"] for caller in our_own
    }

    assert kept == {"private, no-store"}


def test_the_sweep_knows_every_query_parameter(
    ours: Side, our_own: list[Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    monkeypatch.setattr("django.core.handlers.wsgi.QueryDict", _listening(asked))
    for route in ROUTES:
        for caller in our_own if not route.is_api else ():
            caller.ask("GET", f"{route.filled(ours.names)}?choice=team&field=most_effort")
    understood = {parameter.name for route in ROUTES for parameter in _understood(route)}

    assert asked == NAMING_QUERIES_OF_PAGES.keys() | HARMLESS_QUERIES_OF_PAGES
    assert understood == NAMING_QUERIES.keys() | HARMLESS_QUERIES


def test_every_column_of_words_has_a_word_that_gives_it_away(ours: Side) -> None:
    with district_scope(ours.district.pk):
        silent = [
            f"{model.__name__}.{field.name}"
            for model, field in _columns_of_words()
            if not _says(model, field.name, ours.word)
        ]

    assert sorted(silent) == sorted(COLUMNS_WITHOUT_WORDS)


def gets_through(answer: Answer) -> bool:
    """Whether it is an answer to what was asked, be it a refusal of the words that were sent."""
    return not answer.wants_sign_in and (answer.status < 400 or answer.status in {409, 422})


def _word_there(route: Route, ours: Side) -> str:
    return f"dear schools, {ours.word}" if route.ids == ["campaign_id"] else ours.desk.word


def _write_and_hand_in(ours: Side) -> None:
    by, cycle = ours.desk.people[Role.PRINCIPAL], ours.desk.cycle
    with district_scope(ours.district.pk):
        cell = Cell.objects.filter(cycle=cycle).first()
        cell.cycle = cycle
        answers.save_cell(cell, by=by, version=cell.version, answer={"opportunity_level": 4})
        workflow.submit_cycle(cycle, by=by, quoting="never")
        refresh_snapshot(ours.district.pk, cycle.school_year)


def _understood(route: Route) -> Any:
    view = getattr(route.view, "cls", None)
    return view.understood() if view else ()


def _listening(asked: set[str]) -> type[QueryDict]:
    """A query that notes what it is asked for."""

    class Listening(QueryDict):
        def __getitem__(self, key: str) -> Any:
            asked.add(key)
            return super().__getitem__(key)

    return Listening


def _columns_of_words() -> Iterator[tuple[Any, models.Field]]:
    for model in apps.get_models():
        if issubclass(model, DistrictRow):
            for field in model._meta.local_fields:
                if isinstance(field, models.CharField | models.TextField | models.JSONField):
                    if not field.choices:
                        yield model, field


def _says(model: Any, column: str, word: str) -> bool:
    values = model.objects.values_list(column, flat=True)
    return any(word in str(value) for value in values)
