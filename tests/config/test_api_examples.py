"""Every operation of the OpenAPI document has an example, and each is what its schema says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from config.api.examples import RECORDED
from tests.running import ROOT

Part = dict[str, Any]
HOW = "See tests/api_examples.py for how to add one: python -m tests.api_examples --write"
# What a person cannot read says nothing as an example; the file that is fetched is one of several.
FILES = {
    "application/pdf",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture(scope="module")
def document() -> Part:
    # Safe either way; the one written in C takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: Part = yaml.load((ROOT / "docs" / "openapi.yaml").read_text(), loader)  # noqa: S506
    return read


@pytest.fixture(scope="module")
def schemas(document: Part) -> Part:
    """Those that the document names, taking nothing that they do not mention."""
    named: Part = document["components"]["schemas"]
    return {
        name: {**schema, "additionalProperties": False} if "properties" in schema else schema
        for name, schema in named.items()
    }


def operations(document: Part) -> Iterator[Part]:
    for methods in document["paths"].values():
        yield from methods.values()


def illustrated(operation: Part) -> Iterator[tuple[str, Part]]:
    """What has a place for an example: the body that is sent, and that of each good answer."""
    for media_type, part in operation.get("requestBody", {}).get("content", {}).items():
        yield f"{operation['operationId']} is sent {media_type}", part
    for status, response in operation["responses"].items():
        for media_type, part in response.get("content", {}).items():
            of_many = operation["operationId"] == "fetchExport" and "example" not in part
            if status.startswith("2") and media_type not in FILES and not of_many:
                yield f"{operation['operationId']} answers {status} {media_type}", part


def test_every_operation_has_examples_of_what_it_is_sent_and_answers(document: Part) -> None:
    without = [
        said
        for operation in operations(document)
        for said, part in illustrated(operation)
        if "example" not in part
    ]

    assert without == [], HOW


def test_every_example_is_what_its_schema_says(document: Part, schemas: Part) -> None:
    flaws = [
        (said, list(error.absolute_path), error.message)
        for operation in operations(document)
        for said, part in illustrated(operation)
        for error in errors_of(part, schemas)
    ]

    assert flaws == [], HOW


def test_no_example_is_left_of_an_operation_that_is_gone(document: Part) -> None:
    known = {operation["operationId"] for operation in operations(document)}

    assert json.loads(RECORDED.read_text()).keys() <= known, HOW


def test_the_check_catches_an_example_that_went_stale(schemas: Part) -> None:
    said = {"$ref": "#/components/schemas/Denominators"}
    examples: list[Part] = [
        {"schools": 2, "submitted": 1},
        {"schools": 2},
        {"schools": 2, "submitted": 1, "average": 3},
        {"schools": "2", "submitted": 1},
    ]

    flaws = [len(list(errors_of({"schema": said, "example": each}, schemas))) for each in examples]

    assert flaws == [0, 1, 1, 1]


def errors_of(part: Part, schemas: Part) -> Iterator[Any]:
    checks = FormatChecker(["uuid", "date"])
    said = {"components": {"schemas": schemas}, **part["schema"]}
    yield from Draft202012Validator(said, format_checker=checks).iter_errors(part.get("example"))
