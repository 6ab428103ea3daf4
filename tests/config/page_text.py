"""What a page says to its reader, seen or heard; and what a template says that none translates."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

SPOKEN_ATTRIBUTES = frozenset({"alt", "aria-description", "aria-label", "placeholder", "title"})
SILENT_ELEMENTS = frozenset({"script", "style", "svg"})
# What stands there as it is in every language.
NAMES = re.compile(
    "Ninefold|NCES|English|Español|Jill Harrison Berg|Sonia Caus Gleason"
    "|“Advancing equity”|The Learning Professional"
)
A_WORD = re.compile(r"[^\W\d_]{2,}")
# What stands between such a tag and its end is translated, or never shown.
SETTLED = {
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
    "comment": "endcomment",
    "block main_class": "endblock",
}
# Filters that write English of their own into the page.
ENGLISH_FILTERS = re.compile(r"\|(pluralize|yesno)\b")


def texts_in(page: str) -> list[str]:
    """Every text of the page with a word in it, and every attribute that is read out."""
    parser = _Page()
    parser.feed(page)
    parser.close()
    return parser.texts


def bare_texts(template: str) -> list[str]:
    """What no translation can reach. Read from the source, so that no branch is missed."""
    tokens = Lexer(template).tokenize()
    return [*texts_in("".join(_outside_of_tags(tokens))), *_english_filters(tokens)]


class _Page(HTMLParser):
    """Collects what a reader sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT_ELEMENTS
        is_button = tag == "input" and ("type", "submit") in attrs
        spoken = SPOKEN_ATTRIBUTES | {"value"} if is_button else SPOKEN_ATTRIBUTES
        self._note(value for name, value in attrs if name in spoken)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note([data])

    def _note(self, texts: Iterable[str | None]) -> None:
        found = (" ".join((text or "").split()) for text in texts)
        self.texts.extend(text for text in found if A_WORD.search(text))


def _outside_of_tags(tokens: list[Token]) -> Iterator[str]:
    end = ""
    for token in tokens:
        is_tag = token.token_type == TokenType.BLOCK
        if end:
            end = "" if is_tag and _starts(token, end) else end
        elif is_tag:
            end = next((SETTLED[begin] for begin in SETTLED if _starts(token, begin)), "")
        elif token.token_type == TokenType.TEXT:
            yield token.contents


def _starts(token: Token, words: str) -> bool:
    wanted = words.split()
    return token.contents.split()[: len(wanted)] == wanted


def _english_filters(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.token_type in {TokenType.VAR, TokenType.BLOCK}:
            yield from (match.group() for match in ENGLISH_FILTERS.finditer(token.contents))
