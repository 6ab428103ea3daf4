"""What a caller could learn about rows that are not theirs: each finding is a leak.

Whoever asks for something of ours must be told what they are told about something that there is
not, to the byte, must not find a word of ours in it, and must not have changed a row of ours.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

import time_machine
from django.core.cache import caches
from django.utils import timezone
from rest_framework.serializers import UUIDField

from schools.api.bodies import Sent
from tests import counting
from tests.architecture.bodies import bodies
from tests.architecture.callers import Answer, Caller
from tests.architecture.hearing import hearing
from tests.architecture.keeping import put_back
from tests.architecture.methods import methods_of
from tests.architecture.parameters import NAMING_FIELDS, NAMING_QUERIES, NAMING_QUERIES_OF_PAGES
from tests.architecture.routes import DISTRICT, Names, Route, district_routes
from tests.architecture.two_districts import NAMES_OF_NOTHING, Side, fingerprint
from tests.canaries import FRAGMENTS
from tests.in_turn import only_due

# To ask for it is noted in it, so that no two answers are alike.
TELLS_OF_ITSELF: Final = {"audit_file", "audit_log"}
_NOT_HERE: Final = {404, 405}
# Who may not do it anyway is told so before anything is looked for.
_REFUSED: Final = {403, *_NOT_HERE}

Findings = list[str]
WRITING: Final = {"POST", "PUT", "PATCH"}
_KEPT_NOWHERE: Final = "private, no-store"
# Enough for a page to read every parameter that it has.
_CHOSEN: Final = "choice=team&field=most_effort"


@dataclass(frozen=True)
class Secret:
    """What is ours alone: its names, the word in its rows, and what a form there would send."""

    side: Side
    names: Names
    word: str
    bodies: Mapping[str, Any]

    @classmethod
    def of_the_district(cls, side: Side) -> "Secret":
        """All of a district: nothing for people of another one."""
        return cls(side, side.names, side.word, bodies(side))

    @classmethod
    def of_the_school(cls, side: Side) -> "Secret":
        """The first school: nothing for people of the second one."""
        return cls(side, side.names, side.desk.word, bodies(side))


def at_our_address(caller: Caller, route: Route, ours: Secret) -> Findings:
    """What someone without a place in our district learns at its own addresses."""
    findings = []
    before = fingerprint(ours.side.district)
    for method in methods_of(route):
        there = _asked(caller, method, route, ours.names, ours)
        of_nothing = partial(_of_no_district, caller, method, route, ours)
        not_there = caller.once((method, route), of_nothing)
        findings += _told(f"{method} {route}", there, not_there, ours.word)
        if not (there.status in _NOT_HERE or there.status == 401 or there.wants_sign_in):
            findings.append(f"{method} {route}: {there.status}")
        _counted(caller, method, route, *route.ids)
    return findings + _changed(route, ours, before)


def with_our_ids(caller: Caller, route: Route, own: Names, ours: Secret) -> Findings:
    """What someone learns who puts our names, one by one and together, into their own addresses."""
    findings = []
    before = fingerprint(ours.side.district)
    for keywords in _taken_over(route, own, ours):
        for method in methods_of(route):
            there, not_there = (
                _asked(caller, method, route, {**own, **{k: names[k] for k in keywords}}, ours)
                for names in (ours.names, NAMES_OF_NOTHING)
            )
            findings += _told(f"{method} {route}", there, not_there, ours.word)
            if not (there.status in _REFUSED or there.wants_sign_in):
                findings.append(f"{method} {route}: {there.status}")
            _counted(caller, method, route, *keywords)
    return findings + _changed(route, ours, before)


def with_our_fields(caller: Caller, route: Route, own: Side, ours: Secret) -> Findings:
    """What someone learns who sends our ids from their own address, one field at a time."""
    findings = []
    rows = _Rows(own, ours.side)
    address, body = route.filled(own.names), bodies(own).get(route.name, {})
    for method in [method for method in methods_of(route) if method in WRITING]:
        read = partial(_fields_read, caller, method, address, body, rows)
        for field in caller.once((method, route, "fields"), read):
            keyword = NAMING_FIELDS[field]
            if own.names[keyword] == ours.names[keyword]:
                continue
            there, not_there = (
                _sent(caller, method, address, body, field, names[keyword], rows)
                for names in (ours.names, NAMES_OF_NOTHING)
            )
            findings += _told(f"{method} {route} {field}", there, not_there, ours.word)
            _counted(caller, method, route, f"{field} in a body")
    return findings


def at_home(caller: Caller, route: Route, own: Names, ours: Secret) -> Findings:
    """The words of ours that someone reads at their own address, and what its filters tell them."""
    address = route.filled(own)
    with hearing() as asked:
        answer = caller.ask("GET", address if route.is_api else f"{address}?{_CHOSEN}")
    findings = [f"GET {route}: says {ours.word}"] if answer.mentions(ours.word) else []
    if answer.headers.get("Cache-Control") != _KEPT_NOWHERE:
        findings.append(f"GET {route}: may stay in a cache")
    _counted(caller, "GET", route)
    known = NAMING_QUERIES if route.is_api else NAMING_QUERIES_OF_PAGES
    understood = route.parameters if route.is_api else asked.queries
    for parameter in sorted(known.keys() & understood):
        keyword = known[parameter]
        if ours.names[keyword] == own[keyword] or route.name in TELLS_OF_ITSELF:
            continue
        # What is counted anew says when: at one moment, both have to say the same.
        with time_machine.travel(timezone.now(), tick=False):
            there, not_there = (
                _queried(caller, address, f"{parameter}={names[keyword]}", names[keyword])
                for names in (ours.names, NAMES_OF_NOTHING)
            )
        findings += _told(f"GET {route}?{parameter}", there, not_there, ours.word)
        _counted(caller, "GET", route, f"{parameter} in a query")
    return findings


def seen_otherwise(
    caller: Caller, own: Names, meanwhile: AbstractContextManager[Any], *, one_in: int
) -> set[str]:
    """Which of today's pages at home tell someone something else once `meanwhile` has begun."""
    readable = {it.name: it for it in district_routes() if "GET" in methods_of(it)}
    today = only_due(caller.name, sorted(readable.keys() - TELLS_OF_ITSELF), one_in=one_in)

    def seen() -> dict[str, Answer]:
        # Made of rows anew, each time.
        caches[FRAGMENTS].clear()
        return {name: caller.ask("GET", readable[name].filled(own)) for name in today}

    with time_machine.travel(timezone.now(), tick=False):
        seen()  # once, for what a session is told but once
        before = seen()
        with meanwhile:
            after = seen()
    return {name for name in today if after[name] != before[name]}


@cache
def ids_in_json() -> frozenset[str]:
    """The names of all fields of the API's bodies that take an id."""
    return frozenset(_ids_of(Sent))


def _ids_of(shape: type[Sent]) -> Iterator[str]:
    for each in shape.__subclasses__():
        fields = each._declared_fields.items()
        yield from (name for name, field in fields if isinstance(field, UUIDField))
        yield from _ids_of(each)


def _taken_over(route: Route, own: Names, ours: Secret) -> list[list[str]]:
    differing = [name for name in route.ids if ours.names[name] != own[name]]
    return [*([name] for name in differing), *([differing] if len(differing) > 1 else [])]


def _asked(caller: Caller, method: str, route: Route, names: Names, ours: Secret) -> Answer:
    address = route.filled(names)
    answer = _send(caller, method, address, ours.bodies.get(route.name))
    return answer.without(address, *(names[keyword] for keyword in (DISTRICT, *route.ids)))


def _of_no_district(caller: Caller, method: str, route: Route, ours: Secret) -> Answer:
    """What they are told of a district that there is not: no lock has a part in that."""
    return _asked(caller, method, route, NAMES_OF_NOTHING, ours).to_keep()


def _send(caller: Caller, method: str, address: str, body: Mapping[str, Any] | None) -> Answer:
    # Whichever version of it there is: so that a write is refused for nothing but whose it is.
    held = {"if_match": "*"} if address.startswith("/api/") else {}
    return caller.ask(method, address, body, **held)


class _Rows:
    """What lies in someone's own district, and in ours."""

    def __init__(self, own: Side, ours: Side) -> None:
        self.own, self.ours = own.district, ours.district
        self._look()

    def _look(self) -> None:
        self.of_own, self.of_ours = fingerprint(self.own), fingerprint(self.ours)

    @contextmanager
    def put_back(self, what: str) -> Iterator[None]:
        """What `what` writes at home meanwhile is taken back; with us it must write nothing."""
        # What is written says when.
        with time_machine.travel(timezone.now(), tick=False):
            yield
        if self.own != self.ours:
            assert fingerprint(self.ours) == self.of_ours, f"{what}: ours has changed"
        if fingerprint(self.own) != self.of_own:
            put_back()
            self._look()


def _sent(
    caller: Caller,
    method: str,
    address: str,
    body: Mapping[str, Any],
    field: str,
    value: Any,
    rows: _Rows,
) -> Answer:
    """The answer, given once more from where they started."""
    sent = {**body, field: [value] if isinstance(body.get(field), list) else value}
    with rows.put_back(f"{method} {address} {field}"):
        answer = _send(caller, method, address, sent)
    return answer.without(address, value)


def _fields_read(
    caller: Caller, method: str, address: str, body: Mapping[str, Any], rows: _Rows
) -> list[str]:
    """The fields that name something, of those that are read there."""
    with hearing() as asked, rows.put_back(f"{method} {address}"):
        _send(caller, method, address, body)
    in_json = ids_in_json() if address.startswith("/api/") else set()
    return sorted(NAMING_FIELDS.keys() & (asked.fields | body.keys() | in_json))


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


def _changed(route: Route, ours: Secret, before: str) -> Findings:
    return [] if fingerprint(ours.side.district) == before else [f"{route}: something has changed"]


def _counted(caller: Caller, method: str, route: Route, *parameters: str) -> None:
    counting.add("cases")
    counting.saw("principals", caller.name)
    counting.saw("operations", f"{method} {route}")
    for parameter in parameters:
        counting.saw("parameters", f"{route} {parameter}")
