"""At home nobody reads a word of another district, whatever they search and filter for.

As it is, and with either lock between districts alone.
"""

from typing import Final

import pytest

from tests.architecture.callers import Caller
from tests.architecture.isolation import Secret, at_home
from tests.architecture.locks import LOCKS
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
