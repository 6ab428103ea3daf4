"""What each role gets at each address: the table of domain.md ("Who uses it"), as behaviour.

One line an address and a method, one column a role, the status in each. 404 is what someone may not
know of, 403 what they know of and may not do; 302 leads them to their own work.
"""

from typing import Any, Final

import pytest

from schools.models import ApiClient, Role, Scope
from schools.permissions import Action, may
from tests.architecture.callers import Caller, signed_in, with_key
from tests.architecture.routes import METHODS, Names, Route, district_routes
from tests.architecture.two_districts import CELL, QUESTION, Side
from tests.reading import make_key

# "reader" is a viewer of one school, "program" an API client with every scope.
AT_THEIR_OWN_SCHOOL: Final = """
                             admin specialist principal team viewer reader program
GET  district                 200      200       302     302   200    302    302
GET  cell_across_schools      200      200       403     403   200    403    302
GET  question_across_schools  200      200       403     403   200    403    302
GET  together                 200      200       200     200   200    200    302
GET  cell_quotes              200      200       200     200   200    200    302
GET  question_quotes          200      200       200     200   200    200    302
GET  schools                  200      200       200     200   200    200    302
GET  school                   200      200       200     200   200    200    302
POST school_reminders         302      302       403     403   403    403    302
POST school_groups            302      302       403     403   403    403    302
GET  campaigns                200      200       200     200   200    200    302
GET  campaign                 200      200       200     200   200    200    302
GET  campaign_new             200      200       403     403   403    403    302
POST campaign_new             422      422       403     403   403    403    302
POST campaign                 422      422       403     403   403    403    302
POST campaign_cycles          302      302       403     403   403    403    302
GET  cycle                    200      200       200     200   200    200    302
GET  section                  200      200       200     200   200    200    302
POST section                  403      403       302     302   403    403    302
GET  part_2                   200      200       200     200   200    200    302
POST part_2                   403      403       302     302   403    403    302
GET  review                   200      200       200     200   200    200    302
POST cell                     403      403       200     200   403    403    302
POST reflection               403      403       200     200   403    403    302
POST submission               403      403       422     403   403    403    302
POST reopenings               302      302       302     403   403    403    302
POST quoting                  403      403       422     403   403    403    302
POST extensions               422      422       403     403   403    403    302
GET  commitments              200      200       200     200   200    200    302
GET  cell_commitments         403      403       200     200   403    403    302
POST cell_commitments         403      403       422     422   403    403    302
GET  commitment               403      403       200     200   403    403    302
POST commitment               403      403       422     422   403    403    302
POST commitment_status        403      403       302     302   403    403    302
POST comments                 422      422       422     422   403    403    302
POST comment_resolution       302      302       302     302   403    403    302
GET  meeting                  403      403       302     302   403    403    302
POST meeting                  403      403       302     302   403    403    302
GET  meeting_mine             403      403       200     200   403    403    302
GET  meeting_cell             403      403       200     200   403    403    302
POST meeting_cell             403      403       302     302   403    403    302
GET  meeting_voices           403      403       200     200   403    403    302
GET  meeting_now              403      403       200     200   403    403    302
POST cell_note                403      403       422     422   403    403    302
POST question_note            403      403       422     422   403    403    302
GET  cell_revisions           200      200       200     200   200    200    302
GET  reflection_revisions     200      200       200     200   200    200    302
GET  revision                 200      200       200     200   200    200    302
POST restoration              403      403       422     422   403    403    302
GET  handed_in                200      200       200     200   200    200    302
GET  follow_up_across_schools 200      200       403     403   200    403    302
GET  examples_across_schools  200      200       403     403   200    403    302
POST introductions            404      404       403     403   403    403    302
GET  commitments_across_schools 200    200       403     403   200    403    302
GET  reading                  200      200       403     403   200    403    302
GET  reading_school           200      200       403     403   200    403    302
POST reading_mark             400      400       403     403   400    403    302
GET  exports                  200      200       403     403   200    403    302
POST exports                  422      422       403     403   422    403    302
GET  export_file              404      200       403     403   404    403    302
GET  themes                   200      200       403     403   200    403    302
GET  theme_new                200      200       403     403   403    403    302
POST theme_new                422      422       403     403   403    403    302
POST theme_merging            422      422       403     403   403    403    302
POST theme_looks              302      302       403     403   403    403    302
GET  nothing_said             200      200       403     403   200    403    302
GET  theme                    200      200       404     404   200    404    302
POST theme_status             422      422       404     404   403    404    302
POST theme_name               422      422       404     404   403    404    302
GET  theme_excerpts           200      200       404     404   403    404    302
POST theme_excerpts           404      404       404     404   403    404    302
POST theme_parts              422      422       404     404   403    404    302
POST theme_reply              422      422       404     404   403    404    302
POST excerpt_removal          302      302       403     403   403    403    302
GET  school_replies           200      200       200     200   200    200    302
POST reply_reading            302      302       302     302   302    302    302
GET  report                   200      200       200     200   200    200    302
GET  submission_report        200      200       200     200   200    200    302
GET  worksheet                200      200       200     200   200    200    302
GET  people                   200      403       200     403   403    403    302
GET  membership               200      403       403     403   403    403    302
POST membership               422      403       403     403   403    403    302
GET  leaving                  200      403       200     403   403    403    302
POST leaving                  422      403       422     403   403    403    302
GET  factors_reset            200      403       403     403   403    403    302
POST factors_reset            422      403       403     403   403    403    302
GET  unlinking                200      403       403     403   403    403    302
POST unlinking                422      403       403     403   403    403    302
GET  security                 200      403       403     403   403    403    302
POST security                 302      403       403     403   403    403    302
GET  invitations              200      403       200     403   403    403    302
GET  invitation_new           200      403       200     403   403    403    302
POST invitation_new           422      403       422     403   403    403    302
GET  invitations_table        200      403       403     403   403    403    302
POST invitations_table        422      403       403     403   403    403    302
GET  people_template          200      403       403     403   403    403    302
POST invitation_sendings      302      403       302     403   403    403    302
POST invitation_revocation    302      403       302     403   403    403    302
GET  api_clients              200      403       403     403   403    403    302
POST api_clients              422      403       403     403   403    403    302
GET  api_client               200      403       403     403   403    403    302
POST api_client               422      403       403     403   403    403    302
POST api_credential_revocation 302     403       403     403   403    403    302
GET  audit_log                200      403       403     403   403    403    302
GET  audit_file               200      403       403     403   403    403    302
GET  webhooks                 200      403       403     403   403    403    302
POST webhooks                 422      403       403     403   403    403    302
GET  webhook                  200      403       404     404   403    404    302
POST webhook                  422      403       404     404   403    404    302
POST webhook_state            302      403       404     404   403    404    302
POST webhook_secret           200      403       404     404   403    404    302
POST webhook_test             302      403       404     404   403    404    302
POST webhook_replays          422      403       404     404   403    404    302
POST webhook_removal          302      403       404     404   403    404    302
GET  webhook_delivery         200      403       404     404   403    404    302
POST webhook_replay           302      403       404     404   403    404    302
GET  sign_on                  200      403       403     403   403    403    302
POST sign_on                  422      403       403     403   403    403    302
GET  sign_on_provider         200      403       404     404   403    404    302
POST sign_on_provider         422      403       404     404   403    404    302
POST sign_on_state            302      403       404     404   403    404    302
POST sign_on_removal          302      403       404     404   403    404    302
POST sign_on_only             302      403       403     403   403    403    302
GET  api-me                   200      200       200     200   200    200    200
GET  api-schools              200      200       200     200   200    200    200
GET  api-school               200      200       200     200   200    200    200
GET  api-campaigns            200      200       200     200   200    200    200
GET  api-campaign             200      200       200     200   200    200    200
GET  api-cycles               200      200       200     200   200    200    200
GET  api-cycle                200      200       200     200   200    200    200
GET  api-cells                200      200       200     200   200    200    200
GET  api-reflections          200      200       200     200   200    200    200
GET  api-submissions          200      200       200     200   200    200    200
GET  api-changes              200      200       200     200   200    200    200
GET  api-dashboard            200      200       200     200   200    200    200
GET  api-submission           200      200       200     200   200    200    200
GET  api-commitments          200      200       200     200   200    200    200
GET  api-commitment           200      200       200     200   200    200    200
GET  api-comments             200      200       200     200   200    200    200
GET  api-comment              200      200       200     200   200    200    200
GET  api-themes               200      200       403     403   200    403    200
GET  api-theme                200      200       404     404   200    404    200
GET  api-excerpts             200      200       404     404   200    404    200
GET  api-exports              200      200       403     403   200    403    200
POST api-exports              422      422       403     403   422    403    422
GET  api-export               404      200       404     404   404    404    404
GET  api-export-file          404      200       404     404   404    404    404
GET  api-exported-rows        200      200       403     403   200    403    200
GET  api-webhooks             200      403       403     403   403    403    200
POST api-webhooks             422      403       403     403   403    403    422
GET  api-webhook              200      403       403     403   403    403    200
PATCH api-webhook             428      403       403     403   403    403    428
DELETE api-webhook            428      403       403     403   403    403    428
POST api-webhook-secrets      201      403       403     403   403    403    201
POST api-webhook-tests        202      403       403     403   403    403    202
POST api-webhook-replays      422      403       403     403   403    403    422
GET  api-webhook-deliveries   200      403       403     403   403    403    200
GET  api-webhook-delivery     200      403       403     403   403    403    200
POST api-delivery-replays     202      403       403     403   403    403    202
POST api-cycle                405      405       405     405   405    405    405
GET  api-cell                 200      200       200     200   200    200    200
PATCH api-cell                403      403       428     428   403    403    428
GET  api-reflection           200      200       200     200   200    200    200
PATCH api-reflection          403      403       428     428   403    403    428
GET  api-cycle-submission     200      200       200     200   200    200    200
PUT  api-cycle-submission     403      403       428     403   403    403    428
POST api-cycle-reopenings     422      422       422     403   403    403    422
POST api-commitments          403      403       422     422   403    403    422
PATCH api-commitment          403      403       428     428   403    403    428
POST api-comments             422      422       422     422   403    403    422
PATCH api-comment             428      428       428     428   403    403    428
"""
AT_THE_SCHOOL_NEXT_DOOR: Final = """
                             admin specialist principal team viewer reader program
GET  school                   200      200       404     404   200    404    302
GET  cycle                    200      200       404     404   200    404    302
GET  section                  200      200       404     404   200    404    302
POST section                  403      403       404     404   403    404    302
GET  part_2                   200      200       404     404   200    404    302
POST part_2                   403      403       404     404   403    404    302
GET  review                   200      200       404     404   200    404    302
POST cell                     403      403       404     404   403    404    302
POST reflection               403      403       404     404   403    404    302
POST submission               403      403       404     404   403    404    302
POST reopenings               302      302       404     404   403    404    302
POST quoting                  403      403       404     404   403    404    302
POST extensions               422      422       404     404   403    404    302
GET  commitments              200      200       404     404   200    404    302
GET  cell_commitments         403      403       404     404   403    404    302
POST cell_commitments         403      403       404     404   403    404    302
GET  commitment               403      403       404     404   403    404    302
POST commitment               403      403       404     404   403    404    302
POST commitment_status        403      403       404     404   403    404    302
POST comments                 422      422       404     404   403    404    302
POST comment_resolution       302      302       404     404   403    404    302
GET  meeting                  403      403       404     404   403    404    302
POST meeting                  403      403       404     404   403    404    302
GET  meeting_mine             403      403       404     404   403    404    302
GET  meeting_cell             403      403       404     404   403    404    302
POST meeting_cell             403      403       404     404   403    404    302
GET  meeting_voices           403      403       404     404   403    404    302
GET  meeting_now              403      403       404     404   403    404    302
POST cell_note                403      403       404     404   403    404    302
POST question_note            403      403       404     404   403    404    302
GET  cell_revisions           200      200       404     404   200    404    302
GET  reflection_revisions     200      200       404     404   200    404    302
GET  revision                 200      200       404     404   200    404    302
POST restoration              403      403       404     404   403    404    302
GET  handed_in                200      200       404     404   200    404    302
GET  reading_school           200      200       404     404   200    404    302
POST reading_mark             400      400       404     404   400    404    302
POST excerpt_removal          302      302       404     404   403    404    302
GET  school_replies           200      200       404     404   200    404    302
POST reply_reading            302      302       404     404   302    404    302
GET  report                   200      200       404     404   200    404    302
GET  submission_report        200      200       404     404   200    404    302
GET  worksheet                200      200       404     404   200    404    302
GET  membership               200      403       404     404   403    404    302
POST membership               422      403       404     404   403    404    302
GET  leaving                  200      403       404     404   403    404    302
POST leaving                  422      403       404     404   403    404    302
GET  factors_reset            200      403       404     404   403    404    302
POST factors_reset            422      403       404     404   403    404    302
GET  unlinking                200      403       404     404   403    404    302
POST unlinking                422      403       404     404   403    404    302
POST invitation_sendings      302      403       404     404   403    404    302
POST invitation_revocation    302      403       404     404   403    404    302
GET  api-school               200      200       404     404   200    404    200
GET  api-cycle                200      200       404     404   200    404    200
GET  api-submission           200      200       404     404   200    404    200
GET  api-commitment           200      200       404     404   200    404    200
GET  api-comment              200      200       404     404   200    404    200
GET  api-cell                 200      200       404     404   200    404    200
PATCH api-cell                403      403       404     404   403    404    428
GET  api-reflection           200      200       404     404   200    404    200
PATCH api-reflection          403      403       404     404   403    404    428
GET  api-cycle-submission     200      200       404     404   200    404    200
PUT  api-cycle-submission     403      403       404     404   403    404    428
POST api-cycle-reopenings     422      422       404     404   403    404    422
PATCH api-commitment          403      403       404     404   403    404    428
PATCH api-comment             428      428       404     404   403    404    428
"""
WITH_ONE_SCOPE: Final = """
                  roster:read cycles:read dashboards:read webhooks:read webhooks:write cycles:write
GET    api-me                  200         200         200         200         200         200
GET    api-schools             200         403         403         403         403         403
GET    api-school              200         403         403         403         403         403
GET    api-campaigns           403         200         403         403         403         200
GET    api-campaign            403         200         403         403         403         200
GET    api-cycles              403         200         403         403         403         200
GET    api-cycle               403         200         403         403         403         200
GET    api-cells               403         200         403         403         403         200
GET    api-reflections         403         200         403         403         403         200
GET    api-submissions         403         200         403         403         403         200
GET    api-submission          403         200         403         403         403         200
GET    api-commitments         403         200         403         403         403         200
GET    api-commitment          403         200         403         403         403         200
GET    api-comments            403         200         403         403         403         200
GET    api-comment             403         200         403         403         403         200
GET    api-themes              403         403         200         403         403         403
GET    api-theme               403         403         200         403         403         403
GET    api-excerpts            403         403         200         403         403         403
GET    api-exports             403         200         403         403         403         403
POST   api-exports             403         422         403         403         403         403
GET    api-export              404         404         404         404         404         404
GET    api-export-file         404         404         404         404         404         404
GET    api-exported-rows       403         200         403         403         403         403
GET    api-dashboard           403         403         200         403         403         403
GET    api-changes             200         200         200         403         403         200
GET    api-webhooks            403         403         403         200         200         403
POST   api-webhooks            403         403         403         403         422         403
GET    api-webhook             403         403         403         200         200         403
PATCH  api-webhook             403         403         403         403         428         403
DELETE api-webhook             403         403         403         403         428         403
POST   api-webhook-secrets     403         403         403         403         201         403
POST   api-webhook-tests       403         403         403         403         202         403
POST   api-webhook-replays     403         403         403         403         422         403
GET    api-webhook-deliveries    403         403         403         200         200         403
GET    api-webhook-delivery    403         403         403         200         200         403
POST   api-delivery-replays    403         403         403         403         202         403
GET    api-cell                403         200         403         403         403         200
PATCH  api-cell                403         403         403         403         403         428
GET    api-reflection          403         200         403         403         403         200
PATCH  api-reflection          403         403         403         403         403         428
GET    api-cycle-submission    403         200         403         403         403         200
PUT    api-cycle-submission    403         403         403         403         403         428
POST   api-cycle-reopenings    403         403         403         403         403         422
POST   api-commitments         403         403         403         403         403         422
PATCH  api-commitment          403         403         403         403         403         428
POST   api-comments            403         403         403         403         403         422
PATCH  api-comment             403         403         403         403         403         428
"""
OF_A_SCHOOL: Final = {
    *("school_id", "cycle_id", "commitment_id", "comment_id", "revision_id"),
    *("excerpt_id", "reply_id", "submission_id", "cell_id", "reflection_id"),
    *("membership_id", "invitation_id"),
}
ROUTES: Final = {route.name: route for route in district_routes()}

Line = tuple[str, str, list[int]]


def lines_of(table: str) -> tuple[list[str], list[Line]]:
    """The columns' names, and by line: method, address and statuses."""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    return head, [(method, name, [*map(int, statuses)]) for method, name, *statuses in rows]


def lines(table: str) -> Any:
    """A test for each line."""
    return pytest.mark.parametrize(
        "line", lines_of(table)[1], ids=lambda line: f"{line[0]} {line[1]}"
    )


@pytest.fixture(scope="module")
def everyone(ours: Side) -> list[Caller]:
    """In the order of the columns."""
    wide, school = ours.people, ours.desk.people
    people = [
        *(wide[Role.DISTRICT_ADMIN], wide[Role.SPECIALIST]),
        *(school[Role.PRINCIPAL], school[Role.TEAM_MEMBER]),
        *(wide[Role.VIEWER], school[Role.VIEWER]),
    ]
    return [*(signed_in(membership.user) for membership in people), with_key(ours.bearer)]


@pytest.fixture(scope="module")
def programs(ours: Side) -> list[Caller]:
    """One for each scope."""
    scopes = lines_of(WITH_ONE_SCOPE)[0]
    return [with_key(make_key(ours.district, (scope,))) for scope in scopes]


def test_the_table_has_a_line_for_every_address() -> None:
    named = {name for _method, name, _statuses in lines_of(AT_THEIR_OWN_SCHOOL)[1]}

    assert named == ROUTES.keys()


def test_the_table_has_a_line_next_door_for_every_address_of_a_school() -> None:
    named = {name for _method, name, _statuses in lines_of(AT_THE_SCHOOL_NEXT_DOOR)[1]}

    assert named == {route.name for route in ROUTES.values() if route.keywords & OF_A_SCHOOL}


def test_the_table_has_a_column_for_every_scope_and_a_line_for_all_of_the_api() -> None:
    head, rows = lines_of(WITH_ONE_SCOPE)

    assert sorted(head) == sorted(Scope.values)
    assert {row[1] for row in rows} == {name for name, route in ROUTES.items() if route.is_api}


@pytest.mark.parametrize("scope", Scope.values)
def test_no_scope_allows_what_no_address_of_the_api_does(scope: str, ours: Side) -> None:
    views = [route.view.cls for route in ROUTES.values() if route.is_api]
    asked = {view.action_of(method) for view in views for method in METHODS}
    program: ApiClient = ours.revoked.api_client
    program._with_scopes([scope])

    beyond = [action for action in Action if action not in asked and may(program, action)]

    assert beyond == []


@lines(AT_THEIR_OWN_SCHOOL)
def test_each_role_may_at_its_own_school(line: Line, ours: Side, everyone: list[Caller]) -> None:
    method, name, expected = line

    assert _statuses(everyone, method, ROUTES[name], ours.names) == expected


@lines(AT_THE_SCHOOL_NEXT_DOOR)
def test_each_role_may_at_the_school_next_door(
    line: Line, ours: Side, everyone: list[Caller]
) -> None:
    method, name, expected = line
    names = ours.names | ours.next_door.names

    assert _statuses(everyone, method, ROUTES[name], names) == expected


@lines(WITH_ONE_SCOPE)
def test_a_token_may_what_its_scope_says(line: Line, ours: Side, programs: list[Caller]) -> None:
    method, name, expected = line

    assert _statuses(programs, method, ROUTES[name], ours.names) == expected


def _statuses(callers: list[Caller], method: str, route: Route, names: Names) -> list[int]:
    """What each is told; what they send changes nothing, so that each finds the same."""
    body = _blank_forms().get(route.name) if method == "POST" else None
    return [caller.ask(method, route.filled(names), body).status for caller in callers]


def _blank_forms() -> dict[str, dict[str, Any]]:
    """What a form sends in which nothing was written: saves hold the version they are based on."""
    cells = [f"team.{area}" for area in ("beliefs", "practices", "systems")]
    questions = ("moved", "balance", "attention", "connection", "missed", "conditions", "focus")
    return {
        "theme_status": {"status": "accepted", "version": "", "name": "Anew"},
        "excerpt_removal": {"back": "1"},
        "campaign_new": {"message": ""},
        "section": {f"{code}-version": 1 for code in cells},
        "part_2": {f"{question}-version": 1 for question in questions},
        "cell": {f"{CELL}-version": 1},
        "reflection": {f"{QUESTION}-version": 1},
        "reopenings": {"reason": "Once more"},
        "commitment_status": {"status": "open"},
        "meeting_cell": {f"{CELL}-version": 1},
    }
