"""Every call that the product makes to an address that somebody typed. There is no other way out.

HTTPS to public addresses alone. The name is resolved once and every address that it has must be
public; the connection is made to that very address, so that a name which says something else a
moment later changes nothing. No redirect is followed, no proxy of the environment is asked, and
name, connection and answer have five seconds in all, however slowly they drip.
"""

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

PORTS: Final = frozenset({443, 8443})
LONGEST_ADDRESS: Final = 500
KEPT_BYTES: Final = 1_024
# Heads are short; whoever sends more of one is no receiver of ours.
MOST_BYTES: Final = 65_536

# RFC 1035, 2.3.4.
LONGEST_NAME: Final = 253
LONGEST_LABEL: Final = 63
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9.])?", re.IGNORECASE | re.ASCII)
_PRINTABLE: Final = re.compile(r"[!-\[\]-~]+", re.ASCII)  # ASCII without spaces and backslashes
# Public by the letter, and yet a way in: relays, tunnels and translators to IPv4, test networks.
_NOT_FOR_US: Final = tuple(
    map(
        ipaddress.ip_network,
        ("192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_UNICAST_6: Final = ipaddress.ip_network("2000::/3")

Place = tuple[Any, ...]
Reader = Callable[[http.client.HTTPResponse], bytes]


class NotReached(Exception):
    """Nothing came back that could be called an answer; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotAllowed(NotReached):
    """The address is none that may be called; nothing was sent."""

    def __init__(self, code: str = "address_not_allowed") -> None:
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Address:
    """An address that may be called, as far as its spelling goes."""

    host: str
    port: int
    path: str
    is_secure: bool

    @property
    def host_header(self) -> str:
        """As the header `Host` has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.is_secure else 80
        return host if self.port == usual else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the body, or its first bytes."""

    status: int
    retry_after: str
    body: bytes


def read_address(url: str) -> Address:
    """What `url` says, without asking anybody. Whether its name is public is seen when it is used.

    Raises:
        NotAllowed: it is no HTTPS address, or its host is a number that is not public.
    """
    if len(url) > LONGEST_ADDRESS or not _PRINTABLE.fullmatch(url):
        raise NotAllowed
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise NotAllowed from error
    is_ours = _is_loopback_of_a_test(host)
    is_secure = parts.scheme == "https"
    if "@" in parts.netloc or not (is_secure or (is_ours and parts.scheme == "http")):
        raise NotAllowed
    if port is None:
        port = 443 if is_secure else 80
    if not is_ours and (port not in PORTS or not _may_be_public(host)):
        raise NotAllowed
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(host, port, path, is_secure)


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send `body` there, once, and give what comes back.

    Raises:
        NotReached: the address may not be called, or no answer came in time.
    """
    return _called("POST", url, body, headers, _first_bytes)


def ask(url: str, *, body: bytes | None = None, headers: Mapping[str, str]) -> Answer:
    """Ask for what is there, or with a body for what comes of it; all of it, or nothing.

    Raises:
        NotReached: as `post`, and when the answer is too long or breaks off.
    """
    return _called("GET" if body is None else "POST", url, body or b"", headers, _whole)


def is_public(address: str) -> bool:
    """Whether an IP address, in any spelling of its own, is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        # Everything else that holds an IPv4 address (6to4, Teredo, NAT64, ::a.b.c.d) stays out.
        if ip not in _UNICAST_6:
            return False
    if any(ip in network for network in _NOT_FOR_US):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _called(method: str, url: str, body: bytes, headers: Mapping[str, str], read: Reader) -> Answer:
    clock = _Clock(settings.OUTGOING_SECONDS)
    address = read_address(url)
    request = _request(method, address, body, headers)
    try:
        with _connected(address, clock) as line:
            return _exchanged(line, method, request, clock, read)
    except ssl.SSLError as error:
        raise NotReached("timed_out" if clock.is_over else "tls_failed") from error
    except TimeoutError as error:
        raise NotReached("timed_out") from error
    except OSError as error:
        raise NotReached("connection_failed") from error


class _Clock:
    """How much of the time is left."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def left(self) -> float:
        """In seconds.

        Raises:
            TimeoutError: none.
        """
        if (left := self._ends - time.monotonic()) <= 0:
            raise TimeoutError
        return left


class _Line(io.RawIOBase):
    """A connection, read by the clock: each byte that drips in has what is left, no more."""

    def __init__(self, connection: socket.socket, clock: _Clock) -> None:
        self._connection, self._clock, self._bytes = connection, clock, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._clock.left())
        count = self._connection.recv_into(buffer)
        self._bytes += count
        if self._bytes > MOST_BYTES:
            raise http.client.HTTPException
        return count

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """As `HTTPResponse` asks a socket for it."""
        return io.BufferedReader(self)


def _is_loopback_of_a_test(host: str) -> bool:
    return host in settings.OUTGOING_LOOPBACK_HOSTS


def _may_be_public(host: str) -> bool:
    """Numbers must be public; names are asked later, but for those that never lead outside."""
    name = host.rstrip(".")
    with suppress(OSError, UnicodeError):
        # As the system reads numbers, too: 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1.
        found = socket.getaddrinfo(name, None, flags=socket.AI_NUMERICHOST)
        return all(is_public(str(place[4][0])) for place in found)
    labels = name.split(".")
    fits = len(name) <= LONGEST_NAME and all(0 < len(label) <= LONGEST_LABEL for label in labels)
    return bool(_NAME.fullmatch(host)) and len(labels) > 1 and fits


def _connected(address: Address, clock: _Clock) -> socket.socket:
    """A connection to one of the host's addresses, all of which are public."""
    places = _resolved(address, clock)
    failure: OSError = OSError("there is no address")
    for place in places:
        try:
            line = socket.create_connection(place[:2], timeout=clock.left())
        except OSError as error:
            failure = error
            continue
        return _secured(line, address, clock) if address.is_secure else line
    raise failure


def _resolved(address: Address, clock: _Clock) -> list[Place]:
    found: list[Any] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM))

    # The system's own patience with name servers is longer than ours.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(clock.left())
    if asking.is_alive():
        raise TimeoutError
    places: list[Place] = [entry[4] for entry in found]
    if not places:
        raise NotReached("name_not_found")
    if _is_loopback_of_a_test(address.host):
        if not all(ipaddress.ip_address(place[0]).is_loopback for place in places):
            raise NotAllowed
    elif not all(is_public(str(place[0])) for place in places):
        raise NotAllowed
    return places


def _secured(line: socket.socket, address: Address, clock: _Clock) -> socket.socket:
    context = ssl.create_default_context()
    try:
        line.settimeout(clock.left())
        return context.wrap_socket(line, server_hostname=address.host)
    except BaseException:
        line.close()
        raise


def _request(method: str, address: Address, body: bytes, headers: Mapping[str, str]) -> bytes:
    sent = {
        "Host": address.host_header,
        "User-Agent": "Ninefold",
        "Accept": "*/*",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **headers,
    }
    first = f"{method} {address.path} HTTP/1.1"
    lines = [first, *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _exchanged(
    line: socket.socket, method: str, request: bytes, clock: _Clock, read: Reader
) -> Answer:
    line.settimeout(clock.left())
    line.sendall(request)
    response = http.client.HTTPResponse(_Line(line, clock), method=method)  # type: ignore[arg-type]
    try:
        response.begin()
    except (http.client.HTTPException, ValueError) as error:
        code = "connection_failed" if isinstance(error, ConnectionError) else "not_understood"
        raise NotReached(code) from error
    return Answer(response.status, response.headers.get("Retry-After", ""), read(response))


def _first_bytes(response: http.client.HTTPResponse) -> bytes:
    """For the log. The status was said already: what does not come any more is not waited for."""
    kept = b""
    with suppress(OSError, http.client.HTTPException, ValueError):
        while len(kept) < KEPT_BYTES and (more := response.read1(KEPT_BYTES - len(kept))):
            kept += more
    return kept


def _whole(response: http.client.HTTPResponse) -> bytes:
    """All of it; the line itself ends what is too long."""
    try:
        return response.read()
    except (http.client.HTTPException, ValueError) as error:
        raise NotReached("not_understood") from error
