"""At home nobody reads a word of another district, whatever they search and filter for.

As it is, and with either lock between districts alone.
"""

from typing import Final

import pytest

from tests.architecture.callers import Caller
from tests.architecture.isolation import Secret, at_home, seen_otherwise
from tests.architecture.locks import BOTH, LOCKS, without_row_level_security
from tests.architecture.places import STRANGERS
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side

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
    meanwhile = without_row_level_security()

    assert seen_otherwise(principals[who], theirs.names, meanwhile, one_in=9) == set()
