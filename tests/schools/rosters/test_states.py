"""Which state gave out an id, and what time it is there."""

import pytest

from schools.models.district import known_time_zone
from schools.rosters.states import STATES, TIME_ZONES, state_of, usual_time_zone


def test_every_state_has_a_time_zone_and_no_other_place_has() -> None:
    assert sorted(TIME_ZONES) == sorted(STATES.values())


def test_no_state_is_named_twice() -> None:
    beside_the_states = ["AS", "BI", "DC", "GU", "MP", "PR", "VI"]

    assert len(set(STATES.values())) == len(STATES) == 50 + len(beside_the_states)


@pytest.mark.parametrize("zone", sorted(set(TIME_ZONES.values())))
def test_the_time_zone_is_one(zone: str) -> None:
    known_time_zone(zone)


@pytest.mark.parametrize(
    ("leaid", "state", "zone"),
    [
        ("0100005", "AL", "America/Chicago"),
        ("0400001", "AZ", "America/Phoenix"),
        ("1200390", "FL", "America/New_York"),
        ("4700001", "TN", "America/Chicago"),
        ("5310170", "WA", "America/Los_Angeles"),
        ("7200030", "PR", "America/Puerto_Rico"),
        ("9900001", "", ""),
    ],
)
def test_an_id_begins_with_its_state(leaid: str, state: str, zone: str) -> None:
    assert (state_of(leaid), usual_time_zone(state_of(leaid))) == (state, zone)
