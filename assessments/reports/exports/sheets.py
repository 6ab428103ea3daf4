"""Sheets of a workbook: a frozen head, columns of a width, every text a text, never a formula.

xlsxwriter keeps one row in memory (`constant_memory`); rows are therefore added from top to bottom.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, Final, Self

import xlsxwriter
from django.db.models import QuerySet

from assessments.reports.exports.columns import Column
from assessments.reports.exports.selecting import Tell, selected

TELL_EVERY: Final = 500
LONGEST_SHEET_NAME: Final = 31
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_WIDTHS: Final = {"text": 60, "code": 16, "id": 38, "json": 40, "moment": 28, "day": 12}
_USUAL_WIDTH: Final = 12


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a column, how wide it is in characters, and what it means."""

    label: str
    width: int = 16
    about: str = ""


class Book:
    """A workbook that is written once, from top to bottom, into `to`."""

    def __init__(self, to: BinaryIO, *, title: str, author: str) -> None:
        self._book = xlsxwriter.Workbook(
            to,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "default_date_format": "yyyy-mm-dd",
                "remove_timezone": True,
            },
        )
        self._book.set_properties({"title": title, "author": author})
        top = {"valign": "top", "text_wrap": True}
        self.text = self._book.add_format(top)
        self.plain = self._book.add_format({"valign": "top"})
        self.bold = self._book.add_format({**top, "bold": True})
        self.title = self._book.add_format({"bold": True, "font_size": 16, "valign": "top"})
        self.head = self._book.add_format(
            {**top, "bold": True, "bg_color": "#E8E6E0", "bottom": 1, "valign": "vcenter"}
        )
        self.day = self._book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        self.moment = self._book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})
        self._names: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_details: object) -> None:
        if failed is None:
            self._book.close()

    def sheet(self, name: str, heads: Sequence[Head], *, freeze: int = 1) -> "Sheet":
        """A sheet whose head, and whose first `freeze` columns, stay in sight."""
        sheet = Sheet(self, self._book.add_worksheet(self._free_name(name)))
        sheet.begin(heads, freeze)
        return sheet

    def page(self, name: str, widths: Sequence[int]) -> "Sheet":
        """A sheet to be read from top to bottom, without a head."""
        sheet = Sheet(self, self._book.add_worksheet(self._free_name(name)))
        sheet.widen(widths)
        return sheet

    def _free_name(self, name: str) -> str:
        """`name` as Excel takes it, and no sheet has it: of case alone it takes no notice."""
        plain = _NOT_IN_A_NAME.sub(" ", name).strip(" '") or "1"
        number, free = 1, plain[:LONGEST_SHEET_NAME].strip(" '")
        while free.casefold() in self._names:
            number += 1
            free = f"{plain[: LONGEST_SHEET_NAME - 4].strip()} {number}"
        self._names.add(free.casefold())
        return free


class Sheet:
    """One sheet; rows are added at its end."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self._book = book
        self._sheet = sheet
        self._next = 0

    def begin(self, heads: Sequence[Head], freeze: int) -> None:
        """The head, which prints on every page."""
        self.widen([head.width for head in heads])
        self._sheet.freeze_panes(1, freeze)
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_row(0, 30)
        self.add([head.label for head in heads], self._book.head)
        self._sheet.autofilter(0, 0, 0, len(heads) - 1)

    def widen(self, widths: Sequence[int]) -> None:
        """How wide each column is, in characters."""
        for number, width in enumerate(widths):
            self._sheet.set_column(number, number, width)

    def add(self, values: Iterable[Any], how: Any = None) -> None:
        """One more row; an empty one when there are no values."""
        for column, value in enumerate(values):
            self._write(column, value, how)
        self._next += 1

    def _write(self, column: int, value: Any, how: Any) -> None:
        at = (self._next, column)
        if value is None or value == "":
            return
        if isinstance(value, str):
            self._sheet.write_string(*at, value, how or self._book.text)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(*at, value.replace(tzinfo=None), self._book.moment)
        elif isinstance(value, date):
            self._sheet.write_datetime(*at, value, self._book.day)
        else:
            self._sheet.write_number(*at, value, how or self._book.plain)


def write_xlsx(rows: QuerySet[Any], columns: Sequence[Column], *, to: BinaryIO, tell: Tell) -> int:
    """The rows of a flat export on one sheet, and what its columns mean on another."""
    found = selected(rows, columns, "sheet").iterator(chunk_size=TELL_EVERY)
    written = 0
    with Book(to, title="Ninefold", author="Ninefold") as book:
        heads = [Head(column.name, _WIDTHS.get(column.kind, _USUAL_WIDTH)) for column in columns]
        sheet = book.sheet("rows", heads)
        for row in found:
            sheet.add(row)
            written += 1
            if written % TELL_EVERY == 0:
                tell(written)
        about = book.sheet("columns", [Head("column", 26), Head("about", 80)])
        for column in columns:
            about.add([column.name, str(column.about)])
    return written
