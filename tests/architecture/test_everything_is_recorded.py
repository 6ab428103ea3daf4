"""The net under the audit log: whatever can be done in a district leaves an entry, or has a reason.

Every address that takes something is sent what does it, by each who may; what they did is undone
again, once it was seen whether the log has grown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from django.db import transaction

from schools.models import AuditEntry, Role
from schools.tenancy import district_scope
from tests.architecture.bodies import bodies
from tests.architecture.callers import Caller, signed_in, with_key
from tests.architecture.routes import Route, district_routes
from tests.architecture.test_role_table import AT_THEIR_OWN_SCHOOL, lines_of
from tests.architecture.two_districts import Side

_WORDS: Final = "words of a school or about it: their history keeps who, when and what"
_OWN: Final = "a person's own mark, which nobody else sees"
# What leaves no entry, each with its reason.
WITHOUT_AN_ENTRY: Final[dict[str, str]] = {
    **dict.fromkeys(("cell", "section", "reflection", "part_2", "restoration"), _WORDS),
    **dict.fromkeys(("meeting", "meeting_cell", "cell_note", "question_note"), _WORDS),
    **dict.fromkeys(("comments", "comment_resolution"), _WORDS),
    **dict.fromkeys(("cell_commitments", "commitment", "commitment_status"), _WORDS),
    **dict.fromkeys(("api-cell", "api-reflection"), _WORDS),
    **dict.fromkeys(("api-commitments", "api-commitment"), _WORDS),
    **dict.fromkeys(("api-comments", "api-comment"), _WORDS),
    **dict.fromkeys(("reading_mark", "reply_reading"), _OWN),
    "theme_looks": "asks the machine to look once more; decides nothing",
}
# What nobody can do to the rows as they stand here, each with the test that does it.
NOT_HERE: Final[dict[str, str]] = {}
SAFE: Final = {"GET", "HEAD", "OPTIONS", "TRACE"}
ROUTES: Final = {route.name: route for route in district_routes()}
UNSAFE: Final = [
    (method, ROUTES[name])
    for method, name, _statuses in lines_of(AT_THEIR_OWN_SCHOOL)[1]
    if method not in SAFE
]


@pytest.fixture(scope="module")
def those_who_may(ours: Side) -> list[Caller]:
    """Each may something that the others may not."""
    wide = ours.people
    people = (wide[Role.DISTRICT_ADMIN], wide[Role.SPECIALIST], ours.desk.people[Role.PRINCIPAL])
    return [*(signed_in(membership.user) for membership in people), with_key(ours.bearer)]


@pytest.mark.parametrize(("method", "route"), UNSAFE, ids=lambda it: str(it))
def test_what_is_done_stands_in_the_audit_log(
    method: str, route: Route, ours: Side, those_who_may: list[Caller]
) -> None:
    grown = [
        added
        for caller in those_who_may
        for status, added in [_done(caller, method, route, ours)]
        if status < 400
    ]

    if route.name in NOT_HERE:
        assert grown == []
    elif route.name in WITHOUT_AN_ENTRY:
        assert set(grown) == {0}
    else:
        assert (0 in grown, grown != []) == (False, True)


def test_the_reasons_are_for_addresses_that_are_there() -> None:
    there = {route.name for _method, route in UNSAFE}

    assert sorted((WITHOUT_AN_ENTRY.keys() | NOT_HERE.keys()) - there) == []


def _done(caller: Caller, method: str, route: Route, ours: Side) -> tuple[int, int]:
    """What the caller is told, and by how many entries the log has grown."""
    held = {"if_match": "*", "idempotency_key": "once"} if route.is_api else {}
    body = bodies(ours).get(route.name)
    with _undone():
        before = _entries(ours)
        answer = caller.ask(method, route.filled(ours.names), body, **held)
        return answer.status, _entries(ours) - before


def _entries(ours: Side) -> int:
    with district_scope(ours.district.pk):
        return AuditEntry.objects.filter(district=ours.district).count()


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
