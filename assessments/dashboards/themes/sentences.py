"""The sentences of many passages, each once, with all the places where it stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assessments.dashboards.themes.encoder import Matrix
from assessments.dashboards.themes.languages import language_of
from assessments.dashboards.themes.meaning import unit
from assessments.dashboards.themes.rows import Excerpt, Passage
from assessments.dashboards.themes.silence import says_nothing
from assessments.dashboards.themes.spans import spans

CONTEXT_WEIGHS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was said, wherever and by whomever it was written."""

    text: str
    language: str
    excerpts: tuple[Excerpt, ...] = ()
    schools: frozenset[str] = frozenset()


def sentences(passages: Iterable[Passage]) -> list[Sentence]:
    """All that says something, sorted by its text."""
    places: defaultdict[str, list[Excerpt]] = defaultdict(list)
    for passage in passages:
        for start, end in spans(passage.text):
            if not says_nothing(passage.text[start:end]):
                places[passage.text[start:end]].append(Excerpt(passage, start, end))
    return [_sentence(text, sorted(excerpts)) for text, excerpts in sorted(places.items())]


def in_context(said: Sequence[Sentence], vectors: Matrix) -> Matrix:
    """Each sentence's vector drawn a little to those of the passages where it stands.

    "In March it stopped" means what the sentences around it are about.
    """
    sums: defaultdict[Passage, Matrix] = defaultdict(lambda: np.zeros_like(vectors[0]))
    for sentence, vector in zip(said, vectors, strict=True):
        for excerpt in sentence.excerpts:
            sums[excerpt.passage] += vector
    drawn = vectors.copy()
    for row, sentence in enumerate(said):
        around = sum(sums[excerpt.passage] - vectors[row] for excerpt in sentence.excerpts)
        drawn[row] += CONTEXT_WEIGHS * unit(np.asarray(around, dtype=np.float32))
    return unit(drawn)


def is_silent(text: str) -> bool:
    """Whether a text says nothing in any of its sentences."""
    return all(says_nothing(text[start:end]) for start, end in spans(text))


def _sentence(text: str, excerpts: list[Excerpt]) -> Sentence:
    return Sentence(
        text,
        language_of(text, excerpts[0].passage.language),
        tuple(excerpts),
        frozenset(excerpt.passage.school for excerpt in excerpts),
    )
