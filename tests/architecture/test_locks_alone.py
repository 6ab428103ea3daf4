"""Each of the two locks between districts holds alone: what the stranger tries, tried twice.

With row-level security switched off, and with `visible_to` giving out whatever the database gives.
And once with neither, to show that these tests would see it. With both, `test_route_sweep.py`
tries it.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.urls import reverse

from assessments.models import Cycle, DashboardSnapshot, DirtyMark
from assessments.tasks import refresh_dashboard
from schools.models import Role, School
from schools.tenancy import district_scope
from tests.architecture.bodies import bodies
from tests.architecture.callers import Caller, signed_in, with_key
from tests.architecture.isolation import (
    Secret,
    at_our_address,
    on_their_own_pages,
    with_our_ids,
    with_our_queries,
)
from tests.architecture.locks import without_row_level_security, without_visible_to
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side, fingerprint, forget_next_year

APPLICATION, DATABASE = "visible_to alone", "row-level security alone"

ROUTES: Final = district_routes()
WITH_IDS: Final = [route for route in ROUTES if route.ids]
# What nobody finds but the person whose it is, whichever of the locks is off.
OF_A_PERSON: Final = {"api-export", "api-export-file", "export_file", "reading_mark"}
# Who may enter is known before the database knows the district: here there is one lock alone.
WITH_ONE_LOCK: Final = {
    *("api_client", "api_credential_revocation"),
    *("invitation_revocation", "invitation_sendings", "membership", "leaving", "factors_reset"),
}
every_route = pytest.mark.parametrize("route", ROUTES, ids=str)
every_route_with_ids = pytest.mark.parametrize("route", WITH_IDS, ids=str)


@pytest.fixture(scope="module")
def stranger(theirs: Side) -> Caller:
    """The admin of the other district."""
    return signed_in(theirs.people[Role.DISTRICT_ADMIN].user)


@pytest.fixture(scope="module")
def strange_program(theirs: Side) -> Caller:
    """An API client of the other district with every scope."""
    return with_key(theirs.bearer)


@pytest.fixture(scope="module", params=[APPLICATION, DATABASE])
def locks(request: pytest.FixtureRequest, ours: Side, theirs: Side) -> Iterator[str]:
    """What holds meanwhile; the rows are there before anything is taken away."""
    without = {APPLICATION: without_row_level_security, DATABASE: without_visible_to}
    with without[request.param]():
        yield request.param


@pytest.mark.in_turn(4)
@every_route
def test_to_the_stranger_our_district_does_not_exist(
    locks: str, route: Route, ours: Side, stranger: Caller
) -> None:
    assert at_our_address(stranger, route, Secret.of_the_district(ours)) == []


@pytest.mark.in_turn(4)
@every_route_with_ids
def test_in_their_own_district_the_stranger_finds_none_of_ours(
    locks: str, route: Route, ours: Side, theirs: Side, stranger: Caller, strange_program: Caller
) -> None:
    caller = strange_program if route.is_api else stranger
    before = fingerprint(ours.district)

    findings = with_our_ids(caller, route, theirs.names, Secret.of_the_district(ours))

    assert (findings, fingerprint(ours.district) == before) == ([], True)


@pytest.mark.in_turn(4)
@every_route
def test_a_filter_finds_none_of_ours_for_the_stranger(
    locks: str, route: Route, ours: Side, theirs: Side, stranger: Caller, strange_program: Caller
) -> None:
    caller = strange_program if route.is_api else stranger

    findings = with_our_queries(caller, route, theirs.names, Secret.of_the_district(ours))

    assert findings == []


@pytest.mark.in_turn(4)
@every_route
def test_the_stranger_s_own_pages_say_nothing_of_ours(
    locks: str, route: Route, ours: Side, theirs: Side, stranger: Caller
) -> None:
    findings = on_their_own_pages(stranger, route, theirs.names, Secret.of_the_district(ours))

    assert findings == []


def test_what_the_stranger_writes_at_home_touches_nothing_of_ours(
    locks: str, ours: Side, theirs: Side, stranger: Caller
) -> None:
    before = fingerprint(ours.district), fingerprint(theirs.district)

    for route in ROUTES:
        stranger.ask("POST", route.filled(theirs.names), bodies(theirs).get(route.name))
    # What they were told of it is read here, lest it stands in the next answer.
    stranger.ask("GET", reverse("about"))

    after = fingerprint(ours.district), fingerprint(theirs.district)
    forget_next_year(theirs)
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)


def test_a_recompute_of_theirs_counts_none_of_ours(locks: str, ours: Side, theirs: Side) -> None:
    year = theirs.campaign.school_year
    DirtyMark.objects.create(district=theirs.district, school_year=year)

    refresh_dashboard(str(theirs.district.pk), year)

    with district_scope(theirs.district.pk):
        snapshot = DashboardSnapshot.objects.get(district=theirs.district, school_year=year)
        cycles = Cycle.objects.filter(district=theirs.district, school_year=year).count()
    schools = {row[2] for row in snapshot.heatmap}
    assert (snapshot.figures["schools"], ours.word in str(schools)) == (cycles, False)


def test_a_lock_that_is_said_to_be_off_is_off(locks: str, ours: Side, theirs: Side) -> None:
    admin = theirs.people[Role.DISTRICT_ADMIN]
    with district_scope(theirs.district.pk):
        past_the_database = _ours(School.objects, ours).exists()
    with district_scope(ours.district.pk):
        past_visible_to = _ours(School.objects.visible_to(admin), ours).exists()

    assert (past_the_database, past_visible_to) == (locks == APPLICATION, locks == DATABASE)


@pytest.mark.in_turn(4)
@pytest.mark.parametrize(
    "route", [route for route in WITH_IDS if route.name not in OF_A_PERSON | WITH_ONE_LOCK], ids=str
)
def test_with_neither_lock_these_tests_see_it(
    route: Route, ours: Side, theirs: Side, stranger: Caller
) -> None:
    with without_row_level_security(), without_visible_to():
        findings = with_our_ids(stranger, route, theirs.names, Secret.of_the_district(ours))

    assert findings != []


def _ours(schools: Any, ours: Side) -> Any:
    return schools.filter(district=ours.district)
