"""Sessions: how long they may last, which ones a person has, and an end to them.

This is the engine that `SESSION_ENGINE` names. What a session may do is asked when it is loaded, in
the one query that loads it: no page, no API and no admin sees a session that is over.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DBStore
from django.db import DatabaseError
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.devices import device_of
from accounts.models import Session, User

# Somebody's sessions were ended: `user`, `number`, and `by`, who is the person, an admin, or None.
sessions_ended = Signal()

FACTS: Final = "signed_in"
SHARED: Final = "on_a_shared_computer"
# That somebody is here is noted once in so long: requests stay cheap.
NOTED_EVERY: Final = timedelta(minutes=1)

_LOG = logging.getLogger(__name__)


class Kind(StrEnum):
    """What a session is trusted with."""

    ORDINARY = "ordinary"
    CAREFUL = "careful"
    """Of an operator or a district admin: what they may do reaches everyone in a district."""
    SHARED = "shared"
    """On a computer that others use: whoever sits down next must find nothing."""


@dataclass(frozen=True)
class Limits:
    """When a session is over: so long after the last click, and so long after signing in."""

    idle: timedelta
    whole: timedelta


LIMITS: Final = {
    # A cycle is written in bursts, over weeks.
    Kind.ORDINARY: Limits(idle=timedelta(days=14), whole=timedelta(days=30)),
    # A working day, and a lunch break.
    Kind.CAREFUL: Limits(idle=timedelta(hours=1), whole=timedelta(hours=12)),
    # A lesson.
    Kind.SHARED: Limits(idle=timedelta(minutes=20), whole=timedelta(hours=4)),
}


class SessionStore(DBStore):
    """Django's own, that knows whose a session is and when it is over."""

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table."""
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing once it is over."""
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        if row is None:
            return {}
        self.seen_at = row.seen_at
        held: dict[str, Any] = self.decode(row.session_data)
        if _is_over(held, row.seen_at):
            self.delete()
            self._session_key = None
            return {}
        return held

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row: a session that is saved has been seen."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        facts = data.get(FACTS) or {}
        self.seen_at = row.seen_at = timezone.now()
        if SESSION_KEY in data:
            row.user_id = UUID(data[SESSION_KEY])
        if facts:
            row.shown_as = UUID(facts["id"])
            row.started_at = datetime.fromtimestamp(facts["at"], UTC)
            row.address, row.device, row.kind = facts["address"], facts["device"], facts["kind"]
        return row


def begin(request: HttpRequest, *, careful: bool, address: str | None) -> None:
    """Somebody has just signed in: their session has its limits from now on.

    Args:
        careful: they are an operator or a district admin.
        address: where they ask from.
    """
    session = request.session
    is_shared = session.pop(SHARED, False)
    session[FACTS] = {
        "id": uuid7().hex,
        "at": timezone.now().timestamp(),
        "address": address,
        "device": device_of(request.META.get("HTTP_USER_AGENT", "")),
        "kind": Kind.SHARED if is_shared else Kind.CAREFUL if careful else Kind.ORDINARY,
    }
    settle_its_end(session)


def is_shared(session: Any) -> bool:
    """Whether its person has said that others use this computer."""
    facts = session.get(FACTS)
    return bool(facts) and facts["kind"] == Kind.SHARED


def be_careful(session: Any) -> None:
    """Its person has become an operator or a district admin meanwhile."""
    facts = session.get(FACTS)
    if facts and facts["kind"] == Kind.ORDINARY:
        session[FACTS] = facts | {"kind": Kind.CAREFUL}
        settle_its_end(session)


def settle_its_end(session: Any) -> None:
    """The cookie goes when the session does; on a shared computer, when the browser closes."""
    facts = session.get(FACTS)
    if not facts:
        return
    if facts["kind"] == Kind.SHARED:
        session.set_expiry(0)
    else:
        begun = datetime.fromtimestamp(facts["at"], UTC)
        session.set_expiry(begun + LIMITS[Kind(facts["kind"])].whole)


def note_seen(session: Any) -> None:
    """That its person is here, at most once in `NOTED_EVERY`; waits for nobody."""
    now = timezone.now()
    if session.seen_at is None or now - session.seen_at < NOTED_EVERY or SESSION_KEY not in session:
        return
    try:
        Session.objects.filter(pk=session.session_key).update(seen_at=now)
    except DatabaseError:
        _LOG.warning("That somebody is here could not be noted", exc_info=True)


def sessions_of(user: User) -> list[Session]:
    """Those that are not over, the one seen last first."""
    now = timezone.now()
    rows = Session.objects.filter(user=user, expire_date__gt=now).exclude(started_at=None)
    return [row for row in rows.order_by("-seen_at") if not _has_passed(row, now)]


def end(user: User, shown_as: UUID, *, by: User) -> bool:
    """End one session of the person's; whether there was such a one."""
    return _end([row for row in sessions_of(user) if row.shown_as == shown_as], user, by) > 0


def end_all(user: User, *, by: User | None, but: str | None = None) -> int:
    """End the person's sessions, all but that with the key `but`; how many there were."""
    return _end([row for row in sessions_of(user) if row.pk != but], user, by)


def _end(rows: Iterable[Session], user: User, by: User | None) -> int:
    keys = [row.pk for row in rows]
    Session.objects.filter(pk__in=keys).delete()
    if keys:
        sessions_ended.send(sender=Session, user=user, number=len(keys), by=by)
    return len(keys)


def _is_over(held: dict[str, Any], seen_at: datetime) -> bool:
    """Whether a limit has passed. Somebody who has never signed in has none but the cookie's."""
    if SESSION_KEY not in held:
        return False
    facts = held.get(FACTS)
    if not facts:
        return True
    begun = datetime.fromtimestamp(facts["at"], UTC)
    return _passed(LIMITS[Kind(facts["kind"])], begun, seen_at, timezone.now())


def _has_passed(row: Session, now: datetime) -> bool:
    begun = row.started_at or now
    return _passed(LIMITS[Kind(row.kind)], begun, row.seen_at, now)


def _passed(limits: Limits, begun: datetime, seen_at: datetime, now: datetime) -> bool:
    return now >= begun + limits.whole or now >= seen_at + limits.idle
