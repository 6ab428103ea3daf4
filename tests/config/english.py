"""Every English sentence of ours, to be looked for where none should be."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

from assessments.instrument.wording import shipped_definition
from tests import translations

# Shorter ones could stand in a name or in what a school wrote.
SHORTEST = 13
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
_GAP = "[^<>]{1,80}?"


def english_in(page: str) -> list[str]:
    """The sentences of ours that the page says in English, in its text or in any attribute."""
    text = " ".join(unescape(page).split()).lower()
    return [
        sentence
        for sentence, (longest, pattern) in _sentences().items()
        if longest in text and pattern.search(text)
    ]


@cache
def _sentences() -> dict[str, tuple[str, re.Pattern[str]]]:
    """By sentence: its longest part without a gap, which is quick to look for, and the whole."""
    said = dict.fromkeys((*_of_the_catalogue(), *of_the_tool("en")))
    parts = {sentence: _parts(sentence) for sentence in said}
    return {
        sentence: (max(between, key=len), _pattern(between))
        for sentence, between in parts.items()
        if len("".join(between)) >= SHORTEST
    }


def of_the_tool(language: str) -> Iterator[str]:
    """The prompts, hints and questions of the tool in that language."""
    definition = shipped_definition("advancing_equity_2026_1")
    for cell in definition["cells"].values():
        yield from cell[language].values()
    yield from (question["text"][language] for question in definition["questions"])


def _of_the_catalogue() -> Iterator[str]:
    """Without those that Spanish writes in the same way."""
    for entry in translations.read(translations.CATALOGUE.read_text(encoding="utf-8")):
        yield from {entry.source, entry.plural} - {"", *entry.translations}


def _parts(sentence: str) -> list[str]:
    """Between the gaps; in small letters, for a form begins its labels with a capital."""
    return _PLACEHOLDER.split(" ".join(sentence.replace("%%", "%").lower().split()))


def _pattern(parts: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_GAP.join(map(re.escape, parts))}(?!\w)")
