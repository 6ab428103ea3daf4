"""A text cut into the sentences and clauses that may speak of a theme, as exact ranges."""

import re
from collections.abc import Iterator
from typing import Final

Range = tuple[int, int]

# A text this short is one thought, and a sentence longer than the second may hold two.
SHORT_TEXT: Final = 110
LONG_SENTENCE: Final = 220
SHORTEST_CLAUSE: Final = 60
SHORTEST_SENTENCE: Final = 28

# From the first mark on, and never back: a row of dots is looked at once.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|\n+")
_ABBREVIATIONS = re.compile(
    r"\b(?:e\.g|i\.e|vs|etc|mr|mrs|ms|dr|st|no|p\. ?ej|sr|sra|srta|dra|prof|mtra?o?|ud|uds|núm)\.$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r";(?=\s)|:(?=\s)|\s[—–](?=\s)"
    r"|,(?=\s(?:and|but|so|while|because|which|y|pero|aunque|porque|mientras|sino|así)\s)",
    re.IGNORECASE,
)
_EDGE = " \t\n\r\u00a0\u200b\ufeff•·–—*-"


def spans(text: str) -> list[Range]:
    """The sentences of `text`, long ones by clause, very short ones with their neighbour."""
    whole = _trimmed(text, 0, len(text))
    if whole is None:
        return []
    if whole[1] - whole[0] <= SHORT_TEXT and "\n" not in text[slice(*whole)]:
        return [whole]
    clauses = (clause for sentence in _sentences(text) for clause in _clauses(text, *sentence))
    return _joined(clauses)


def _sentences(text: str) -> Iterator[Range]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if "\n" not in end[0] and not _ends_a_sentence(text, end):
            continue
        yield from _some(_trimmed(text, start, end.end()))
        start = end.end()
    yield from _some(_trimmed(text, start, len(text)))


def _ends_a_sentence(text: str, end: re.Match[str]) -> bool:
    """Whether a stop is one: no abbreviation before it and no small letter after it."""
    following = text[end.end() :][:2].strip()
    return not (following and following.islower()) and not _ABBREVIATIONS.search(
        text, max(0, end.start() - 8), end.start() + 1
    )


def _clauses(text: str, start: int, end: int) -> Iterator[Range]:
    if end - start > LONG_SENTENCE:
        for mark in _CLAUSE_END.finditer(text, start, end):
            if min(mark.end() - start, end - mark.end()) >= SHORTEST_CLAUSE:
                yield from _some(_trimmed(text, start, mark.end()))
                start = mark.end()
    yield from _some(_trimmed(text, start, end))


def _joined(ranges: Iterator[Range]) -> list[Range]:
    """Those too short to mean anything alone are joined to a neighbour."""
    joined: list[Range] = []
    for start, end in ranges:
        before = joined[-1] if joined else None
        if before and min(end - start, before[1] - before[0]) < SHORTEST_SENTENCE:
            joined[-1] = (before[0], end)
        else:
            joined.append((start, end))
    return joined


def _trimmed(text: str, start: int, end: int) -> Range | None:
    """Without white space and bullets around it; None when nothing is left."""
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return (start, end) if start < end else None


def _some(found: Range | None) -> Iterator[Range]:
    if found is not None:
        yield found
