"""The words of schools by what they are about, in English and Spanish; and words about nothing.

They help both languages meet, and the sentences of a school's daily life, of which a general
encoder knows little. The words themselves are in `vocabulary.toml`.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

_WORDS: Final = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))

SMALL_WORDS: Final = {
    language: frozenset(words.split()) for language, words in _WORDS["small_words"].items()
}
NO_MATTER: Final = frozenset(
    word for words in _WORDS["no_matter"].values() for word in words.split()
)
HOW_MANY_MATTERS: Final = len(_WORDS["matters"]["lines"])

_MATTERS: Final = {
    word: number for number, line in enumerate(_WORDS["matters"]["lines"]) for word in line.split()
}
# A beginning must be this long to stand for all the words that begin so.
_BEGINNING: Final = 5


@lru_cache(maxsize=1 << 16)
def matter_of(word: str) -> int | None:
    """The number of the matter that a folded word is about, if it is about one."""
    beginnings = [word, *(word[:end] for end in range(len(word) - 1, _BEGINNING - 1, -1))]
    return next((_MATTERS[known] for known in beginnings if known in _MATTERS), None)
