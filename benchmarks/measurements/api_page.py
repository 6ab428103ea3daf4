"""A page of 100 cycles with cells, reflections and commitments, against PostgreSQL's own JSON and
REST framework's serializers; a deep page against the first; a pull of what has changed; 304 against
an empty answer; ten years of cells at once against COPY, and what memory they take.

All go through the whole stack with a bearer key, and what is compared says the same.
"""

import json
import re
import subprocess
import sys
from datetime import datetime
from functools import partial
from http import HTTPStatus
from io import StringIO
from typing import Any
from uuid import uuid4

from django.core.management import call_command

from benchmarks.clock import Way, take_turns
from benchmarks.figures import Amount, Count, Figure
from benchmarks.loading import copying, tidy_up
from benchmarks.measurements.taking import copy_cells
from benchmarks.stack import Caller, with_key
from benchmarks.stage import Stage, statements
from schools.models import District, Scope

ROUNDS = 40
DEEP = 30
"""Of the 32 pages of complete cycles, this one is as full as the first."""

CHANGED = 10
"""So many cycles have changed since the last pull."""
EXPORTS = 5

Found = list[Figure | Count | Amount]

_COMMIT = """
    INSERT INTO assessments_commitment (id, district_id, school_id, cell_id, school_year, context,
        content_area, what, who, due_on, status, settled_on, version, made_at, updated_at)
    SELECT gen_random_uuid(), district_id, school_id, id, school_year, context, content_area,
        left(improvements, 120), 'The leadership team', updated_at::date + 90,
        CASE WHEN school_year = %(open)s THEN 'open' ELSE 'done' END,
        CASE WHEN school_year < %(open)s THEN updated_at::date + 60 END, 1, updated_at, updated_at
    FROM assessments_cell
    WHERE district_id = %(district)s AND content_area = 'beliefs' AND school_year <= %(open)s
"""


def measure(stage: Stage) -> Found:
    """The page, its depth, and its absence."""
    with copying() as connection:
        values = {"district": stage.large.pk, "open": stage.last_year}
        connection.execute(_COMMIT, values)
    tidy_up()
    key = _key(stage.large)
    caller = with_key(key)
    address = f"/api/v1/districts/{stage.large.slug}"
    return [
        *_page(caller, address),
        *_depth(caller, address),
        *_increment(caller, address),
        *_absence(caller, address),
        *_whole(stage, caller, address),
        *_weight(key, address),
    ]


def _page(caller: Caller, address: str) -> Found:
    ours = partial(caller.ask, f"{address}/cycles/?limit=100")
    passed_through = partial(caller.ask, f"{address}/benchmark/passed-through/")
    serialized = partial(caller.ask, f"{address}/benchmark/serialized/")
    said = [_results(way()) for way in (ours, passed_through, serialized)]
    if said[0] != said[1] or said[0] != said[2]:
        raise AssertionError("The three pages do not say the same.")
    page, bare, plain = take_turns(
        Way("API", ours),
        Way("json_agg passed through", passed_through),
        Way("ModelSerializer", serialized),
        rounds=ROUNDS,
    )
    what = f"API page of {len(said[0])} cycles, {len(ours()) / 1e6:.1f} MB"
    return [
        Figure(what, page, bare, target=1.3),
        Figure(what, page, plain, target=4, faster=True),
        Count(f"{what}: statements", statements(ours)),
    ]


def _depth(caller: Caller, address: str) -> Found:
    """With cells alone: Part 2 has a question more in the second year."""
    first = deep = f"{address}/cycles/?limit=100&include=cells"
    for _ in range(DEEP - 1):
        deep = json.loads(caller.ask(deep))["next"]
    page, front = take_turns(
        Way(f"page {DEEP}", partial(caller.ask, deep)),
        Way("the first page", partial(caller.ask, first)),
        rounds=ROUNDS,
    )
    return [Figure("API: a deep page", page, front, target=1.1)]


def _increment(caller: Caller, address: str) -> Found:
    """What a warehouse asks for every few minutes."""
    page = _last(caller, address)
    since = f"updated_after={page[-CHANGED]['updated_at']}"
    ours = partial(caller.ask, f"{address}/cycles/?{since}")
    passed_through = partial(caller.ask, f"{address}/benchmark/passed-through/?{since}")
    if _results(ours()) != _results(passed_through()):
        raise AssertionError("The two pulls do not say the same.")
    pull, bare = take_turns(
        Way("API", ours), Way("json_agg passed through", passed_through), rounds=ROUNDS
    )
    return [Figure(f"API: a pull of {len(_results(ours()))} changed cycles", pull, bare)]


def _last(caller: Caller, address: str) -> list[dict[str, Any]]:
    """The rows that were changed last."""
    page = json.loads(caller.ask(f"{address}/cycles/?limit=1000&include="))
    while page["next"]:
        page = json.loads(caller.ask(page["next"]))
    rows: list[dict[str, Any]] = page["results"]
    return rows


def _whole(stage: Stage, caller: Caller, address: str) -> Found:
    """From the request to the last byte; COPY leaves its rows in a file, too."""
    formats = ("csv", "ndjson")
    ways = [Way(kind, partial(caller.drain, f"{address}/exports/cells.{kind}")) for kind in formats]
    *timings, copied = take_turns(*ways, Way("COPY", partial(copy_cells, stage)), rounds=EXPORTS)
    rows = caller.header("ninefold-rows", f"{address}/exports/cells.csv")
    return [
        Figure(f"API: {int(rows):,} cells as {timing.name}", timing, copied, 0.4, faster=True)
        for timing in timings
    ]


def _weight(key: str, address: str) -> Found:
    found: Found = []
    for kind in ("csv", "ndjson", "parquet"):
        command = [
            sys.executable,
            "manage.py",
            "weigh_pull",
            key,
            f"{address}/exports/cells.{kind}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
        weighed = json.loads(done.stdout)
        what = f"API: {weighed['megabytes_sent']:.0f} MB of cells as {kind}: memory above idle"
        found.append(Amount(what, weighed["megabytes"], "MB", 150))
    return found


def _absence(caller: Caller, address: str) -> Found:
    cycle = json.loads(caller.ask(f"{address}/cycles/?limit=1"))["results"][0]["id"]
    one = f"{address}/cycles/{cycle}/"
    held = {"if-none-match": caller.header("etag", one)}
    known, nothing = take_turns(
        Way("304", partial(caller.ask, one, HTTPStatus.NOT_MODIFIED, **held)),
        Way("an empty answer", partial(caller.ask, f"{address}/benchmark/nothing/")),
        rounds=3 * ROUNDS,
    )
    return [Figure("API: 304 for a cycle", known, nothing, target=2)]


def _key(district: District) -> str:
    """A new client's bearer key, as the command prints it."""
    said = StringIO()
    call_command(
        "create_api_client",
        district=district.slug,
        name=str(uuid4()),
        scope=Scope.values,
        key_days=1,
        stdout=said,
        stderr=StringIO(),
    )
    found = re.search(r"bearer key: +(\S+)", said.getvalue())
    if not found:
        raise AssertionError(said.getvalue())
    return found[1]


def _results(body: bytes) -> list[dict[str, Any]]:
    """What a page says, whichever way it writes moments and what is not answered."""

    def alike(row: dict[str, Any]) -> dict[str, Any]:
        row.pop("position", None)
        for name, value in row.items():
            if name.endswith("_at") and value:
                row[name] = datetime.fromisoformat(value)
            elif name in ("reach", "offer", "disposition"):
                row[name] = value or None
        return row

    results: list[dict[str, Any]] = json.loads(body, object_hook=alike)["results"]
    return results
