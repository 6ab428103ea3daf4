"""Write the tables of columns into docs/exports.md, as the code has them."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils import translation

from assessments.reports.exports.columns import COLUMNS

_TABLE: Final = re.compile(
    r"(?P<head><!-- columns: (?P<kind>\w+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)
_TYPES: Final = {
    "text": "text",
    "code": "text",
    "id": "text (UUID)",
    "integer": "whole number",
    "moment": "time",
    "day": "date",
    "json": "JSON",
}


class Command(BaseCommand):
    """The columns themselves say what they mean: here, in a sheet, in Parquet, in the schema."""

    help = "Bring the tables of columns in a page up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which page."""
        parser.add_argument("page", nargs="?", type=Path, default=Path("docs/exports.md"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Only what stands between the marks is written anew."""
        page: Path = options["page"]
        page.write_text(written_anew(page.read_text(encoding="utf-8")), encoding="utf-8")


def written_anew(page: str) -> str:
    """The page, with a table of columns between each pair of marks."""
    with translation.override("en"):
        return _TABLE.sub(lambda mark: mark["head"] + _table(mark["kind"]) + mark["end"], page)


def _table(kind: str) -> str:
    rows = [
        f"| `{column.name}` | {_TYPES[column.kind]} | {column.about} |\n"
        for column in COLUMNS[kind]
    ]
    return "".join(["| column | type | what it says |\n|---|---|---|\n", *rows])
