"""An address takes the methods that it is made for, and says so to every other: 405.

Which ones, the table of the roles says for a district's pages.
"""

from typing import Final
from uuid import UUID

import pytest

from schools.models import Role
from tests.architecture.callers import Caller, signed_in
from tests.architecture.routes import METHODS, Route, all_routes
from tests.architecture.test_role_table import AT_THEIR_OWN_SCHOOL, lines_of
from tests.architecture.two_districts import Side

OUTSIDE: Final = {
    "home": {"GET"},
    "about": {"GET"},
    "health": {"GET"},
    "districts": {"GET", "POST"},
    "break_glass": {"GET", "POST"},
    "break_glass_end": {"POST"},
    "invitation": {"GET", "POST"},
    "sign_in": {"GET"},
    "sign_in_at": {"GET"},
    "sign_in_back": {"GET", "POST"},
    "sign_in_with": {"GET"},
    "sign_in_confirmation": {"GET", "POST"},
    "mail_choices": {"GET", "POST"},
    "mail_choices_by_token": {"GET", "POST"},
    "mail_address": {"POST"},
    "account": {"GET", "POST"},
    "second_factor": {"GET"},
    "still_you": {"GET"},
    "sessions": {"GET"},
    "session_end": {"POST"},
    "sessions_end": {"POST"},
    "mfa_login_webauthn": {"GET", "POST"},
    "mfa_remove_webauthn": {"GET", "POST"},
}
OUR_CODE: Final = ("accounts.", "assessments.", "config.", "schools.")
# Django and its REST framework answer for theirs.
NOT_OURS: Final = ("admin/", "api/")
PAGES: Final = [
    route
    for route in all_routes()
    if route.view.__module__.startswith(OUR_CODE) and not route.pattern.startswith(NOT_OURS)
]


@pytest.fixture(scope="module")
def principal(ours: Side) -> Caller:
    """Someone who finds all these addresses, and may write."""
    return signed_in(ours.desk.people[Role.PRINCIPAL].user)


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_a_method_that_is_not_for_this_address_is_refused(
    route: Route, ours: Side, principal: Caller
) -> None:
    nobody_s = {"token": "of-nobody", "where": "nowhere", "pk": "1", "session_id": str(UUID(int=7))}
    address = route.filled(ours.names | nobody_s)
    others = set(METHODS) - _methods_of(route.name)

    statuses = {method: principal.ask(method, address).status for method in others}

    assert statuses == dict.fromkeys(others, 405)


def _methods_of(name: str) -> set[str]:
    lines = lines_of(AT_THEIR_OWN_SCHOOL)[1]
    methods = {line[0] for line in lines if line[1] == name} or OUTSIDE[name]
    return methods | {"HEAD"} if "GET" in methods else methods
