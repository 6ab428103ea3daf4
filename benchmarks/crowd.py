"""Many people at their browsers at once: schools that hand in, specialists who watch."""

import html
import re
import secrets
import string
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg

EVERY = 2.0  # as often as the page asks
OK, NO_CONTENT, REDIRECT = 200, 204, 302
_ASKS_AGAIN = re.compile(r'id="figures" hx-get="([^"]*)"')
_SUBMITTED = re.compile(r'class="fresh"[^>]*>Computed [^<]*? from (\d+) submitted')
_TYPED = "The whole team sat with this once more before it went out."


class Browser:
    """One person's, signed in, with a connection that is kept."""

    def __init__(self, address: str, session: str) -> None:
        self._place = urlsplit(address).netloc
        self._token = "".join(secrets.choice(string.ascii_letters) for _ in range(32))
        self._headers = {"Host": "testserver", "Cookie": f"{session}; csrftoken={self._token}"}
        self._connection: HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, sent: dict[str, Any], **headers: str) -> tuple[int, str]:
        """Send a form; status and body."""
        body = urlencode(sent | {"csrfmiddlewaretoken": self._token})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, headers | kind)

    def close(self) -> None:
        """Leave."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str]:
        if self._connection is None:
            self._connection = HTTPConnection(self._place, timeout=60)
        try:
            self._connection.request(method, path, body, self._headers | headers)
            answer: HTTPResponse = self._connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, HTTPException):
            self.close()
            raise


@dataclass
class School:
    """One that corrects two cells and hands its cycle in; what came of it."""

    cycle_id: str
    cycle_address: str
    browser: Browser
    failures: list[str] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    submission: float = 0
    handed_in_at: float = 0

    def act(self) -> None:
        """Save twice, then submit."""
        try:
            for code in ("team.beliefs", "individual.systems"):
                self.saves.append(self._save(code))
            began = time.time()
            self._check(
                self.browser.post(f"{self.cycle_address}submission/", {"quoting": "never"}),
                REDIRECT,
            )
            self.handed_in_at = time.time()
            self.submission = self.handed_in_at - began
        except (OSError, HTTPException) as error:
            self.failures.append(repr(error))
        finally:
            self.browser.close()

    def _save(self, code: str) -> float:
        began = time.time()
        sent = {f"{code}-version": 3, f"{code}-improvements": _TYPED}
        address = f"{self.cycle_address}cells/{code.replace('.', '/')}/"
        self._check(self.browser.post(address, sent, **{"HX-Request": "true"}), OK)
        return time.time() - began

    def _check(self, answer: tuple[int, str], wanted: int) -> None:
        if answer[0] != wanted:
            self.failures.append(f"{answer[0]}: {answer[1][:200]}")


@dataclass
class Watcher:
    """An open dashboard, asking again as its page says; when it showed which snapshot."""

    path: str
    browser: Browser
    stop: threading.Event
    shown: list[tuple[float, datetime, int]] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Until told to stop."""
        address, headers = self.path, dict[str, str]()
        while not self.stop.is_set():
            began = time.time()
            try:
                status, body = self.browser.get(address, **headers)
            except (OSError, HTTPException) as error:
                self.failures.append(repr(error))
            else:
                took = time.time() - began
                if status == OK:
                    self.answers.append(took)
                    address = self._read(body)
                    headers = {"HX-Request": "true"}
                elif status == NO_CONTENT:
                    self.unchanged.append(took)
                else:
                    self.failures.append(f"{status}: {body[:200]}")
            self.stop.wait(EVERY)
        self.browser.close()

    def _read(self, body: str) -> str:
        asks_again, submitted = _ASKS_AGAIN.search(body), _SUBMITTED.search(body)
        if not asks_again or not submitted:
            raise AssertionError(f"No figures: {body[:500]}")
        address = html.unescape(asks_again[1])
        (stamp,) = parse_qs(urlsplit(address).query)["seen"]
        self.shown.append((time.time(), datetime.fromisoformat(stamp), int(submitted[1])))
        return address


@dataclass
class Record:
    """Which snapshots there were, and since when which cycle is in them."""

    database_url: str
    district_id: Any
    school_year: int
    stop: threading.Event
    snapshots: dict[datetime, int] = field(default_factory=dict)
    visible: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def keep(self) -> None:
        """Look ten times a second."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            while not self.stop.is_set():
                self._look(connection)
                self.stop.wait(0.1)

    def _look(self, connection: psycopg.Connection) -> None:
        which = (self.district_id, self.school_year)
        row = connection.execute(
            "SELECT computed_at FROM assessments_dashboardsnapshot"
            " WHERE district_id = %s AND school_year = %s",
            which,
        ).fetchone()
        if row is None or row[0] in self.snapshots:
            return
        seen = connection.execute(
            "SELECT computed_at, jsonb_path_query_array(heatmap, '$[*][0]'),"
            " (figures ->> 'submitted')::int FROM assessments_dashboardsnapshot"
            " WHERE district_id = %s AND school_year = %s",
            which,
        ).fetchone()
        if seen is None:
            return
        computed_at, cycles, submitted = seen
        self.snapshots[computed_at] = submitted
        for cycle in cycles:
            self.visible.setdefault(cycle, (time.time(), computed_at))


def delays(schools: Sequence[School], watchers: Sequence[Watcher], record: Record) -> list[float]:
    """For every school and open dashboard: from handed in to shown; inf when it never was."""
    found = []
    for watcher in watchers:
        for school in schools:
            stamp = record.visible.get(school.cycle_id, (0, None))[1]
            shown = (at for at, seen, _n in watcher.shown if stamp and seen >= stamp)
            found.append(next(shown, float("inf")) - school.handed_in_at)
    return found
