"""Every address that leads into a district, and how to fill it.

Read from the real URLconf, so that a new address is walked from the day it is there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver, reverse

DISTRICT: Final = "district_slug"
# What these name is the same in every district, so that there is nothing to give away.
SHARED: Final = {
    *("context", "content_area", "question", "number", "language", "kind", "file_format"),
}
METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")

Names = Mapping[str, Any]


class UnknownKeyword(AssertionError):
    """A route asks for something that nobody has said how to fill."""


@dataclass(frozen=True)
class Route:
    """An address with gaps."""

    name: str
    pattern: str
    keywords: frozenset[str]
    view: Any

    def __str__(self) -> str:
        return self.name or self.pattern

    @property
    def ids(self) -> list[str]:
        """The gaps that name something inside a district."""
        return sorted(self.keywords - SHARED - {DISTRICT})

    @property
    def is_api(self) -> bool:
        """Whether programs ask there."""
        return self.pattern.startswith("api/")

    @property
    def is_read(self) -> bool:
        """Of the API: whether there is something to read."""
        return "get" in self.view.cls.http_method_names and hasattr(self.view.cls, "get")

    @property
    def parameters(self) -> set[str]:
        """Of the API: the query parameters that it understands there."""
        return {parameter.name for parameter in self.view.cls.understood()}

    def filled(self, names: Names) -> str:
        """The address with these names in its gaps.

        Raises:
            UnknownKeyword: there is no name for one of them.
        """
        if unknown := self.keywords - names.keys():
            raise UnknownKeyword(
                f"{self}: say in Desk.names or Side.names, and in NAMES_OF_NOTHING, of"
                f" two_districts.py how {', '.join(sorted(unknown))} is filled"
            )
        return reverse(self.name, kwargs={keyword: names[keyword] for keyword in self.keywords})


def all_routes() -> list[Route]:
    """Every address of the URLconf."""
    return list(_below(get_resolver().url_patterns, "", frozenset()))


def district_routes() -> list[Route]:
    """Those inside a district."""
    return [route for route in all_routes() if DISTRICT in route.keywords]


def _below(patterns: Any, before: str, known: frozenset[str]) -> Iterator[Route]:
    for entry in patterns:
        pattern = before + str(entry.pattern)
        keywords = known | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from _below(entry.url_patterns, pattern, keywords)
        elif isinstance(entry, URLPattern):
            yield Route(entry.name or "", pattern, keywords, entry.callback)
