"""What changed between two texts, as pure functions: for conflicts, histories and years.

Sentences are compared first, then the words of those that changed: that is fast, and it reads as a
person would have marked it. Where little is left of a passage, it is shown as replaced whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    """A stretch of text, and what became of it."""

    kind: Kind
    text: str


# A sentence ends at a line's end, or after its mark and a space; Chinese and Japanese use none.
# Marks in a row are looked at once, from the first of them: twenty thousand dots take no time.
_MARKS = ".!?…。！？"
_END = rf"[{_MARKS}]++[\"'”’»)\]]*+(?:\s+|$)"
_SENTENCE = re.compile(
    rf"{_END}|.+?(?:(?<![{_MARKS}]){_END}|(?<=[。！？])(?![。！？])|\n\s*|$)|\s+", re.DOTALL
)
# A word with all that belongs to it (accents, joined emoji), one sign, one sign of a script without
# spaces; each with the white space behind it.
_SIGNS = r"!-/:-@\[-`{-~¡«»¿‐-‧‰-⁞　-〿"
_ONE_BY_ONE = r"぀-ヿ㐀-鿿豈-﫿"
_WORD = re.compile(
    rf"(?:[{_ONE_BY_ONE}]|[^\s{_SIGNS}{_ONE_BY_ONE}]+|[{_SIGNS}]|^)\s*", re.MULTILINE
)
# Pairs of equal tokens that a comparison may have to look at; beyond, a passage counts as replaced.
MOST_PAIRS = 600_000
# More marks than that nobody reads.
MOST_PIECES = 2_000
# Below this share of common characters, marked words would be confetti.
LEAST_IN_COMMON = 0.3
# What stays of an unchanged passage before and behind a change, when it is abridged.
AROUND = 90
CUT = " … "
# What stays of a change, when it is abridged: enough to know it again.
LONGEST_CHANGE = 700


def pieces(before: str, after: str) -> list[Piece]:
    """How `after` came out of `before`.

    What is the same and what was removed make up `before`; what is the same and what was added
    make up `after`, to the character.
    """
    found = _tidied(_by_sentences(before, after))
    return found if len(found) <= MOST_PIECES else _replaced(before, after)


def together(theirs: str, mine: str) -> str:
    """One text that holds every sentence of both, common ones once, in their order."""
    theirs, mine = theirs.strip(), mine.strip()
    if mine in theirs:
        return theirs
    if theirs in mine:
        return mine
    ours, others = _SENTENCE.findall(mine), _SENTENCE.findall(theirs)
    parts: list[str] = []
    for same, start, end, other_start, other_end in _stretches(others, ours):
        old, new = "".join(others[start:end]), "".join(ours[other_start:other_end])
        if same or old.strip() in new:
            parts.append(new)
        elif new.strip() in old:
            parts.append(old)
        else:
            starts_a_line = not parts or parts[-1].endswith("\n")
            in_lines = starts_a_line and "\n" in theirs + mine
            parts += [f"{old}\n" if old and in_lines else old, new]
    return _joined(parts)


def lost_stretch(before: str, after: str) -> str:
    """The one stretch of `before` outside of which `after` has it all, at its begin and its end."""
    begin = _common_length(before, after)
    end = _common_length(before[begin:][::-1], after[begin:][::-1])
    return before[begin : len(before) - end]


def abridged(marked: Sequence[Piece], *, whole_changes: bool = False) -> list[Piece]:
    """The same pieces with long passages cut, for lists of changes: unchanged ones much earlier.

    With `whole_changes` only the unchanged ones: for who reads what is new, and no more.
    """
    return [
        Piece(piece.kind, _cut(piece.text, number > 0, number < len(marked) - 1))
        if piece.kind == Kind.SAME
        else Piece(piece.kind, piece.text if whole_changes else _cut_within(piece.text))
        for number, piece in enumerate(marked)
    ]


def _by_sentences(before: str, after: str) -> Iterator[Piece]:
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for same, start, end, new_start, new_end in _stretches(old, new):
        if same:
            yield from _same(old[start:end], new[new_start:new_end])
        else:
            yield from _by_words("".join(old[start:end]), "".join(new[new_start:new_end]))


def _by_words(before: str, after: str) -> list[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Piece] = []
    kept = 0
    for same, start, end, new_start, new_end in _stretches(old, new):
        if same:
            kept += sum(len(word.strip()) for word in old[start:end])
            found += _same(old[start:end], new[new_start:new_end])
        else:
            found += _replaced("".join(old[start:end]), "".join(new[new_start:new_end]))
    if kept < LEAST_IN_COMMON * min(len(before.strip()), len(after.strip())):
        return _replaced(before, after)
    return found


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Whether it is the same, and from where to where in both; white space behind is no matter."""
    old_keys, new_keys = [item.strip() for item in old], [item.strip() for item in new]
    begin = _common_length(old_keys, new_keys)
    end = _common_length(old_keys[begin:][::-1], new_keys[begin:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    if begin:
        yield True, 0, begin, 0, begin
    middle, new_middle = old_keys[begin:old_end], new_keys[begin:new_end]
    if _pairs(middle, new_middle) > MOST_PAIRS:
        yield False, begin, old_end, begin, new_end
    elif middle or new_middle:
        matcher = SequenceMatcher(None, middle, new_middle)
        for tag, start, stop, new_start, new_stop in matcher.get_opcodes():
            places = (start, stop, new_start, new_stop)
            yield tag == "equal", *(begin + place for place in places)  # type: ignore[misc]
    if end:
        yield True, old_end, len(old), new_end, len(new)


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    counted = Counter(new)
    return sum(times * counted[item] for item, times in Counter(old).items())


def _same(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Items that are equal but for white space: where that differs, it alone is marked."""
    for before, after in zip(old, new, strict=True):
        if before == after:
            yield Piece(Kind.SAME, after)
            continue
        lead = _common_length(before, after)
        yield Piece(Kind.SAME, before[:lead])
        yield from _replaced(before[lead:], after[lead:])


def _replaced(before: str, after: str) -> list[Piece]:
    """White space that stands behind both is no part of the change."""
    words = max(len(before.rstrip()), len(before) - _common_length(before[::-1], after[::-1]))
    tail = len(before) - words
    if not tail:
        return [Piece(Kind.REMOVED, before), Piece(Kind.ADDED, after)]
    return [
        Piece(Kind.REMOVED, before[:words]),
        Piece(Kind.ADDED, after[:-tail]),
        Piece(Kind.SAME, before[words:]),
    ]


def _tidied(found: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one kind as one, what was removed before what was added."""
    tidy: list[Piece] = []
    said = (piece for piece in found if piece.text)
    for is_same, group in groupby(said, key=lambda piece: piece.kind == Kind.SAME):
        run = list(group)
        for kind in (Kind.SAME,) if is_same else (Kind.REMOVED, Kind.ADDED):
            text = "".join(piece.text for piece in run if piece.kind == kind)
            if text:
                tidy.append(Piece(kind, text))
    return tidy


def _common_length(one: Sequence[str], other: Sequence[str]) -> int:
    """How far both begin alike, by halving: a comparison of slices is nearly free."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _joined(parts: Sequence[str]) -> str:
    """Passages that did not end in white space get a space before the next."""
    text = ""
    for part in filter(None, parts):
        gap = "" if not text or text[-1].isspace() or part[0].isspace() else " "
        text += gap + part
    return text.strip()


def _cut_within(text: str) -> str:
    if len(text) <= LONGEST_CHANGE + AROUND:
        return text
    return f"{_begin(text, LONGEST_CHANGE - AROUND)}{CUT}{_end(text)}"


def _cut(text: str, has_before: bool, has_behind: bool) -> str:
    begin = _begin(text) if has_before else ""
    end = _end(text) if has_behind else ""
    return f"{begin}{CUT}{end}" if len(text) > len(begin) + len(end) + AROUND else text


def _begin(text: str, length: int = AROUND) -> str:
    """Whole words, if it has some near its end."""
    words = text[:length].rpartition(" ")[0]
    return words if len(words) > length // 2 else text[:length]


def _end(text: str) -> str:
    words = text[-AROUND:].partition(" ")[2]
    return words if len(words) > AROUND // 2 else text[-AROUND:]
