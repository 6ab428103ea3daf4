"""What a district has decided on before, found again in this year's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from assessments.dashboards.themes.encoder import Matrix
from assessments.dashboards.themes.languages import language_of
from assessments.dashboards.themes.meaning import middle
from assessments.dashboards.themes.rows import Known
from assessments.dashboards.themes.sentences import Sentence

# How like a theme a sentence must be to belong to it: measured in benchmarks/themes.py.
BELONGS: Final = 0.38
# How like a decided theme a suggestion may be before it is the same once more.
SAME_AGAIN: Final = 0.6
_NEAREST: Final = 3


@dataclass(frozen=True, slots=True)
class Codebook:
    """Decided themes, the words that stand for each, and how these are seen beside this year's."""

    themes: tuple[Known, ...]
    words: tuple[Sentence, ...]
    owners: tuple[int, ...]
    vectors: tuple[Matrix, ...] = ()

    def seen(self, vectors: Matrix) -> "Codebook":
        """With a vector for each of the words."""
        owners = np.array(self.owners, dtype=int)
        rows = tuple(vectors[owners == number] for number in range(len(self.themes)))
        return Codebook(self.themes, self.words, self.owners, rows)

    def belonging(self, vectors: Matrix) -> list[int]:
        """For each row the place of the theme that it belongs to, or -1."""
        if not self.themes:
            return [-1] * len(vectors)
        # Half by what a theme means as a whole, half by the excerpts that are nearest.
        likeness = (vectors @ self._middles.T + self._nearest(vectors)) / 2
        best = np.where(likeness.max(axis=1) >= BELONGS, likeness.argmax(axis=1), -1)
        return [int(place) for place in best]

    def holds(self, centre: Matrix) -> bool:
        """Whether a theme with this middle is one of these."""
        return bool(self.themes) and float((self._middles @ centre).max()) >= SAME_AGAIN

    @property
    def _middles(self) -> Matrix:
        return np.stack([middle(rows) for rows in self.vectors])

    def _nearest(self, vectors: Matrix) -> Matrix:
        columns = [
            np.sort(vectors @ rows.T, axis=1)[:, -_NEAREST:].mean(axis=1) for rows in self.vectors
        ]
        return np.stack(columns, axis=1)


def codebook(themes: Iterable[Known]) -> Codebook:
    """The themes by key; one without excerpts is stood for by its name."""
    known = tuple(sorted(themes, key=lambda theme: theme.key))
    words = [(number, text) for number, theme in enumerate(known) for text in _words(theme)]
    return Codebook(
        known,
        tuple(Sentence(text, language_of(text, "en")) for _, text in words),
        tuple(number for number, _ in words),
    )


def _words(theme: Known) -> Sequence[str]:
    return sorted(set(theme.excerpts)) or [theme.name]
