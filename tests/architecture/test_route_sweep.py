"""The net around the addresses: no stranger and no school next door learns anything anywhere.

Every route of the URLconf with a district in it is walked with every method; one whose gaps the
sweep cannot fill fails it (`test_sweep_is_whole.py` has more of this). The control shows that our
own people get through, so that the sweep cannot pass on a typo.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from assessments import answers, workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Cell
from schools.models import Role
from schools.tenancy import district_scope
from tests.architecture.bodies import bodies
from tests.architecture.callers import Answer, Caller, nobody, signed_in, with_key
from tests.architecture.isolation import (
    TELLS_OF_ITSELF,
    Secret,
    at_our_address,
    on_their_own_pages,
    with_our_ids,
    with_our_queries,
)
from tests.architecture.routes import METHODS, Route, district_routes
from tests.architecture.two_districts import Side, fingerprint, forget_next_year
from tests.factories import make_district, make_user, seat

ROUTES: Final = district_routes()
WITH_IDS: Final = [route for route in ROUTES if route.ids]
# What these name, a school's people may not know of.
OF_THE_WHOLE_DISTRICT: Final = {"theme_id", "webhook_id", "provider_id"}
# What these name says the district's word, and no school's.
OF_NO_SCHOOL: Final = {"api_client_id", "webhook_id", "provider_id"}
# Figures alone; keys alone; places in texts; how far a file is; an NCES id.
WITHOUT_WORDS: Final = {
    *("api-changes", "api-dashboard", "api-excerpts", "api-export", "api-exports"),
    *("api-cycle-submission", "people_template"),
}
# What these name is the specialist's alone.
OF_ONE_PERSON: Final = {"export_id"}
Ask = Callable[[Route], list[Answer]]


def _reads(route: Route) -> bool:
    view = route.view.cls
    return hasattr(view, "get") and "get" in view.http_method_names


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


@pytest.fixture(scope="module", params=[Role.PRINCIPAL, Role.TEAM_MEMBER])
def neighbour(request: pytest.FixtureRequest, ours: Side) -> Caller:
    """Someone at the second school of our own district."""
    return signed_in(ours.next_door.people[request.param].user)


@pytest.fixture(scope="module")
def our_own(ours: Side) -> list[Caller]:
    """Those who get through, each somewhere else."""
    wide = ours.people
    people = (wide[Role.SPECIALIST], ours.desk.people[Role.PRINCIPAL], wide[Role.DISTRICT_ADMIN])
    return [*(signed_in(membership.user) for membership in people), with_key(ours.bearer)]


@pytest.fixture(scope="module")
def read_by_us(ours: Side, theirs: Side, our_own: list[Caller], stranger: Caller) -> Ask:
    """What our own people read at an address, after the stranger has been at theirs. Asked once."""

    @cache
    def answers_at(route: Route) -> list[Answer]:
        stranger.ask("GET", route.filled(theirs.names))
        return [caller.ask("GET", route.filled(ours.names)) for caller in our_own]

    return answers_at


@every_route
def test_to_nobody_our_district_does_not_exist(route: Route, ours: Side) -> None:
    assert at_our_address(nobody(), route, Secret.of_the_district(ours)) == []


@every_route
def test_to_the_stranger_our_district_does_not_exist(
    route: Route, ours: Side, stranger: Caller
) -> None:
    assert at_our_address(stranger, route, Secret.of_the_district(ours)) == []


@pytest.mark.in_turn(3)
@every_route
def test_to_a_strange_program_our_district_does_not_exist(
    route: Route, ours: Side, strange_program: Caller
) -> None:
    assert at_our_address(strange_program, route, Secret.of_the_district(ours)) == []


@pytest.mark.in_turn(3)
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


@pytest.mark.parametrize(
    "route",
    [route for route in WITH_IDS if route.is_api and _reads(route)],
    ids=str,
)
def test_who_claims_to_hold_it_already_learns_nothing(
    route: Route, ours: Side, theirs: Side, strange_program: Caller
) -> None:
    statuses = [
        strange_program.ask("GET", route.filled(theirs.names | names), if_none_match="*").status
        for names in ({keyword: ours.names[keyword]} for keyword in route.ids)
    ]

    assert statuses == [404] * len(route.ids)


@pytest.mark.in_turn(3)
@every_route
def test_a_filter_finds_none_of_ours_for_the_stranger(
    route: Route, ours: Side, theirs: Side, stranger: Caller, strange_program: Caller
) -> None:
    caller = strange_program if route.is_api else stranger

    findings = with_our_queries(caller, route, theirs.names, Secret.of_the_district(ours))

    assert findings == []


@pytest.mark.in_turn(3)
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
    before = fingerprint(ours.district), fingerprint(theirs.district)

    for route in ROUTES:
        stranger.ask("POST", route.filled(theirs.names), bodies(theirs).get(route.name))

    after = fingerprint(ours.district), fingerprint(theirs.district)
    forget_next_year(theirs)
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)


@pytest.mark.in_turn(3)
@every_route_with_ids
def test_the_school_next_door_finds_nothing_of_the_school(
    route: Route, ours: Side, neighbour: Caller
) -> None:
    own = ours.names | ours.next_door.names
    before = fingerprint(ours.district)

    findings = with_our_ids(neighbour, route, own, Secret.of_the_school(ours))

    assert (findings, fingerprint(ours.district) == before) == ([], True)


@pytest.mark.in_turn(3)
@every_route
def test_a_filter_finds_nothing_of_the_school_for_the_school_next_door(
    route: Route, ours: Side
) -> None:
    neighbour = signed_in(ours.next_door.people[Role.PRINCIPAL].user)
    own = ours.names | ours.next_door.names

    assert with_our_queries(neighbour, route, own, Secret.of_the_school(ours)) == []


@pytest.mark.in_turn(3)
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
            if route.name not in TELLS_OF_ITSELF
            for caller, names in ((stranger, theirs.names), (neighbour, next_door))
        ]

    with time_machine.travel(timezone.now(), tick=False):
        seen()  # once, for what a session is told but once
        before = seen()
        _write_and_hand_in(ours)
        after = seen()

    assert after == before


@pytest.mark.in_turn(2)
@every_route
def test_our_own_people_get_through(route: Route, ours: Side, our_own: list[Caller]) -> None:
    through, not_there = set(), []
    specialist, _principal, admin, program = our_own
    may_know = [specialist, admin, program] if route.keywords & OF_THE_WHOLE_DISTRICT else our_own
    if route.keywords & OF_ONE_PERSON:
        may_know = [specialist]
    for method in METHODS:
        for caller in may_know:
            with _undone():
                answer = caller.ask(method, route.filled(ours.names), bodies(ours).get(route.name))
            if answer.status == 404:
                not_there.append(f"{method} as {caller}")
            if gets_through(answer):
                through.add(method)

    assert not_there == []
    assert through & {"GET", "POST"} != set()


@every_route
def test_our_own_people_read_our_words(route: Route, ours: Side, read_by_us: Ask) -> None:
    pages = [answer for answer in read_by_us(route) if answer.status == 200]
    read = [answer.mentions(_word_there(route, ours)) for answer in pages]

    assert any(read) or not pages or route.name in WITHOUT_WORDS


@every_route
def test_our_own_people_read_no_word_of_theirs(route: Route, theirs: Side, read_by_us: Ask) -> None:
    said = [answer.mentions(theirs.word) for answer in read_by_us(route)]

    assert said == [False] * len(said)


@every_route
def test_nothing_of_a_district_is_kept_in_a_cache(route: Route, read_by_us: Ask) -> None:
    kept = {answer.headers["Cache-Control"] for answer in read_by_us(route)}

    assert kept == {"private, no-store"}


def gets_through(answer: Answer) -> bool:
    """Whether it is an answer to what was asked, be it a refusal of the words that were sent."""
    return not answer.wants_sign_in and (answer.status < 400 or answer.status in {400, 409, 422})


def _word_there(route: Route, ours: Side) -> str:
    there = {
        "campaign": f"dear schools, {ours.word}",
        "api-campaign": f"dear schools, {ours.word}",
        "district": f"lincoln {ours.next_door.word}",
        "follow_up_across_schools": ours.word,  # there was no year before
    }
    of_a_school = route.ids and not route.keywords & OF_NO_SCHOOL
    return there.get(route.name, ours.desk.word if of_a_school else ours.word)


@contextmanager
def _undone() -> Iterator[None]:
    """What is removed or changed meanwhile is there again for the next one who asks."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _write_and_hand_in(ours: Side) -> None:
    by, cycle = ours.desk.people[Role.PRINCIPAL], ours.desk.cycle
    with district_scope(ours.district.pk):
        cell = Cell.objects.filter(cycle=cycle).first()
        cell.cycle = cycle
        answers.save_cell(cell, by=by, version=cell.version, answer={"opportunity_level": 4})
        workflow.submit_cycle(cycle, by=by, quoting="never")
        refresh_snapshot(ours.district.pk, cycle.school_year)
