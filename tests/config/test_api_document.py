"""The OpenAPI document: committed, complete, and true."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

from assessments import comments, commitments, workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.reports.exports.columns import COLUMNS
from assessments.tasks import run_errand
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.assessments.theming import suggestion
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted
from tests.reading import Reader, signed_in, stranger, with_key
from tests.running import ROOT

COMMITTED = ROOT / "docs" / "openapi.yaml"
REWRITE = "manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
PROBLEMS = {"400", "401", "403", "404", "406", "429"}
# Of what writes; and of what changes or removes something that is there.
_WRITES = {"409", "411", "413", "422"}
_CHANGES = _WRITES | {"412", "428"}
FURTHER: dict[str, set[str]] = {
    "get": set(),
    "post": _WRITES,
    **dict.fromkeys(("put", "patch", "delete"), _CHANGES),
}

# Of its core schema, which tools in other languages than ours go by.
NUMBER_OF_YAML_1_2 = re.compile(
    r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
)

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Document:
    read: Document = yaml.safe_load(COMMITTED.read_text())
    return read


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, address, operation


def test_the_committed_document_is_the_one_that_the_code_makes(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))

    assert made.read_text() == COMMITTED.read_text(), f"If this is meant, run {REWRITE}"


def test_no_text_of_it_is_a_number_to_who_reads_yaml_1_2() -> None:
    plain = {
        event.value
        for event in yaml.parse(COMMITTED.read_text(), yaml.CSafeLoader)
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0]
    }
    to_us = yaml.resolver.Resolver()
    texts = {
        value
        for value in plain
        if to_us.resolve(yaml.ScalarNode, value, (True, False))[-4:] == ":str"
    }

    assert {value for value in texts if NUMBER_OF_YAML_1_2.fullmatch(value)} == set()


def test_every_tag_says_what_it_is_about(document: Document) -> None:
    used = {tag for *_where, operation in operations(document) for tag in operation["tags"]}

    assert used == {tag["name"] for tag in document["tags"] if tag["description"]}


def test_every_operation_says_what_it_does_and_how_it_can_fail(document: Document) -> None:
    for method, address, operation in operations(document):
        said = {name for name, words in operation.items() if words}
        assert said >= {"operationId", "summary", "description", "parameters", "tags"}, address
        assert all(parameter["description"] for parameter in operation["parameters"]), address
        answers = operation["responses"]
        others = {"410"} if address.endswith("/changes/") else FURTHER[method]
        usual = {"200", "201", "202", "204", "304", "415"}
        assert answers.keys() - usual == PROBLEMS | others, (method, address)
        assert ("415" in answers) == ("requestBody" in operation), (method, address)
        for status in PROBLEMS | others:
            assert list(answers[status]["content"]) == ["application/problem+json"], address


def test_every_change_says_onto_which_version(document: Document) -> None:
    for method, address, operation in operations(document):
        needed = {each["name"] for each in operation["parameters"] if each.get("required")}
        takes = {each["name"] for each in operation["parameters"]}
        assert ("If-Match" in needed) == (method in {"put", "patch", "delete"}), address
        assert ("Idempotency-Key" in takes) == (method != "get"), address


def test_every_operation_says_which_scope_its_token_needs(document: Document) -> None:
    needed = {
        address.partition("}/")[2].partition("/")[0]: operation["security"][0]["clientCredentials"]
        for address, methods in document["paths"].items()
        for operation in [methods.get("get")]
        if operation
    }

    assert needed == {
        "campaigns": ["cycles:read"],
        "cells": ["cycles:read"],
        "changes": [],
        "comments": ["cycles:read"],
        "commitments": ["cycles:read"],
        "cycles": ["cycles:read"],
        "dashboards": ["dashboards:read"],
        "exports": ["cycles:read"],
        "me": [],
        "reflections": ["cycles:read"],
        "schools": ["roster:read"],
        "submissions": ["cycles:read"],
        "themes": ["dashboards:read"],
        "webhooks": ["webhooks:read"],
    }


def test_there_are_three_ways_to_say_who_asks(document: Document) -> None:
    schemes = document["components"]["securitySchemes"]

    assert document["openapi"] == "3.1.0"
    assert {name: scheme["type"] for name, scheme in schemes.items()} == {
        "clientCredentials": "oauth2",
        "bearerKey": "http",
        "signedIn": "apiKey",
    }
    flow = schemes["clientCredentials"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/api/v1/token/"


@pytest.mark.django_db(transaction=True)
def test_nobody_needs_to_sign_in_to_read_it(document: Document) -> None:
    answer = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})

    assert answer.json()["paths"].keys() == document["paths"].keys()


@pytest.mark.django_db(transaction=True)
def test_the_page_that_shows_it_has_nothing_inline() -> None:
    page = Client().get("/api/v1/docs/")
    script = Client().get("/api/v1/docs/?script=")

    words = page.content.decode()
    assert page.status_code == 200
    assert words.count("<script") == words.count("<script src=") == 4
    assert "<style" not in words
    assert "style=" not in words
    assert "://" not in words
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert script.headers["Content-Type"] == "application/javascript"
    assert "/api/v1/schema/" in script.content.decode()


@pytest.fixture(scope="module")
def strict(document: Document) -> Any:
    """Validates by a component of the document, and takes nothing that it does not mention."""
    schemas = deepcopy(document["components"]["schemas"])
    for schema in schemas.values():
        if "properties" in schema:
            schema["additionalProperties"] = False

    def validator(reference: Document) -> Validator:
        checks = FormatChecker(["uuid", "date"])  # times have a pattern
        whole = {"components": {"schemas": schemas}, **reference}
        return Draft202012Validator(whole, format_checker=checks)

    return validator


@pytest.fixture
def lively() -> District:
    """A district in which everything is there once: answered, blank, this year and the last."""
    district = make_district("Riverbend", nces_leaid="0100005")
    lincoln = make_school(district, "Lincoln", nces_schid="010000500870", students=431)
    principal = seat(district, Role.PRINCIPAL, lincoln)
    make_school(district, "Garfield", low_grade="KG", high_grade="05")
    year = district.this_school_year
    before, now = make_campaign(district, year - 1), make_campaign(district, year)
    suggestion("Time", [submitted(cycle_of(lincoln, before), principal, level=None)], "About")
    cycle = submitted(cycle_of(lincoln, now), principal)
    with district_scope(district.pk):
        workflow.reopen_cycle(cycle, by=principal, reason="We forgot something.")
        commitments.make_commitment(
            cycle.cells.in_order()[0], by=principal, what="Meet", who="All", due_on=district.today()
        )
        comments.write_comment(cycle, by=principal, text="Here?", code="team.beliefs")
        for each in (year - 1, year):
            refresh_snapshot(district.pk, each)
        admin = seat(district, Role.DISTRICT_ADMIN)
        hook, _secret = managing.make_webhook(
            by=admin, url="https://hooks.example.org/", event_types=["cycle.submitted"]
        )
        managing.send_test(hook, by=admin)
    return district


def addresses(document: Document, reader: Reader, district: District) -> Iterator[tuple[str, str]]:
    """Every address of the document, and with what is really there filled in."""
    firsts = {
        f"{{{name}_id}}": reader.rows(f"{name}s")[0]["id"]
        for name in (
            *("school", "campaign", "cycle", "submission", "commitment", "comment", "theme"),
            *("cell", "reflection"),
            *("export", "webhook"),
        )
        if reader.get(f"{name}s").status_code == 200
    }
    firsts |= {"{kind}": "cells", "{file_format}": "ndjson"}
    webhook = firsts.get("{webhook_id}")
    if webhook:
        (delivery,) = reader.rows(f"webhooks/{webhook}/deliveries")
        firsts["{delivery_id}"] = delivery["id"]
    firsts |= {
        "{district_slug}": district.slug,
        "{school_year}": str(district.this_school_year),
    }
    for template, methods in document["paths"].items():
        filled = template
        for gap, value in firsts.items():
            filled = filled.replace(gap, value)
        # What the reader may not list, they have no id of.
        if "get" in methods and "{" not in filled:
            yield template, filled


def taken(reader: Reader, district: District) -> None:
    """The reader has a file to fetch."""
    asked = reader.client.post(
        f"{reader.base}exports/",
        {"kind": "cells", "file_format": "ndjson"},
        content_type="application/json",
    )
    if asked.status_code == HTTPStatus.CREATED:
        run_errand(str(district.pk), asked.json()["id"])


@pytest.mark.django_db(transaction=True)
def test_every_exported_row_is_what_the_document_says(
    document: Document, strict: Any, lively: District
) -> None:
    reader = with_key(lively)
    for kind in COLUMNS:
        answer = reader.get(f"{reader.base}exports/{kind}.ndjson")
        rows = [json.loads(line) for line in b"".join(answer).splitlines()]
        said = {"$ref": f"#/components/schemas/Exported{kind.title()[:-1]}"}
        errors = [error.message for row in rows for error in strict(said).iter_errors(row)]
        assert (len(rows) > 0, errors) == (True, []), kind


@pytest.mark.django_db(transaction=True)
def test_every_answer_is_what_the_document_says(
    document: Document, strict: Any, lively: District
) -> None:
    principal = Membership.objects.filter(district=lively, role=Role.PRINCIPAL)[0]
    people = (seat(lively, Role.DISTRICT_ADMIN), principal)
    readers = [with_key(lively), *(signed_in(person.user, lively) for person in people)]

    for reader in readers:
        taken(reader, lively)
        for template, address in addresses(document, reader, lively):
            answer = reader.get(address)
            if answer.status_code == HTTPStatus.FORBIDDEN and reader is readers[-1]:
                continue  # what speaks of the whole district is not for the principal
            declared = document["paths"][template]["get"]["responses"]["200"]
            assert answer.status_code == 200, address
            assert ("ETag" in answer.headers) == ("exports/cells.ndjson" not in address), address
            if answer.streaming:
                assert b"".join(answer) != b"", address
                assert answer.headers["Content-Type"] in declared["content"], address
                continue
            said = declared["content"]["application/json"]["schema"]
            assert [error.message for error in strict(said).iter_errors(answer.json())] == []
            assert answer.json().get("results", [answer.json()]) != [], address
            assert declared.get("headers", {}).keys() <= answer.headers.keys() | {"Link"}


@pytest.mark.django_db(transaction=True)
def test_every_problem_is_what_the_document_says(strict: Any, lively: District) -> None:
    reader = with_key(lively)
    problems = [
        reader.get("schools", limit=0),
        stranger(lively).get("schools"),
        with_key(lively, "cycles:read").get("schools"),
        reader.get(f"schools/{lively.pk}"),
        reader.get("schools", headers={"Accept": "image/png"}),
    ]

    said = {"$ref": "#/components/schemas/Problem"}

    assert [answer.status_code for answer in problems] == [400, 401, 403, 404, 406]
    for answer in problems:
        assert [error.message for error in strict(said).iter_errors(answer.json())] == []


def test_the_check_catches_what_the_document_does_not_say(strict: Any) -> None:
    denominators = strict({"$ref": "#/components/schemas/Denominators"})

    flaws = [
        len(list(denominators.iter_errors(answer)))
        for answer in (
            {"schools": 2, "submitted": 1},
            {"schools": 2},
            {"schools": "2", "submitted": 1},
            {"schools": 2, "submitted": 1, "average": 3},
        )
    ]

    assert flaws == [0, 1, 1, 1]
