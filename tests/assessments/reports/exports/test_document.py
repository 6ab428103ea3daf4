"""docs/exports.md: of each column it says what the code says."""

from assessments.management.commands.document_exports import written_anew
from assessments.reports.exports.columns import COLUMNS, SCHEMA_VERSION
from tests.running import ROOT

PAGE = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


def test_the_page_says_of_the_columns_what_the_code_says() -> None:
    assert written_anew(PAGE) == PAGE, "If this is meant, run manage.py document_exports"


def test_the_page_has_every_column_and_its_version() -> None:
    rows = sum(len(columns) for columns in COLUMNS.values())

    assert PAGE.count("\n| `") == rows
    assert f"Schema version {SCHEMA_VERSION}." in PAGE
