"""What of a text the fonts of a PDF can show, and what stands in for the rest.

PDF/UA allows no sign without a shape. Where the fonts have none, its name is written out: a reader
sees that there was a sign and which one, and the words in Ninefold stay as they are.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

# Every sign that the fonts in the typst wheel can show, as ranges of code points: those that typst
# sets by itself under PDF/UA-1. tests/assessments/reports/test_signs.py holds it to that.
SHOWN: Final = Path(__file__).with_name("signs.txt")
# A run without a space that is longer than this does not surely fit into a line.
LONGEST_RUN: Final = 30
_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
_STEP: Final = 8
_BREAK: Final = "\u200b"
_JOINERS: Final = frozenset("\u200c\u200d")


def settable(text: str) -> str:
    """`text` with a name for each sign that the fonts lack, and places to break long runs."""
    return _breakable("".join(map(_stand_in, text)))


def plainest(text: str) -> str:
    """The same for a text that `settable` did not make settable: letters without attachments."""
    apart = unicodedata.normalize("NFC", text)
    return _breakable("".join(sign if sign < "\u0300" else _name(sign) for sign in apart))


def pieces(text: str) -> list[str]:
    """`text` in the pieces between which it may be cut; joined they are the text."""
    return [piece for piece in re.split(rf"(?<=[ {_BREAK}])", settable(text)) if piece]


@cache
def _stand_in(sign: str) -> str:
    if sign == "\t":
        return "    "
    if sign == "\n" or ord(sign) in _shown():
        return sign
    # What only steers how its neighbours look has nothing to show by itself.
    if unicodedata.category(sign) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(sign, ""):
        return ""
    return _name(sign)


def _name(sign: str) -> str:
    if sign in _typographic():
        return sign
    name = unicodedata.name(sign, "")
    is_telling = unicodedata.category(sign).startswith("S") and name
    return f"[{name.lower()}]" if is_telling else f"[U+{ord(sign):04X}]"


@cache
def _typographic() -> frozenset[str]:
    return frozenset("–—‘’“”„…•€→\u200b")


def _breakable(text: str) -> str:
    return _RUN.sub(lambda run: _with_breaks(run.group()), text)


def _with_breaks(run: str) -> str:
    parts: list[str] = []
    since = 0
    for position, sign in enumerate(run):
        if since >= _STEP and _may_break(run, position):
            parts.append(_BREAK)
            since = 0
        parts.append(sign)
        since += 1
    return "".join(parts)


def _may_break(run: str, position: int) -> bool:
    """Whether the sign there begins something new rather than belonging to the one before."""
    is_mark = unicodedata.category(run[position])[0] == "M"
    return not is_mark and not {run[position - 1], run[position]} & _JOINERS


@cache
def _shown() -> frozenset[int]:
    shown: set[int] = set()
    for entry in SHOWN.read_text(encoding="ascii").split():
        first, _, last = entry.partition("-")
        shown.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(shown)
