"""What the demo's schools wrote, a file a school, a table a year; later years build on earlier."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
YEARS = ("two_years_ago", "last_year", "this_year")

Entries = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Story:
    """One school: who it is, and what it wrote in each of three years."""

    slug: str
    name: str
    level: str
    grades: tuple[str, str]
    students: int
    principal: str
    quoting: str
    status: str
    words: dict[str, Any]

    def cells(self, year: str) -> Entries:
        """The cells of a year by code, with what is asked anew each year and never inherited."""
        cells = self._entries(year, "cells")
        for code, (disposition, *why) in self.told(year, "dispositions", {}).items():
            said = {"disposition": disposition, "disposition_why": "".join(why)}
            cells[code] = cells.get(code, {}) | said
        for code, view in self.told(year, "minority_views", {}).items():
            cells[code] = cells.get(code, {}) | {"minority_view": view}
        return cells

    def reflections(self, year: str) -> Entries:
        """The Part 2 answers of a year by question."""
        return self._entries(year, "reflections")

    def status_in(self, year: str) -> str:
        """How far the school came in a year."""
        return self.status if year == YEARS[-1] else "submitted"

    def told(self, year: str, kind: str, otherwise: Any) -> Any:
        """What else a year's table tells, or `otherwise`."""
        return self.words.get(year, {}).get(kind, otherwise)

    def _entries(self, year: str, kind: str) -> Entries:
        written: Entries = dict(self.told(year, kind, {}))
        if year == YEARS[0] or self.status_in(year) != "submitted":
            return written
        before = self._entries(YEARS[YEARS.index(year) - 1], kind)
        return {
            code: before.get(code, {}) | written.get(code, {})
            for code in dict.fromkeys((*before, *written))
        }


def stories(district: str) -> Iterator[Story]:
    """The schools of a demo district, by name."""
    for path in sorted((FOLDER / district).glob("*.toml")):
        words = tomllib.loads(path.read_text(encoding="utf-8"))
        yield Story(
            slug=path.stem,
            name=words["name"],
            level=words["level"],
            grades=tuple(words["grades"]),
            students=words["students"],
            principal=words["principal"],
            quoting=words["quoting"],
            status=words["this_year_status"],
            words=words,
        )
