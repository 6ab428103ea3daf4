"""Those who knock at a district's addresses, and what they are told."""

import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import unified_diff
from functools import cached_property, lru_cache
from html import escape
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.canaries import PDF, words_in

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
_TOKEN = re.compile(
    rb'((?:name="(?:csrfmiddlewaretoken|asked_as)" value|data-server-clock)=")[^"]*'
)
# What differs from one answer to the next by itself.
_FLEETING: Final = {"Date", "Content-Length"}

Body = Mapping[str, Any]
Kept = TypeVar("Kept")


@dataclass(frozen=True, eq=False)
class Answer:
    """All that an answer tells. Its words are read once asked for: of a PDF, that is slow."""

    status: int
    headers: dict[str, str]
    read: Callable[[], str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and self._told == other._told

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def body(self) -> str:
        """What can be read in it."""
        return self.read()

    @property
    def wants_sign_in(self) -> bool:
        """Whether it only says: sign in first."""
        return self.status == 302 and "/accounts/login/" in self.headers["Location"]

    def mentions(self, word: str) -> bool:
        """Whether the word stands anywhere in it."""
        return word in f"{self.headers} {self.body}".lower()

    def differences(self, other: "Answer") -> list[str]:
        """The lines by which two answers can be told apart."""
        lines = [it.in_lines().splitlines() for it in (self, other)]
        return [*unified_diff(*lines, n=0, lineterm="")][2:]

    def in_lines(self) -> str:
        """All that it tells."""
        return "\n".join([str(self.status), *map(str, self.headers.items()), self.body])

    def without(self, *asked: Any) -> "Answer":
        """The same without what was asked for, which an answer may repeat."""
        headers = {name: _blank(value, asked) for name, value in self.headers.items()}
        return Answer(self.status, headers, lambda: _blank(self.body, asked))

    def to_keep(self) -> "Answer":
        """The same, and nothing of the response that it was read from."""
        words = self.body
        return Answer(self.status, self.headers, lambda: words)

    @property
    def _told(self) -> tuple[Any, ...]:
        return self.status, self.headers, self.body


@dataclass(frozen=True)
class Caller:
    """Someone who asks, by a session, by a key, or as nobody."""

    name: str
    client: Client
    known: dict[Hashable, Any] = field(default_factory=dict, compare=False)
    """What was asked once and is the same whichever locks hold."""

    def __str__(self) -> str:
        return self.name

    def once(self, key: Hashable, ask: Callable[[], Kept]) -> Kept:
        """What `ask` gave when this was asked for the first time."""
        if key not in self.known:
            self.known[key] = ask()
        kept: Kept = self.known[key]
        return kept

    def anew(self) -> "Caller":
        """The same, who has been told nothing yet."""
        client = Client()
        client.defaults = dict(self.client.defaults)
        client.cookies = deepcopy(self.client.cookies)
        return Caller(self.name, client)

    def ask(self, method: str, address: str, body: Body | None = None, **headers: str) -> Answer:
        """What they are told."""
        in_json = address.startswith("/api/")
        response = self.client.generic(
            method,
            address,
            _as_json(body) if in_json else urlencode(body or {}, doseq=True),
            content_type=JSON if in_json else FORM,
            headers=headers,
        )
        return _answer(response)


def _as_json(body: Body | None) -> str:
    return "" if body is None else json.dumps(body, default=str)


def nobody() -> Caller:
    """Someone who is not signed in."""
    return Caller("nobody", Client())


def signed_in(user: User) -> Caller:
    """A person in a browser."""
    client = Client()
    client.force_login(user)
    return Caller(str(user), client)


def with_key(value: str) -> Caller:
    """A program."""
    return Caller("a program", Client(headers={"Authorization": f"Bearer {value}"}))


def _answer(response: HttpResponse) -> Answer:
    headers = {k: v for k, v in response.headers.items() if k not in _FLEETING}
    # The first page that someone sees brings the cookie against forgeries along.
    headers["Set-Cookie"] = " ".join(sorted(set(response.cookies) - {"csrftoken"}))
    if response.streaming:
        streamed = b"".join(response).decode()
        return Answer(response.status_code, headers, lambda: streamed)
    return Answer(response.status_code, headers, lambda: _words(response))


def _words(response: HttpResponse) -> str:
    """What can be read in it: the bytes of a PDF are packed, and would hide every word."""
    kind = response.headers.get("Content-Type", "")
    if kind == PDF:
        return words_in(response.content, kind)
    return _TOKEN.sub(rb"\1", response.content).decode()


def _blank(text: str, asked: Iterable[Any]) -> str:
    """`text` without what was asked for, however it is written there."""
    for position, name in enumerate(asked):
        # A number may stand there for another reason.
        if not isinstance(name, int):
            for written in _ways_to_write(str(name)):
                text = text.replace(written, f"{{{position}}}")
    return text


@lru_cache(maxsize=10_000)
def _ways_to_write(name: str) -> frozenset[str]:
    return frozenset({name, escape(name), quote(name), quote(name, "")})
