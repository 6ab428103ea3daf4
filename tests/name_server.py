"""Names that lead where a test wants, and elsewhere the next time that somebody looks them up."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

PUBLIC = ("8.8.8.8", "2606:4700:4700::1111")

_look_up = socket.getaddrinfo


@dataclass
class NameServer:
    """What one name's look-ups find, one after the other; the last one stays.

    It stands where the system's resolver does, for our code and for the library that connects. What
    is public leads to `there`, a port of this machine: no test calls the internet.
    """

    name: str
    there: int
    finds: list[list[str]]
    look_ups: int = 0
    called: list[str] = field(default_factory=list)

    def __call__(self, host: Any, port: Any, *how: Any, **named: Any) -> list[Any]:
        """As `socket.getaddrinfo`."""
        if host in PUBLIC:
            self.called.append(host)
            return _look_up("127.0.0.1", self.there, *how, **named)
        if host != self.name:
            return _look_up(host, port, *how, **named)
        if named.get("flags", 0) & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "This is a name, not a number.")
        self.look_ups += 1
        found = self.finds.pop(0) if len(self.finds) > 1 else self.finds[0]
        return [place for ip in found for place in _look_up(ip, port, *how, **named)]


@contextmanager
def name_server(name: str, there: int, *finds: list[str]) -> Iterator[NameServer]:
    """Asked by everyone in this process until the end of the block."""
    server = NameServer(name, there, list(finds))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", server)
        yield server
