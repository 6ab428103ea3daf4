"""What any text must be before it is kept: forms, JSON and imports all ask here."""

import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.names import without_turns

LONGEST_TEXT: Final = 20_000
ALLOWED_CONTROLS: Final = frozenset("\t\n")
# As many as a text may have in a row to be called stream-safe (UAX 15): no language needs them.
MOST_MARKS: Final = 30
FORMULA_BEGINS: Final = frozenset("=+-@\t\r")


def clean_text(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """`text` as it is kept: NFC, plain newlines, no white space around it.

    Never shortened: a text that cannot be kept whole is refused.

    Raises:
        ValidationError: it is longer than `longest` characters, or holds a character that
            PostgreSQL or a reader could not take (NUL, lone surrogates, control characters), or
            marks piled so high that to sort them would take minutes.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(_is_unkeepable(character) for character in text):
        raise ValidationError(
            _("This text holds invisible control characters. Please type them out or remove them."),
            code="control_characters",
        )
    if _piles_marks(text):
        raise ValidationError(
            _("A letter of this text has more than %(most)d marks. Please take some away."),
            code="too_many_marks",
            params={"most": MOST_MARKS},
        )
    text = unicodedata.normalize("NFC", text).strip()
    if not any(_is_seen(character) for character in text):
        return ""
    if len(text) > longest:
        raise ValidationError(
            _("This text has %(length)d characters; at most %(longest)d can be kept."),
            code="text_too_long",
            params={"length": len(text), "longest": longest},
        )
    return text


def one_line(text: str) -> str:
    """`text` on one line, for a sentence that it stands in: a name may hold line breaks.

    Nothing of that sentence is turned around by it.
    """
    kept = (c for c in without_turns(text) if c.isspace() or not _is_unkeepable(c))
    return " ".join("".join(kept).split())


def harmless_cell(text: str) -> str:
    """`text` as a cell of a CSV file: no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in FORMULA_BEGINS else text


def _is_seen(character: str) -> bool:
    """Whether there is anything to look at: spaces without width are silence too."""
    return unicodedata.category(character) != "Cf" and not character.isspace()


def _is_unkeepable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in ALLOWED_CONTROLS


def _piles_marks(text: str) -> bool:
    """Whether marks follow one another so long that NFC, which sorts them, takes time squared."""
    if text.isascii():
        return False
    in_a_row = 0
    for character in text:
        in_a_row = in_a_row + 1 if unicodedata.category(character).startswith("M") else 0
        if in_a_row > MOST_MARKS:
            return True
    return False
