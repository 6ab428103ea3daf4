"""Which language a sentence is in, by its small words."""

from typing import Final

from assessments.dashboards.themes.silence import folded
from assessments.dashboards.themes.vocabulary import SMALL_WORDS

# What both languages write says nothing about which it is.
_SHARED: Final = frozenset.intersection(*SMALL_WORDS.values())


def language_of(text: str, otherwise: str) -> str:
    """The language that most small words of `text` are of, or `otherwise` when they do not tell."""
    words = [word for word in folded(text).split() if word not in _SHARED]
    counts = {
        language: sum(word in small for word in words) for language, small in SMALL_WORDS.items()
    }
    first, second = sorted(counts, key=lambda language: (-counts[language], language))[:2]
    return first if counts[first] > counts[second] else otherwise
