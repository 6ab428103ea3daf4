"""Sentences as vectors: what they mean, whatever the language, and which words they use.

What they mean is told by a multilingual encoder and by the schools' vocabulary.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from assessments.dashboards.themes.encoder import Matrix, encoded
from assessments.dashboards.themes.silence import folded
from assessments.dashboards.themes.vocabulary import HOW_MANY_MATTERS, NO_MATTER, matter_of

# How much the schools' vocabulary weighs beside what the encoder understands.
MATTERS_WEIGH: Final = 0.2
# How much the choice of words weighs beside the meaning, when two sentences share a language.
WORDS_WEIGH: Final = 0.3
# So many sentences of a language say as much about its middle as knowing nothing does.
_MIDDLE_NEEDS: Final = 20
# What a matter that every sentence names weighs still.
_COMMON: Final = 0.3
# A word of more than so many of the sentences tells none of them from another.
_COMMONEST: Final = 0.3
_WORD_DIMENSIONS: Final = 256
_GRAPH_DIMENSIONS: Final = 160

_ANY_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")


def meanings(texts: Sequence[str], languages: Sequence[str]) -> Matrix:
    """A unit vector a text; those on one matter lie close, in Spanish and English alike.

    What a language's sentences have in common is taken off, so that languages do not lie apart.
    """
    vectors = encoded([_plain(text) for text in texts])
    spoken = np.array(languages)
    for language in sorted(set(languages)):
        rows = np.flatnonzero(spoken == language)
        share = len(rows) / (len(rows) + _MIDDLE_NEEDS)
        vectors[rows] -= share * vectors[rows].mean(axis=0)
    return _beside(unit(vectors), _matters(texts), MATTERS_WEIGH)


def with_words(vectors: Matrix, texts: Sequence[str]) -> Matrix:
    """Meanings with the choice of words beside them, in fewer dimensions."""
    joined = _beside(vectors, _wordings(texts), WORDS_WEIGH)
    if min(joined.shape) <= _GRAPH_DIMENSIONS:
        return joined
    _, directions = np.linalg.eigh((joined.T @ joined).astype(np.float64))
    return unit(joined @ directions[:, -_GRAPH_DIMENSIONS:].astype(np.float32))


def likeness_to(texts: Sequence[str], middle: Matrix) -> list[float]:
    """How near short phrases lie to the middle of a theme."""
    vectors = encoded(texts)
    likeness: list[float] = (vectors @ middle[: vectors.shape[1]]).tolist()
    return likeness


def middle(vectors: Matrix) -> Matrix:
    """The direction in which these point together."""
    return unit(vectors.mean(axis=0))


def unit(vectors: Matrix) -> Matrix:
    """Each vector at length one; one of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _beside(vectors: Matrix, others: Matrix, weight: float) -> Matrix:
    """Both in one: the likeness of two rows is the weighted mean of their likenesses."""
    joined = [vectors * np.sqrt(1 - weight), others * np.sqrt(weight)]
    return np.hstack(joined).astype(np.float32)


def _plain(text: str) -> str:
    """Without numbers, days and months, unless there is nothing else."""
    return _SPACE.sub(" ", _ANY_WORD.sub(_unless_no_matter, text)).strip() or text


def _unless_no_matter(word: re.Match[str]) -> str:
    return "" if word[0].isnumeric() or folded(word[0]) in NO_MATTER else word[0]


def _matters(texts: Sequence[str]) -> Matrix:
    """Which matters of schools a text names, the rarer the more."""
    vectors = np.zeros((len(texts), HOW_MANY_MATTERS), dtype=np.float32)
    for vector, text in zip(vectors, texts, strict=True):
        vector[[m for m in map(matter_of, folded(text).split()) if m is not None]] = 1
    vectors *= _COMMON + np.log((1 + len(texts)) / (1 + vectors.sum(axis=0)))
    return unit(vectors)


def _wordings(texts: Sequence[str]) -> Matrix:
    """TF-IDF of words and pairs of words, each a direction of its own in few dimensions."""
    counted = [_counted(text) for text in texts]
    everywhere = Counter(feature for features in counted for feature in features)
    most = max(2, _COMMONEST * len(texts))
    rows = {
        f: row for row, f in enumerate(sorted(f for f, n in everywhere.items() if 2 <= n <= most))
    }
    vectors = np.zeros((len(texts), _WORD_DIMENSIONS), dtype=np.float32)
    if not rows:
        return vectors
    directions = np.stack([_direction(feature) for feature in rows])
    directions *= _rarity(np.array([everywhere[feature] for feature in rows]), len(texts))[:, None]
    for vector, features in zip(vectors, counted, strict=True):
        used = sorted((rows[feature], n) for feature, n in features.items() if feature in rows)
        if used:
            which, often = np.array(used).T
            vector[:] = (1 + np.log(often)) @ directions[which]
    return unit(vectors)


def _rarity(counts: Matrix, among: int) -> Matrix:
    rarity: Matrix = (np.log((1 + among) / (1 + counts)) + 1).astype(np.float32)
    return rarity


def _counted(text: str) -> Counter[str]:
    words = folded(text).split()
    return Counter([*words, *map(" ".join, pairwise(words))])


@lru_cache(maxsize=1 << 16)
def _direction(feature: str) -> Matrix:
    """Pluses and minuses that only the feature itself decides."""
    chance = np.random.default_rng(zlib.crc32(feature.encode()))
    return chance.choice(np.array([-1, 1], dtype=np.float32), _WORD_DIMENSIONS)
