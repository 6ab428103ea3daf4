"""Asks a small district for everything that the OpenAPI document knows, and tidies the answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import yaml
from django.test import Client

from assessments import comments, commitments, workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Cell, Reflection
from assessments.tasks import run_errand
from schools.api_clients import Kind, Wish, issue, new_api_client
from schools.models import District, Role, Scope
from schools.models.webhook import WebhookAttempt
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.api_examples import SENT
from tests.assessments.theming import suggestion
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted
from tests.reading import SITE, Reader
from tests.running import ROOT
from tests.snippets import PLACE

Recorded = dict[str, Any]
LONGEST_LIST: Final = 2
LISTED: Final = (
    *("schools", "campaigns", "cycles", "cells", "reflections", "commitments", "comments"),
    *("submissions", "themes", "exports", "webhooks"),
)
SCHOOL_YEAR: Final = 2027
MOMENT: Final = datetime(2026, 10, 19, 15, 40, 2, 118350, tzinfo=UTC)

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PLACE_IN_FEED: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{16}-[0-9a-f]{16}")
_PAGE: Final = re.compile(r"cursor=[^&\"]+~[^&\"]+")
_ANY: Final = re.compile("|".join(each.pattern for each in (_UUID, _PLACE_IN_FEED, _MOMENT, _DATE)))
_SECRET: Final = re.compile(r"whsec_[\w+/=-]+")


def make_riverbend() -> tuple[District, Reader]:
    """A district in which everything is there at least once, and a program that may do all."""
    district = make_district("Riverbend Unified", slug="riverbend-unified", nces_leaid="0100005")
    school = {"nces_schid": "010000500870", "students": 431, "city": "Riverbend", "group": "North"}
    lincoln = make_school(
        district,
        "Lincoln Elementary",
        low_grade="KG",
        high_grade="05",
        level="elementary",
        **school,
    )
    principal = seat(district, Role.PRINCIPAL, lincoln)
    specialist = seat(district, Role.SPECIALIST)
    admin = seat(district, Role.DISTRICT_ADMIN)
    make_school(district, "Garfield Middle", nces_schid="010000500871", level="middle")
    year = district.this_school_year
    campaigns = [make_campaign(district, year - 1), make_campaign(district, year)]
    last, cycle = [submitted(cycle_of(lincoln, each), principal) for each in campaigns]
    suggestion("Time to meet", [last, cycle], "About")
    with district_scope(district.pk):
        workflow.reopen_cycle(cycle, by=specialist, reason="One more question came up.")
        Cell.objects.filter(cycle=cycle).update(
            opportunities="We meet every week, and read what students wrote.",
            improvements="Bring in the teachers of the evening programs.",
        )
        Reflection.objects.filter(cycle=cycle).update(text="Most of it happens in teams.")
        cell = cycle.cells.in_order()[0]
        commitments.make_commitment(
            cell, by=principal, what="Meet once a month", who="All teams", due_on=district.today()
        )
        comments.write_comment(cycle, by=specialist, text="Who is in it?", code="team.beliefs")
        for each in (year - 1, year):
            refresh_snapshot(district.pk, each)
        webhook, _secret = managing.make_webhook(
            by=admin,
            url="https://hooks.example.org/ninefold",
            event_types=["cycle.submitted"],
        )
        delivery = managing.send_test(webhook, by=admin)
        WebhookAttempt.objects.create(
            district=district, delivery=delivery, number=1, at=delivery.created_at,
            outcome=WebhookAttempt.Outcome.REFUSED, milliseconds=84, status=503, answer="Busy",
        )  # fmt: skip
        api_client = new_api_client(district, "Warehouse")
        key = issue(api_client, Wish(Kind.KEY, list(Scope.values), 180)).secret
    return district, Reader(district, Client(headers={"Authorization": f"Bearer {key}"}))


def record(district: District, reader: Reader) -> Recorded:
    """What every operation of the committed document is sent and answers, by operationId."""
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
    _take_a_file(district, reader)
    recording = _Recording(reader, _ids(district, reader))
    recorded = {
        operation["operationId"]: recording.of(method, address, operation)
        for method, address, operation in _in_order(document)
    }
    return _Tidy(district, recorded).tidy(recorded)


def paths(value: Any, at: str = "") -> set[str]:
    """Where in `value` something stands: what a list holds counts as one."""
    if isinstance(value, dict):
        return {path for name, inner in value.items() for path in paths(inner, f"{at}/{name}")}
    if isinstance(value, list):
        return {path for inner in value for path in paths(inner, f"{at}/*")} or {f"{at}/*"}
    return {at}


def _take_a_file(district: District, reader: Reader) -> None:
    wish = {"kind": "cells", "file_format": "ndjson"}
    asked = reader.client.post(f"{reader.base}exports/", wish, content_type="application/json")
    run_errand(str(district.pk), asked.json()["id"])


def _ids(district: District, reader: Reader) -> dict[str, str]:
    """What to fill the gaps of an address or a body with: what was changed last."""
    ids = {f"{name.removesuffix('s')}_id": reader.rows(name)[-1]["id"] for name in LISTED}
    deliveries = reader.rows(f"webhooks/{ids['webhook_id']}/deliveries")
    return ids | {
        "delivery_id": deliveries[-1]["id"],
        "district_slug": district.slug,
        "today": district.today().isoformat(),
        "school_year": str(district.this_school_year),
        "kind": "cells",
        "file_format": "ndjson",
    }


def _in_order(document: Recorded) -> Iterator[tuple[str, str, Recorded]]:
    """First what only reads, then what is sent something, in the order in which that is listed."""
    found = [
        (method, address, operation)
        for address, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    order = list(SENT)
    yield from (each for each in found if each[0] == "get")
    yield from sorted(
        (each for each in found if each[0] != "get"),
        key=lambda each: order.index(each[2]["operationId"]),
    )


@dataclass(frozen=True)
class _Recording:
    """Asks, with what is `known` in the gaps of addresses and bodies."""

    reader: Reader
    known: dict[str, str]

    def of(self, method: str, address: str, operation: Recorded) -> Recorded:
        """What this operation is sent and answers."""
        filled = self._filled(address)
        if method == "get":
            return {"answers": self._read(filled, operation)}
        body = json.loads(self._filled(json.dumps(SENT[operation["operationId"]])))
        answers = self._send(method, filled, body)
        sent = {} if body is None else {"request": body}
        return sent | ({"answers": answers} if answers else {})

    def _read(self, address: str, operation: Recorded) -> Recorded:
        client = self.reader.client
        is_list = any(parameter["name"] == "limit" for parameter in operation["parameters"])
        found = _answers(client.get(address, {"limit": 1} if is_list else {}))
        if address.endswith(".ndjson"):
            found |= _answers(client.get(address.replace(".ndjson", ".csv")))
        return found

    def _send(self, method: str, address: str, body: Any) -> Recorded:
        client = self.reader.client
        tag = client.get(address).headers.get("ETag")
        answer = client.generic(
            method.upper(),
            address,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"If-Match": tag} if tag else {},
        )
        return _answers(answer)

    def _filled(self, text: str) -> str:
        for name, value in self.known.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def _answers(answer: Any) -> Recorded:
    """By media type: all of it where it is JSON, the first row of a file."""
    said = b"".join(answer) if answer.streaming else answer.content
    assert 200 <= answer.status_code < 300, (answer.request["PATH_INFO"], said)
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    if not said:
        return {}
    if media_type == "application/json":
        return {media_type: json.loads(said)}
    lines = said.decode().splitlines()
    row = answer.request["PATH_INFO"].endswith(".ndjson")
    return {media_type: json.loads(lines[0]) if row else "\n".join([*lines[:LONGEST_LIST], ""])}


class _Tidy:
    """Writes what differs from run to run in a fixed way, the same thing always the same."""

    def __init__(self, district: District, recorded: Recorded) -> None:
        text = json.dumps(recorded)
        days = sorted({*_DATE.findall(_MOMENT.sub("", text))})
        first = MOMENT.date() - timedelta(days=30)
        self.years = SCHOOL_YEAR - district.this_school_year
        self.written: dict[str, str] = {
            **{each: _uuid(n) for n, each in enumerate(dict.fromkeys(_UUID.findall(text)))},
            **{
                each: _place(n)
                for n, each in enumerate(sorted({*_PLACE_IN_FEED.findall(text)}), start=1)
            },
            **{each: _moment(n) for n, each in enumerate(sorted({*_MOMENT.findall(text)}))},
            **{each: str(first + timedelta(weeks=n)) for n, each in enumerate(days)},
        }

    def tidy(self, value: Any, name: str = "") -> Any:
        """`value`, and all in it; `name` is that of the field."""
        if isinstance(value, dict):
            return {self._text(key): self.tidy(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.tidy(inner, name) for inner in value[:LONGEST_LIST]]
        if isinstance(value, str):
            return self._text(value)
        is_year = name.endswith("year") and isinstance(value, int)
        return value + self.years if is_year else value

    def _text(self, text: str) -> str:
        text = _SECRET.sub("whsec_YW4gZXhhbXBsZSwgYW5kIG5vIHNlY3JldCBhdCBhbGw=", text)
        text = _PAGE.sub("cursor=WyIyMDI2LTEwLTE5IiwiMDE4OTBhNWQi~Zm9sbG93LW5leHQ", text)
        text = text.replace(SITE, PLACE)
        return _ANY.sub(lambda found: self.written.get(found[0], found[0]), text)


def _uuid(number: int) -> str:
    return str(UUID(int=UUID("01890a5d-ac96-774b-bcce-b302099a8000").int + number))


def _place(number: int) -> str:
    return f"3f9a1c22-{0x1A2B3 + number:016x}-{0xF4240 + number:016x}"


def _moment(number: int) -> str:
    return (MOMENT + timedelta(seconds=47 * number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
