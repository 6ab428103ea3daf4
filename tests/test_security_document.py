"""SECURITY.md names the test that shows each control: it is there, and is run."""

import ast
import re

import pytest

from tests.running import ROOT

NAMED = sorted(
    set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "SECURITY.md").read_text()))
)


def test_the_document_names_tests() -> None:
    assert len(NAMED) > 10


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_the_document_names_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text())

    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
