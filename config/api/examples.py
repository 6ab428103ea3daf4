"""An example of what each operation is sent and answers, from `examples.json`, for the document.

The file holds, by operationId, an operation's `request` and its `answers` by media type. They are
recorded: `python -m tests.api_examples --write` asks a made-up district for all of them.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("examples.json")
NOTE = "The examples are a made-up district's; lists in them are cut after two rows."

Document = dict[str, Any]


def with_examples(result: Document, **_kwargs: Any) -> Document:
    """The document, with the examples in their places: a hook of drf-spectacular."""
    for methods in result["paths"].values():
        for operation in methods.values():
            _illustrate(operation, _recorded().get(operation["operationId"], {}))
    result["info"]["description"] += f" {NOTE}"
    return result


@cache
def _recorded() -> Document:
    examples: Document = json.loads(RECORDED.read_text(encoding="utf-8"))
    return examples


def _illustrate(operation: Document, example: Document) -> None:
    if "request" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
    for status, response in operation["responses"].items():
        for media_type, described in response.get("content", {}).items():
            if status.startswith("2") and media_type in example.get("answers", {}):
                described["example"] = example["answers"][media_type]
