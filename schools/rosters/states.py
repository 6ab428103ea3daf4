"""States by the first two digits of an NCES id, and the time zone that most of each lives in.

The digits are a state's FIPS code, with NCES's own 59 for the Bureau of Indian Education. They
are surer than a file's State column, which is the state of the office's mail: one of Florida's
districts receives its own in Texas. Where a state has several zones, the one with most people is
taken; a district in the other part is told its zone by whoever loads it.
"""

from typing import Final

_FIPS: Final = """
    01:AL 02:AK 04:AZ 05:AR 06:CA 08:CO 09:CT 10:DE 11:DC 12:FL 13:GA 15:HI 16:ID 17:IL 18:IN 19:IA
    20:KS 21:KY 22:LA 23:ME 24:MD 25:MA 26:MI 27:MN 28:MS 29:MO 30:MT 31:NE 32:NV 33:NH 34:NJ 35:NM
    36:NY 37:NC 38:ND 39:OH 40:OK 41:OR 42:PA 44:RI 45:SC 46:SD 47:TN 48:TX 49:UT 50:VT 51:VA 53:WA
    54:WV 55:WI 56:WY 59:BI 60:AS 66:GU 69:MP 72:PR 78:VI
"""
_ZONES: Final = {
    "America/New_York": "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "BI CO MT NM UT WY",
    "America/Boise": "ID",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
STATES: Final = {fips: state for fips, _, state in (p.partition(":") for p in _FIPS.split())}
TIME_ZONES: Final = {state: zone for zone, states in _ZONES.items() for state in states.split()}


def state_of(nces_id: str) -> str:
    """The two letters of the state that gave out `nces_id`; nothing when no state did."""
    return STATES.get(nces_id[:2], "")


def usual_time_zone(state: str) -> str:
    """The zone most of the state lives in; nothing for a state that is not known."""
    return TIME_ZONES.get(state, "")
