"""The net under the audit log: whatever can be done in a district leaves an entry, or has a reason.

Every address that takes something is sent what does it, by each who may; what they did is undone
again, once it was seen whether the log has grown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.utils import timezone

from assessments.models import Theme
from schools.models import ApiCredential, Role, WebhookDelivery
from schools.tenancy import district_scope
from tests.architecture.bodies import bodies
from tests.architecture.callers import Caller, signed_in, with_key
from tests.architecture.routes import Names, Route, district_routes
from tests.architecture.test_role_table import AT_THEIR_OWN_SCHOOL, lines_of
from tests.architecture.two_districts import Side

_WORDS: Final = "words of a school or about it: their history keeps who, when and what"
_OWN: Final = "a person's own mark, which nobody else sees"
# What leaves no entry, each with its reason.
WITHOUT_AN_ENTRY: Final[dict[str, str]] = {
    **dict.fromkeys(("cell", "reflection"), _WORDS),
    **dict.fromkeys(("meeting_cell", "cell_note", "question_note"), _WORDS),
    **dict.fromkeys(("comments", "comment_resolution"), _WORDS),
    **dict.fromkeys(("cell_commitments", "commitment", "commitment_status"), _WORDS),
    **dict.fromkeys(("api-cell", "api-reflection"), _WORDS),
    **dict.fromkeys(("api-commitments", "api-commitment"), _WORDS),
    **dict.fromkeys(("api-comments", "api-comment"), _WORDS),
    **dict.fromkeys(("reading_mark", "reply_reading"), _OWN),
    "theme_looks": "asks the machine to look once more; decides nothing",
}
# What nobody can do to the rows as they stand here, each with the test that does it.
NOT_HERE: Final[dict[str, str]] = {
    **dict.fromkeys(("section", "part_2"), "several answers at once, each as its own address does"),
    "meeting": "there is one already; it holds no words and decides nothing",
    "restoration": "of a version that is old by now; it saves words as `cell` does",
    "sign_on_only": "for who came by the provider; tests/schools/sign_on/test_doors.py looks at it",
    "theme_parts": "takes a theme of several excerpts; `deciding.note` records all decisions",
}
# What does it, where the forms of the other nets are made to be harmless.
ASKED: Final[dict[str, dict[str, Any]]] = {
    "quoting": {"quoting": "unnamed"},
    "webhook_state": {"state": "paused"},
    "webhook_removal": {"sure": "1"},
    "sign_on_state": {"state": "on"},
    "sign_on_removal": {"sure": "1"},
}
SAFE: Final = {"GET", "HEAD", "OPTIONS", "TRACE"}
ROUTES: Final = {route.name: route for route in district_routes()}
UNSAFE: Final = [
    (method, ROUTES[name])
    for method, name, statuses in lines_of(AT_THEIR_OWN_SCHOOL)[1]
    if method not in SAFE and set(statuses) != {405}
]


_WRITTEN: Final = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""
LOG: Final = "schools_auditentry"
# What is written whatever is done.
BESIDES: Final = {"accounts_session", "schools_keptanswer", "schools_apicredential"}


@dataclass(frozen=True)
class Tried:
    """What came of it."""

    status: int
    written: dict[str, int]

    @property
    def did_something(self) -> bool:
        """Whether it was done; what was written for a refusal is undone."""
        return self.status < 400 and bool(self.written.keys() - BESIDES)

    @property
    def entries(self) -> int:
        """By how many entries the log has grown."""
        return self.written.get(LOG, 0)


@pytest.fixture(scope="module")
def those_who_may(ours: Side) -> list[Caller]:
    """Each may something that the others may not; the last one sits next door."""
    wide = ours.people
    people = (wide[Role.DISTRICT_ADMIN], wide[Role.SPECIALIST], ours.desk.people[Role.PRINCIPAL])
    neighbour = signed_in(ours.next_door.people[Role.PRINCIPAL].user)
    callers = [signed_in(membership.user) for membership in people]
    return [*callers, with_key(ours.bearer), neighbour]


@pytest.fixture(scope="module")
def good_credential(ours: Side) -> ApiCredential:
    """One that can be revoked; and what was not delivered can be told once more."""
    with district_scope(ours.district.pk):
        failed = WebhookDelivery.State.FAILED
        WebhookDelivery.objects.update(state=failed, settled_at=timezone.now())
    client = ours.revoked.api_client
    found = ApiCredential.objects.filter(api_client=client, revoked_at=None).first()
    assert found is not None
    return found


@pytest.mark.parametrize(("method", "route"), UNSAFE, ids=lambda it: str(it))
def test_what_is_done_stands_in_the_audit_log(
    method: str,
    route: Route,
    ours: Side,
    those_who_may: list[Caller],
    good_credential: ApiCredential,
) -> None:
    own = ours.names | {"api_credential_id": good_credential.pk}
    next_door = own | ours.next_door.names
    *at_home, neighbour = those_who_may
    tries = [_tried(caller, method, route, ours, own) for caller in at_home]
    tries.append(_tried(neighbour, method, route, ours, next_door))
    recorded = {each.entries > 0 for each in tries if each.did_something}

    if route.name in NOT_HERE:
        assert recorded == set()
    else:
        assert recorded == {route.name not in WITHOUT_AN_ENTRY}


def test_the_reasons_are_for_addresses_that_are_there() -> None:
    there = {route.name for _method, route in UNSAFE}

    assert sorted((WITHOUT_AN_ENTRY.keys() | NOT_HERE.keys()) - there) == []


def _tried(caller: Caller, method: str, route: Route, ours: Side, names: Names) -> Tried:
    held = {"if_match": "*", "idempotency_key": "once"} if route.is_api else {}
    body = None if method == "DELETE" else _body(route, ours)
    with _undone():
        before = _written()
        answer = caller.ask(method, route.filled(names), body, **held)
        now = _written()
        grown = {table: rows - before.get(table, 0) for table, rows in now.items()}
        return Tried(answer.status, {table: rows for table, rows in grown.items() if rows})


def _body(route: Route, ours: Side) -> dict[str, Any] | None:
    """What does it, based on what is stored by now."""
    body = ASKED.get(route.name) or bodies(ours).get(route.name)
    if not body or not route.name.startswith("theme_") or "version" not in body:
        return body
    with district_scope(ours.district.pk):
        version = Theme.objects.get(pk=ours.desk.theme.pk).version
    return body if route.name == "theme_reply" else body | {"version": version}


def _written() -> dict[str, int]:
    """How many rows of each table this connection has written, up to now."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return dict(cursor.fetchall())


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
