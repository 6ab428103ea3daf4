"""To everyone who has no place in it, a district does not exist.

Every route of the URLconf with a district in it is asked, by everyone of `places.py`, as it is and
with either lock between districts alone; a route whose gaps nobody has said how to fill fails this
(`test_sweep_is_whole.py` has more of this). Each day tries a part; `make test-isolation` all of it.
"""

from typing import Final

import pytest

from tests.architecture.callers import Caller
from tests.architecture.isolation import Secret, at_our_address
from tests.architecture.locks import LOCKS
from tests.architecture.places import OUTSIDERS, STRANGERS
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side

ROUTES: Final = district_routes()


@pytest.mark.in_turn(41)
@pytest.mark.parametrize("locks", LOCKS, indirect=True)
@pytest.mark.parametrize("who", [*STRANGERS, *OUTSIDERS])
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_our_district_does_not_exist_to(
    route: Route, who: str, locks: str, ours: Side, principals: dict[str, Caller]
) -> None:
    assert at_our_address(principals[who], route, Secret.of_the_district(ours)) == []
