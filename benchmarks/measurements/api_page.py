"""A page of 100 cycles with cells and reflections, against PostgreSQL's own JSON and REST
framework's serializers; a deep page against the first; 304 against an empty answer.

All go through the whole stack with a bearer key, and the three pages say the same.
"""

import json
import re
from datetime import datetime
from functools import partial
from http import HTTPStatus
from io import StringIO
from typing import Any
from uuid import uuid4

from django.core.management import call_command

from benchmarks.clock import Way, take_turns
from benchmarks.figures import Count, Figure
from benchmarks.stack import Caller, with_key
from benchmarks.stage import Stage, statements
from schools.models import District, Scope

ROUNDS = 40
DEEP = 30
"""Of the 32 pages of complete cycles, this one is as full as the first."""

Found = list[Figure | Count]


def measure(stage: Stage) -> Found:
    """The page, its depth, and its absence."""
    caller = with_key(_key(stage.large))
    address = f"/api/v1/districts/{stage.large.slug}"
    return [*_page(caller, address), *_depth(caller, address), *_absence(caller, address)]


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
            elif name in ("reach", "offer"):
                row[name] = value or None
        return row

    results: list[dict[str, Any]] = json.loads(body, object_hook=alike)["results"]
    return results
