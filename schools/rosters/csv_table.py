"""A table in a text file as offices save it: words above and below it, any usual encoding."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

Layout = Mapping[str, str]
"""The heading of each column that is needed, by our own name for it."""

# cp1252 is Latin-1 with letters where that has control codes: what Excel saves.
ENCODINGS: Final = ("utf-8-sig", "cp1252")
_LONGEST_PREAMBLE = 50
_CHUNK = 1 << 20
_SHOWN_HEADINGS = 40
# What a spreadsheet writes so that it will not take an id for a number.
_FORMULA: Final = re.compile(r'="(.*)"', re.DOTALL)


class UnreadableFile(Exception):
    """A file that is not the table it should be; says why in an operator's words."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: its cells under our own names, white space around them gone."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that does not fit under the headings."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Heading:
    number: int
    cells: list[str]

    def missing(self, layout: Layout) -> list[str]:
        there = {_plain_heading(cell) for cell in self.cells}
        return [heading for heading in layout.values() if _plain_heading(heading) not in there]

    def places(self, layout: Layout) -> dict[str, int]:
        plain = [_plain_heading(cell) for cell in self.cells]
        return {name: plain.index(_plain_heading(heading)) for name, heading in layout.items()}


def encoding_of(path: Path) -> str:
    """The first of ENCODINGS that fits the whole file.

    Raises:
        UnreadableFile: the file cannot be opened, is empty or holds no text.
    """
    try:
        if not path.stat().st_size:
            raise UnreadableFile(_("%(file)s is empty.") % {"file": path})
        for encoding in ENCODINGS:
            if _fits(path, encoding):
                return encoding
    except OSError as error:
        raise UnreadableFile(_why_not_opened(path, error)) from error
    raise UnreadableFile(
        _(
            "%(file)s is not plain text in UTF-8 or Latin-1. If it is a workbook, save it as"
            " “CSV UTF-8” first."
        )
        % {"file": path}
    )


def read_table(path: Path, layouts: Sequence[Layout]) -> Iterator[Line | BrokenLine]:
    """The lines below the first line that has every heading of one of `layouts`.

    Empty lines and lines of a single remark, such as footnotes, are passed over.

    Raises:
        UnreadableFile: there is no such file, text, line of headings or line below it.
    """
    with path.open(encoding=encoding_of(path), newline="") as text:
        yield from read_lines(text, layouts, name=path)


def read_lines(
    text: Iterable[str],
    layouts: Sequence[Layout],
    *,
    name: object,
    delimiter: str = ",",
    holds_remarks: bool = True,
) -> Iterator[Line | BrokenLine]:
    """The same for text that is at hand; `name` is what it is called in a message.

    Args:
        holds_remarks: a line of one cell is a footnote; else it is one that is broken.

    Raises:
        UnreadableFile: there is no line of headings, or none below it.
    """
    # Strict: a quotation mark left open would swallow the lines that follow without a word.
    rows = csv.reader(text, strict=True, delimiter=delimiter)
    try:
        heading, layout = _find_heading(name, rows, layouts)
        lines = _lines_below(heading, layout, rows, holds_remarks=holds_remarks)
        first = next(lines, None)
        if first is None:
            raise UnreadableFile(
                _("%(file)s has headings and nothing below them.") % {"file": name}
            )
        yield first
        yield from lines
    except csv.Error as error:
        raise UnreadableFile(
            _("%(file)s cannot be read past line %(line)d: its quotation marks do not match.")
            % {"file": name, "line": rows.line_num}
        ) from error


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if "\0" in decoder.decode(chunk):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _why_not_opened(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return _("There is no file %(file)s.") % {"file": path}
    return _("%(file)s cannot be opened: %(why)s.") % {"file": path, "why": error.strerror}


def _find_heading(
    name: object, rows: Iterator[list[str]], layouts: Sequence[Layout]
) -> tuple[_Heading, Layout]:
    """By content: what stands above the headings differs from export to export."""
    seen = []
    for number, row in islice(_numbered(rows), _LONGEST_PREAMBLE):
        heading = _Heading(number, row)
        for layout in layouts:
            if not heading.missing(layout):
                return heading, layout
        seen.append(heading)
    raise UnreadableFile(_what_is_missing(name, seen, layouts))


def _what_is_missing(name: object, seen: list[_Heading], layouts: Sequence[Layout]) -> str:
    candidates = [(heading, layout) for heading in seen for layout in layouts]
    if not any(any(heading.cells) for heading in seen):
        return _("%(file)s is empty.") % {"file": name}
    # The nearest line; among equals the one that looks most like headings.
    heading, layout = min(
        candidates,
        key=lambda pair: (
            len(pair[0].missing(pair[1])) - len(pair[1]),
            -len(list(filter(None, pair[0].cells))),
        ),
    )
    found = [cell.strip() for cell in heading.cells if cell.strip()]
    return _(
        "%(file)s has other columns than expected. Missing: %(missing)s."
        " Found in line %(line)d: %(found)s."
    ) % {
        "file": name,
        "missing": ", ".join(heading.missing(layout)),
        "line": heading.number,
        "found": ", ".join(found[:_SHOWN_HEADINGS]),
    }


def _lines_below(
    heading: _Heading, layout: Layout, rows: Iterator[list[str]], *, holds_remarks: bool
) -> Iterator[Line | BrokenLine]:
    places, width = heading.places(layout), len(heading.cells)
    for number, row in _numbered(rows):
        if not any(row) or (holds_remarks and _is_remark(row)):
            continue
        if len(row) != width and (len(row) < width or any(row[width:])):
            yield BrokenLine(
                number,
                _("the number of its cells is %(there)d, of headings %(wanted)d")
                % {"there": len(row), "wanted": width},
            )
            continue
        yield Line(number, {name: row[place] for name, place in places.items()})


def _numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it ends on, as an editor counts them."""
    for row in rows:
        yield rows.line_num, [_plain(cell) for cell in row]  # type: ignore[attr-defined]


def _is_remark(row: list[str]) -> bool:
    """A sentence; a lone number is what is left of a line that was cut off."""
    cells = [cell for cell in row if cell]
    return len(cells) == 1 and not cells[0].isdigit()


def _plain(cell: str) -> str:
    cell = cell.strip()
    formula = _FORMULA.fullmatch(cell)
    return formula.group(1).strip() if formula else cell


def _plain_heading(cell: str) -> str:
    """Without the `*` of a footnote and the `[District] 2021-22` that ELSI appends."""
    return " ".join(cell.partition("[")[0].replace("*", "").split()).casefold()
