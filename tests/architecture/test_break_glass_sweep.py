"""The net around operators who read: what a viewer of the district reads; nothing is changed."""

from typing import Final

import pytest

from schools import break_glass
from schools.models import BreakGlass
from schools.read_only import KEY
from tests.architecture.bodies import bodies
from tests.architecture.callers import Caller, signed_in
from tests.architecture.isolation import Secret, at_our_address
from tests.architecture.routes import Route, district_routes
from tests.architecture.test_role_table import AT_THEIR_OWN_SCHOOL, lines_of
from tests.architecture.two_districts import Side, fingerprint
from tests.factories import make_user

ROUTES: Final = {route.name: route for route in district_routes()}
# Open to a viewer of the district: files to take along, and a reading queue of one's own.
NOT_FOR_OPERATORS: Final = {
    **dict.fromkeys(("exports", "export_file"), 403),
    **dict.fromkeys(("report", "submission_report", "worksheet"), 403),
    "reading": 403,
    "reading_school": 403,
}
HEAD, _LINES = lines_of(AT_THEIR_OWN_SCHOOL)
READS: Final = [
    (name, statuses[HEAD.index("viewer")])
    for method, name, statuses in _LINES
    if method == "GET" and not ROUTES[name].is_api
]


@pytest.fixture(scope="module")
def glass(ours: Side) -> BreakGlass:
    operator = make_user("Olive", is_staff=True, is_superuser=True)
    reason = "Their admin asked why two figures differ"
    return break_glass.begin(ours.district, by=operator, reason=reason)


@pytest.fixture(scope="module")
def operator(glass: BreakGlass) -> Caller:
    """In the browser in which it was begun."""
    caller = signed_in(glass.operator)
    session = caller.client.session
    session[KEY] = str(glass.pk)
    session.save()
    return caller


@pytest.mark.parametrize(("name", "as_a_viewer"), READS)
def test_an_operator_reads_what_a_viewer_reads(
    name: str, as_a_viewer: int, ours: Side, operator: Caller
) -> None:
    answer = operator.ask("GET", ROUTES[name].filled(ours.names))

    assert answer.status == NOT_FOR_OPERATORS.get(name, as_a_viewer)


def test_they_read_the_words_that_they_came_for(ours: Side, operator: Caller) -> None:
    assert operator.ask("GET", ROUTES["section"].filled(ours.names)).mentions(ours.desk.word)


def test_nothing_that_could_change_something_is_taken_anywhere(
    ours: Side, operator: Caller
) -> None:
    before, statuses = fingerprint(ours.district), set()

    for route in ROUTES.values():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            body = bodies(ours).get(route.name)
            statuses.add(operator.ask(method, route.filled(ours.names), body).status)

    assert (statuses, fingerprint(ours.district) == before) == ({403}, True)


@pytest.mark.in_turn(5)
@pytest.mark.parametrize("route", ROUTES.values(), ids=str)
def test_of_another_district_they_learn_nothing(
    route: Route, theirs: Side, operator: Caller
) -> None:
    findings = at_our_address(operator, route, Secret.of_the_district(theirs))

    # What would change something is refused before anybody asks where.
    assert [it for it in findings if not it.endswith(": 403")] == []
