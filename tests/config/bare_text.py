"""What a template says outside of `translate`: read from its source, so that no branch is missed."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

SPOKEN_ATTRIBUTES = frozenset({"alt", "aria-description", "aria-label", "placeholder", "title"})
SILENT_ELEMENTS = frozenset({"script", "style", "svg"})
# What stands between these tags is translated, or never shown.
SETTLED = {
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
    "comment": "endcomment",
}
A_WORD = re.compile(r"[^\W\d_]{2,}")
# Filters that write English of their own into the page.
ENGLISH_FILTERS = re.compile(r"\|(pluralize|yesno)\b")


def bare_texts(source: str) -> list[str]:
    """Every text with a word in it, and every spoken attribute, that no translation can reach."""
    tokens = Lexer(source).tokenize()
    page = _Page()
    page.feed("".join(_shown(tokens)))
    page.close()
    return [*page.texts, *_english_filters(tokens)]


class _Page(HTMLParser):
    """Collects what a reader sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT_ELEMENTS
        self._note(value for name, value in attrs if name in SPOKEN_ATTRIBUTES)
        if tag == "input" and ("type", "submit") in attrs:
            self._note(value for name, value in attrs if name == "value")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note([data])

    def _note(self, texts: Iterator[str | None] | list[str]) -> None:
        found = (" ".join((text or "").split()) for text in texts)
        self.texts.extend(text for text in found if A_WORD.search(text))


def _shown(tokens: list[Token]) -> Iterator[str]:
    """The text between the template's own tags."""
    settled_by = ""
    for token in tokens:
        name = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if settled_by:
            settled_by = (
                "" if token.token_type == TokenType.BLOCK and name == settled_by else settled_by
            )
        elif token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type == TokenType.BLOCK:
            settled_by = SETTLED.get(name, "")


def _english_filters(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.token_type in {TokenType.VAR, TokenType.BLOCK}:
            yield from (match.group() for match in ENGLISH_FILTERS.finditer(token.contents))
