"""What a caller could learn about rows that are not theirs: each finding is a leak.

Whoever asks for something of ours must be told what they are told about something that there is
not, to the byte, and must not find a word of ours in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import time_machine
from django.utils import timezone

from tests.architecture.bodies import bodies
from tests.architecture.callers import Answer, Caller
from tests.architecture.routes import DISTRICT, METHODS, Names, Route
from tests.architecture.two_districts import NAMES_OF_NOTHING, Side

# Query parameters whose values name something inside a district, and what fills them.
NAMING_QUERIES: Final = {
    "campaign": "campaign_id",
    "cycle": "cycle_id",
    "group": "word",
    "id": "school_id",
    "nces_schid": "nces_schid",
    "school": "school_id",
    "school_year": "school_year",
    "thread": "comment_id",
}
NAMING_QUERIES_OF_PAGES: Final = {"group": "word", "q": "word", "year": "school_year"}
# Query parameters whose values mean the same everywhere.
HARMLESS_QUERIES: Final = {
    *("at", "cell", "content_area", "context", "cursor", "include", "is_active", "level", "limit"),
    *("event_type", "is_resolved", "question", "resource", "school_level", "size", "source"),
    *("state", "status", "updated_after"),
}
HARMLESS_QUERIES_OF_PAGES: Final = {
    *("at", "cell", "choice", "compare", "disposition", "field", "heat", "level", "month", "order"),
    *("page", "question", "quiet", "role", "school_level", "schools", "seen", "size", "status"),
    *("timeliness", "who", "event", "about", "first_day", "last_day", "before"),
}
# To ask for it is noted in it, so that no two answers are alike.
TELLS_OF_ITSELF: Final = {"audit_file", "audit_log"}
_NOT_HERE: Final = {404, 405}

Findings = list[str]


@dataclass(frozen=True)
class Secret:
    """What is ours alone: its names, the word in its rows, and what a form there would send."""

    names: Names
    word: str
    bodies: Mapping[str, Any]

    @classmethod
    def of_the_district(cls, side: Side) -> "Secret":
        """All of a district: nothing for people of another one."""
        return cls(side.names, side.word, bodies(side))

    @classmethod
    def of_the_school(cls, side: Side) -> "Secret":
        """The first school: nothing for people of the second one."""
        return cls(side.names, side.desk.word, bodies(side))


def at_our_address(caller: Caller, route: Route, ours: Secret) -> Findings:
    """What someone without a place in our district learns at its own addresses."""
    findings = []
    for method in METHODS:
        there = _asked(caller, method, route, ours.names, ours)
        not_there = _asked(caller, method, route, NAMES_OF_NOTHING, ours)
        findings += _told(f"{method} {route}", there, not_there, ours.word)
        if not (there.status in _NOT_HERE or there.status == 401 or there.wants_sign_in):
            findings.append(f"{method} {route}: {there.status}")
    return findings


def with_our_ids(caller: Caller, route: Route, own: Names, ours: Secret) -> Findings:
    """What someone learns who puts our names, one by one and together, into their own addresses."""
    findings = []
    for keywords in _taken_over(route, own, ours):
        for method in METHODS:
            there, not_there = (
                _asked(caller, method, route, {**own, **{k: names[k] for k in keywords}}, ours)
                for names in (ours.names, NAMES_OF_NOTHING)
            )
            findings += _told(f"{method} {route}", there, not_there, ours.word)
            if there.status not in _NOT_HERE:
                findings.append(f"{method} {route}: {there.status}")
    return findings


def with_our_queries(caller: Caller, route: Route, own: Names, ours: Secret) -> Findings:
    """What someone learns who asks their own address for what is ours."""
    findings = []
    parameters = NAMING_QUERIES if route.is_api else NAMING_QUERIES_OF_PAGES
    for parameter, keyword in parameters.items():
        if ours.names[keyword] == own[keyword] or route.name in TELLS_OF_ITSELF:
            continue
        # What is counted anew says when: at one moment, both have to say the same.
        with time_machine.travel(timezone.now(), tick=False):
            there, not_there = (
                _queried(caller, route.filled(own), f"{parameter}={names[keyword]}", names[keyword])
                for names in (ours.names, NAMES_OF_NOTHING)
            )
        findings += _told(f"GET {route}?{parameter}", there, not_there, ours.word)
    return findings


def on_their_own_pages(caller: Caller, route: Route, own: Names, ours: Secret) -> Findings:
    """The words of ours that someone reads at their own addresses."""
    answer = caller.ask("GET", route.filled(own))
    return [f"GET {route}: says {ours.word}"] if answer.mentions(ours.word) else []


def _taken_over(route: Route, own: Names, ours: Secret) -> list[list[str]]:
    differing = [name for name in route.ids if ours.names[name] != own[name]]
    return [*([name] for name in differing), *([differing] if len(differing) > 1 else [])]


def _asked(caller: Caller, method: str, route: Route, names: Names, ours: Secret) -> Answer:
    address = route.filled(names)
    # Whichever version of it there is: so that a write is refused for nothing but whose it is.
    held = {"if_match": "*"} if route.is_api else {}
    answer = caller.ask(method, address, ours.bodies.get(route.name), **held)
    return answer.without(address, *(names[keyword] for keyword in (DISTRICT, *route.ids)))


def _queried(caller: Caller, address: str, query: str, value: Any) -> Answer:
    whole = f"{address}?{query}"
    return caller.ask("GET", whole).without(whole, query, value)


def _told(where: str, there: Answer, not_there: Answer, word: str) -> Findings:
    findings = []
    if there != not_there:
        findings.append(f"{where}: told apart, {there.differences(not_there)}")
    if there.mentions(word):
        findings.append(f"{where}: says {word}")
    return findings
