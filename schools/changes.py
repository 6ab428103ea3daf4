"""The feed of changes: where it ends for now, how far back it goes, when it begins anew.

Its order is that of the transactions, and within one that of its changes. It is shown up to the
oldest transaction that is still under way: whatever is committed from then on comes after all that
was shown, however late, and whatever any clock says. ADR 13 has the proof.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThanOrEqual

from schools.models import Change

KEPT_FOR: Final = timedelta(days=90)
# Even if the database's clock was set back by so much, a full copy and the feed leave no gap.
CLOCK_SET_BACK: Final = timedelta(minutes=1)

_PLACE: Final = Tuple(F("transaction"), F("id"))
_WRITTEN: Final = re.compile(r"([0-9a-f]{8})-([0-7][0-9a-f]{15})-([0-7][0-9a-f]{15})", re.ASCII)
# Transactions of other databases of the same server do not concern us. One that nobody can name is
# taken for ours. During recovery, as on a replica, the server does not say which are under way.
_FEED_NOW: Final = """
    WITH this AS MATERIALIZED (SELECT pg_current_snapshot() AS moment),
    ours (number) AS (
        SELECT number::text::bigint FROM this, pg_snapshot_xip(moment) AS under_way (number)
        WHERE NOT EXISTS (
            SELECT FROM pg_stat_activity AS session
            WHERE session.backend_xid = number::xid
              AND session.datname <> current_database()
        )
        UNION ALL SELECT pg_current_xact_id_if_assigned()::text::bigint
    )
    SELECT
        left(md5(concat_ws(
            ' ', server.system_identifier, place.timeline_id, self.oid,
            'schools_change'::regclass::oid
        )), 8),
        CASE
            WHEN pg_is_in_recovery() THEN pg_snapshot_xmin(moment)::text::bigint
            ELSE coalesce(
                (SELECT min(number) FROM ours), pg_snapshot_xmax(moment)::text::bigint
            )
        END,
        CASE
            WHEN NOT pg_is_in_recovery() THEN pg_snapshot_xmax(moment)::text::bigint
        END
    FROM this, pg_control_system() AS server, pg_control_checkpoint() AS place, pg_database AS self
    WHERE self.datname = current_database()
"""


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """After a change of the feed: its transaction, and its number. Of one history only."""

    history: str
    transaction: int
    id: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The position that `written` made.

        Raises:
            ValueError: it could not have.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return cls(match[1], int(match[2], 16), int(match[3], 16))

    def written(self) -> str:
        """As a text; of two of one history, the later is the greater."""
        return f"{self.history}-{self.transaction:016x}-{self.id:016x}"


@dataclass(frozen=True, slots=True)
class Feed:
    """How the feed stands at a moment.

    `history` names what its numbers count: a database that was restored from a copy, or one that
    took over from another, goes on from an earlier moment, and counts anew.
    """

    history: str
    settled_before: int
    newest: int | None

    @classmethod
    def now(cls) -> Self:
        """As it stands now. Ask before reading changes."""
        with connection.cursor() as cursor:
            cursor.execute(_FEED_NOW)
            return cls(*cursor.fetchone())

    @property
    def beginning(self) -> Position:
        """Before every change."""
        return Position(self.history, 0, 0)

    @property
    def end(self) -> Position:
        """After every change that is settled, before every other."""
        return Position(self.history, self.settled_before, 0)

    def can_go_on(self, position: Position, district_id: UUID) -> bool:
        """Whether all that came after `position` is still there. Ask after reading it.

        It is not when that was forgotten, or never was in this history.
        """
        if position.history != self.history:
            return False
        if self.newest is not None and position.transaction > self.newest:
            return False
        forgotten = self._forgotten_until(district_id)
        return forgotten is None or position >= forgotten

    def before(self, moment: datetime, district_id: UUID) -> Position:
        """Before every change that was noted after `moment`, and before what is not settled.

        Lists show rows up to a moment, and hold back what is newer. Who begins here and then makes
        a full copy from the lists is told by the feed of whatever they held back.
        """
        noted_since = Change.objects.filter(
            district=district_id, changed_at__gt=moment - CLOCK_SET_BACK
        )
        first = noted_since.aggregate(first=Min("transaction"))["first"]
        return Position(self.history, min(self.settled_before, first or self.settled_before), 0)

    def after(self, position: Position, changes: QuerySet[Change]) -> QuerySet[Change]:
        """Those of `changes` that come after `position` and are settled, in their order.

        Transactions are numbered when they first write, not when they end: what one of a higher
        number wrote into a row, one of a lower number may have deleted afterwards. Then the
        deletion has been told, and what it overtook is left out.
        """
        overtaken = Change.objects.filter(
            district=OuterRef("district"),
            row_id=OuterRef("row_id"),
            operation=Change.Operation.DELETED,
            transaction__lt=OuterRef("transaction"),
            id__gt=OuterRef("id"),
        )
        after = TupleGreaterThan(_PLACE, (position.transaction, position.id))
        rows = changes.filter(after, ~Exists(overtaken), transaction__lt=self.settled_before)
        return rows.exclude(operation=Change.Operation.FORGOTTEN).order_by("transaction", "id")

    def _forgotten_until(self, district_id: UUID) -> Position | None:
        first = Change.objects.filter(district=district_id).order_by("transaction", "id").first()
        mark = (Change.Operation.FORGOTTEN, self.history)
        if first is None or (first.operation, first.code) != mark:
            return None
        return Position(self.history, first.transaction, first.id)


def forget_old_changes(district_id: UUID, *, now: datetime) -> None:
    """Remove the changes that are older than `KEPT_FOR`, and remember up to where."""
    feed = Feed.now()
    rows = Change.objects.filter(district=district_id)
    too_old = rows.filter(changed_at__lt=now - KEPT_FOR)
    last = (
        too_old.filter(transaction__lt=feed.settled_before)
        .exclude(operation=Change.Operation.FORGOTTEN)
        .order_by("-transaction", "-id")
        .first()
    )
    if last is None:
        return
    up_to_it = TupleLessThanOrEqual(_PLACE, (last.transaction, last.id))
    rows.filter(Q(changed_at__lt=now - KEPT_FOR) | Q(up_to_it)).delete()
    Change.objects.create(
        id=last.id,
        district_id=district_id,
        row_id=district_id,
        operation=Change.Operation.FORGOTTEN,
        code=feed.history,
        transaction=last.transaction,
        changed_at=last.changed_at,
    )
