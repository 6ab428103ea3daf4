"""At home nobody reads a word of another district, whatever they search and filter for.

As it is, and with either lock between districts alone.
"""

from typing import Final

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from tests import in_turn
from tests.architecture.callers import Answer, Caller
from tests.architecture.isolation import TELLS_OF_ITSELF, Secret, at_home
from tests.architecture.locks import BOTH, LOCKS, without_row_level_security
from tests.architecture.methods import methods_of
from tests.architecture.places import STRANGERS
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side
from tests.canaries import FRAGMENTS

ROUTES: Final = district_routes()


@pytest.mark.in_turn(23)
@pytest.mark.parametrize("locks", LOCKS, indirect=True)
@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_their_own_pages_say_nothing_of_ours(
    route: Route, who: str, locks: str, ours: Side, theirs: Side, principals: dict[str, Caller]
) -> None:
    secret = Secret.of_the_district(ours)

    assert at_home(principals[who], route, theirs.names, secret) == []


@pytest.mark.parametrize("locks", [BOTH], indirect=True)
@pytest.mark.parametrize("who", STRANGERS)
def test_their_own_pages_are_the_same_without_row_level_security(
    who: str, locks: str, theirs: Side, principals: dict[str, Caller]
) -> None:
    """No figure of ours is in theirs: figures have no word that gives them away."""
    readable = {it.name: it for it in ROUTES if "GET" in methods_of(it)}
    today = in_turn.only_due(who, sorted(readable.keys() - TELLS_OF_ITSELF), one_in=9)

    def seen() -> dict[str, Answer]:
        # Made of rows anew, both times.
        caches[FRAGMENTS].clear()
        return {
            name: principals[who].ask("GET", readable[name].filled(theirs.names)) for name in today
        }

    with time_machine.travel(timezone.now(), tick=False):
        seen()  # once, for what a session is told but once
        before = seen()
        with without_row_level_security():
            after = seen()

    assert {name for name in today if after[name] != before[name]} == set()
