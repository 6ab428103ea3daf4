"""In their own district nobody finds anything of another one, whatever ids they send.

In the address, one by one and together; in the fields of a form or of a body in JSON; as it is, and
with either lock between districts alone.
"""

from typing import Final

import pytest
from django.urls import reverse

from tests.architecture.bodies import bodies
from tests.architecture.callers import Caller
from tests.architecture.isolation import WRITING, Secret, with_our_fields, with_our_ids
from tests.architecture.keeping import put_back
from tests.architecture.locks import LOCKS
from tests.architecture.methods import methods_of
from tests.architecture.places import STRANGERS
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side, fingerprint

ROUTES: Final = district_routes()
WITH_IDS: Final = [route for route in ROUTES if route.ids]
WRITTEN: Final = [route for route in ROUTES if WRITING & {*methods_of(route)}]

with_either_lock = pytest.mark.parametrize("locks", LOCKS, indirect=True)
every_stranger = pytest.mark.parametrize("who", STRANGERS)


@pytest.mark.in_turn(19)
@with_either_lock
@every_stranger
@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_in_the_address_ours_are_like_none(
    route: Route, who: str, locks: str, ours: Side, theirs: Side, principals: dict[str, Caller]
) -> None:
    secret = Secret.of_the_district(ours)

    assert with_our_ids(principals[who], route, theirs.names, secret) == []


@pytest.mark.in_turn(23)
@with_either_lock
@every_stranger
@pytest.mark.parametrize("route", WRITTEN, ids=str)
def test_in_a_body_ours_are_like_none(
    route: Route, who: str, locks: str, ours: Side, theirs: Side, principals: dict[str, Caller]
) -> None:
    secret = Secret.of_the_district(ours)

    assert with_our_fields(principals[who], route, theirs, secret) == []


@pytest.mark.in_turn(2)
@pytest.mark.parametrize(
    "route", [route for route in WITH_IDS if route.is_api and route.is_read], ids=str
)
def test_who_claims_to_hold_it_already_learns_nothing(
    route: Route, ours: Side, theirs: Side, principals: dict[str, Caller]
) -> None:
    program = principals["their program"]
    statuses = [
        program.ask("GET", route.filled(theirs.names | names), if_none_match="*").status
        for names in ({keyword: ours.names[keyword]} for keyword in route.ids)
    ]

    assert statuses == [404] * len(route.ids)


@pytest.mark.in_turn(3)
@with_either_lock
def test_what_they_write_at_home_touches_nothing_of_ours(
    locks: str, ours: Side, theirs: Side, principals: dict[str, Caller]
) -> None:
    stranger = principals["someone of two other districts"]
    before = fingerprint(ours.district), fingerprint(theirs.district)

    for route in ROUTES:
        stranger.ask("POST", route.filled(theirs.names), bodies(theirs).get(route.name))
    # What they were told of it is read here, lest it stands in the next answer.
    stranger.ask("GET", reverse("about"))

    after = fingerprint(ours.district), fingerprint(theirs.district)
    put_back()
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)
