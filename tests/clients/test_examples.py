"""The examples of the OpenAPI document are what the product answers: see tests/api_examples.py."""

import json
import os

import pytest

from config.api.examples import RECORDED
from tests.api_examples import WRITE
from tests.clients.recording import make_riverbend, paths, record

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_examples_have_the_shape_of_what_is_answered_today() -> None:
    recorded = record(*make_riverbend())
    if WRITE in os.environ:
        text = json.dumps(recorded, ensure_ascii=False, indent=1, sort_keys=False)
        RECORDED.write_text(f"{text}\n", encoding="utf-8")

    written = json.loads(RECORDED.read_text(encoding="utf-8"))

    assert {name: paths(example) for name, example in written.items()} == {
        name: paths(example) for name, example in recorded.items()
    }, "If this is meant, run python -m tests.api_examples --write"
