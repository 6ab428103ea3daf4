"""A mail server of a test's own: real SMTP on loopback, which can refuse, stall or be away."""

import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from config.services.ports import LOOPBACK


@dataclass
class MailServer:
    """What it got, and how it shall behave."""

    port: int = 0
    replies: dict[str, list[str]] = field(default_factory=dict)
    """By recipient: what RCPT is answered with, one after the other; the last one stays."""
    seconds: float = 0
    """How long it thinks about a mail before it takes it."""
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As EMAIL_URL."""
        return f"smtp://{LOOPBACK}:{self.port}"

    @property
    def by_person(self) -> dict[str, list[EmailMessage]]:
        """The mails of each address, in the order in which they came."""
        found: dict[str, list[EmailMessage]] = {}
        for mail in list(self.mails):
            found.setdefault(mail["To"], []).append(mail)
        return found

    @property
    def times_by_message_id(self) -> Counter[str]:
        """How often each mail was taken."""
        return Counter(mail["Message-ID"] for mail in list(self.mails))

    def answer_to(self, recipient: str) -> str:
        """What RCPT is answered with this time."""
        waiting = self.replies.get(recipient, [])
        if len(waiting) > 1:
            return waiting.pop(0)
        return waiting[0] if waiting else "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Running until the end of the block."""
    state = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _speak(self, state)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server((LOOPBACK, 0), Handler) as server:
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The text of a mail, or its HTML."""
    part = mail.get_body((kind,))
    assert part is not None
    words: str = part.get_content()
    return words


def _speak(handler: socketserver.StreamRequestHandler, state: MailServer) -> None:
    def say(line: str) -> None:
        handler.wfile.write(f"{line}\r\n".encode())

    try:
        say("220 ready")
        while line := handler.rfile.readline():
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb == "RCPT":
                say(state.answer_to(command.partition("<")[2].partition(">")[0]))
            elif verb == "DATA":
                say("354 go on")
                # Taken only once the last dot has come; who dies before it has sent nothing.
                content = _content(handler)
                if content is None:
                    return
                time.sleep(state.seconds)
                state.mails.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 OK")
    except OSError:
        return


def _content(handler: socketserver.StreamRequestHandler) -> bytes | None:
    lines = []
    while line := handler.rfile.readline():
        if line == b".\r\n":
            head, _, body = b"".join(lines).replace(b"\r\n", b"\n").partition(b"\n\n")
            return head.replace(b"\n ", b" ") + b"\n\n" + body
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    return None
