"""The audit log of one district with a million entries: its page, its search, its file, its seals.

Against an empty page of the district. What is sought last is worst: nothing of it is there, so that
every entry has to be looked at.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from benchmarks.clock import Way, take_turns
from benchmarks.figures import Amount, Figure
from benchmarks.loading import tidy_up
from benchmarks.measurements.dashboard_page import asking_nothing
from benchmarks.stack import signed_in
from benchmarks.stage import Stage
from schools import audit_seals
from schools.models import AuditEntry, District, Membership, Role
from schools.tenancy import district_scope
from tests.factories import seat

ENTRIES: Final = 1_000_000
ROUNDS: Final = 9
# Over four years; 400 people, one of whom did little; 3,000 things.
_FILL: Final = """
    INSERT INTO schools_auditentry (district_id, at, event, actor_kind, actor, actor_name,
        object_kind, object_id, object_name, address, details)
    SELECT %(district)s, now() - interval '4 years' * (1 - n / %(entries)s::float),
        CASE WHEN n %% 5000 = 0 THEN 'person.left' WHEN n %% 3 = 0 THEN 'cycle.submitted'
             ELSE 'theme.decided' END,
        'person', md5((n %% 400)::text)::uuid,
        CASE WHEN n %% 100000 = 7 THEN 'Wilhelmina Quist' ELSE 'Person ' || n %% 400 END,
        'cycle', md5((n %% 3000)::text)::uuid, 'School ' || n %% 3000 || ', 2026–27',
        '192.0.2.7', jsonb_build_object('number', n %% 9)
    FROM generate_series(1, %(entries)s) n
"""
SEARCHES: Final = {
    "the latest": "",
    "by what, rare": "event=person.left",
    "by days, long ago": "last_day=2023-06-01",
    "by who, often": "who=person+17",
    "by who, rare": "who=wilhelmina",
    "by about, often": "about=school+17",
    "by who, nobody": "who=nobody+of+this+name",
    "by about, nothing": "about=nothing+of+this+name",
}


def measure(stage: Stage) -> list[Figure | Amount]:
    """Fill the log, ask for its pages in turns with an empty one, then seal, verify, take along."""
    district = stage.small
    admin = seat(district, Role.DISTRICT_ADMIN)
    found: list[Figure | Amount] = [
        _seconds("a million entries are written", lambda: _fill(district))
    ]
    tidy_up()
    ways = [Way(name, _asking(admin, query)) for name, query in SEARCHES.items()]
    *pages, empty = take_turns(*ways, Way("an empty page", asking_nothing(district)), rounds=ROUNDS)
    found += [Figure(f"audit log, {timing.name}", timing, empty) for timing in pages]
    return [
        *found,
        _seconds("a million entries are sealed", lambda: _inside(district, _seal)),
        _seconds("nothing new is sealed", lambda: _inside(district, _seal)),
        _seconds("a million entries are verified", lambda: _inside(district, _verify)),
        _seconds("a million entries as CSV", _taking(admin)),
    ]


def _seconds(what: str, run: Callable[[], Any]) -> Amount:
    began = time.perf_counter()
    run()
    return Amount(what, time.perf_counter() - began, "s")


def _fill(district: District) -> None:
    asked = {"district": district.pk, "entries": ENTRIES}
    with district_scope(district.pk), connection.cursor() as cursor:
        cursor.execute(_FILL, asked)


def _asking(admin: Membership, query: str) -> Callable[[], object]:
    return partial(signed_in(admin.user).ask, f"/d/{admin.district.slug}/audit/?{query}")


def _taking(admin: Membership) -> Callable[[], object]:
    return partial(signed_in(admin.user).drain, f"/d/{admin.district.slug}/audit/entries.csv")


def _inside(district: District, run: Callable[[District], Any]) -> None:
    with district_scope(district.pk):
        run(district)


def _seal(district: District) -> None:
    audit_seals.seal(district.pk)


def _verify(district: District) -> None:
    verified = audit_seals.verify(district.pk, now=timezone.now())
    # They were made with dates of other years, so that their seals come late.
    flaws = [each for each in verified.findings if each.code != audit_seals.LATE]
    if flaws or verified.entries < AuditEntry.objects.count() - 1:
        raise AssertionError(verified)
