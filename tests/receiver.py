"""A receiver of webhooks of a test's own: real HTTP on loopback, behaving as it is told."""

import base64
import hashlib
import hmac
import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.services.ports import LOOPBACK

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    """An answer of that status."""
    lines = [f"HTTP/1.1 {code} So", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class Message:
    """What came in."""

    head: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """By which repetitions are told."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        """The payload."""
        return json.loads(self.body)

    def is_signed_by(self, secret: str) -> bool:
        """As Standard Webhooks tells receivers to find out."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """What it got, and how it shall behave: one answer after the other, the last one stays.

    An answer is bytes, sent as they are; a number of seconds to say nothing; "reset" to break off;
    "drip" to send a byte now and then for ever; "flood" to send without end.
    """

    port: int = 0
    scheme: str = "http"
    answers: list[bytes | float | str] = field(default_factory=lambda: [OK])
    messages: list[Message] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        host = LOOPBACK if self.scheme == "http" else "localhost"
        return f"{self.scheme}://{host}:{self.port}/hook"

    def next_answer(self) -> bytes | float | str:
        """What comes now."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """Running until the end of the block; with a certificate (and its key) by TLS."""
    state = Receiver(scheme="https" if certificate else "http")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            state.connections += 1
            with suppress(OSError), _secured(self.request, certificate) as line:
                _answer(line, state)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False
        request_queue_size = 50

    with Server((LOOPBACK, 0), Handler) as server:
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()


def _secured(line: socket.socket, certificate: Path | None) -> socket.socket:
    if certificate is None:
        return line
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    try:
        return context.wrap_socket(line, server_side=True)
    finally:
        line.close()


def _answer(line: socket.socket, state: Receiver) -> None:
    message = _read(line)
    if message is None:
        return
    state.messages.append(message)
    answer = state.next_answer()
    if isinstance(answer, bytes):
        line.sendall(answer)
    elif isinstance(answer, float):
        time.sleep(answer)
    else:
        _misbehave(line, answer)


def _misbehave(line: socket.socket, how: str) -> None:
    if how == "reset":
        # Closing at once with something unread resets the connection.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()
    elif how == "drip":
        for byte in b"HTTP/1.1 200 OK and so on, for ever and ever":
            line.sendall(bytes([byte]))
            time.sleep(0.05)
    elif how == "flood":
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")
        while True:
            line.sendall(b"<b>more</b>" * 1_000)


def _read(line: socket.socket) -> Message | None:
    received = b""
    while b"\r\n\r\n" not in received:
        if not (more := line.recv(65_536)):
            return None
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
    while len(body) < int(headers["content-length"]):
        body += line.recv(65_536)
    return Message(first, headers, body)
