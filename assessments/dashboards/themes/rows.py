"""What goes into the theme finder and what comes out: plain rows, no model among them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A school's answer to one question or cell, as one submission holds it.

    `place` is the question's key or the cell's code (with its field), `language` the one that the
    cycle was written in; a sentence in another language is noticed by itself.
    """

    submission: str
    place: str
    school: str
    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True, order=True)
class Excerpt:
    """A stretch of a passage: exactly `passage.text[start:end]`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The school's words."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Known:
    """A theme that people have decided on already: its name and the words that stand for it."""

    key: str
    name: str
    excerpts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """A suggestion: a name out of the schools' own words, and the words themselves.

    `key` is that of the codebook's theme that this is, or empty when it is new. The excerpts come
    with the most typical first.
    """

    name: str
    excerpts: tuple[Excerpt, ...]
    key: str = ""

    @property
    def schools(self) -> tuple[str, ...]:
        """The schools behind it, each once."""
        return tuple(sorted({excerpt.passage.school for excerpt in self.excerpts}))


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found in a district's texts.

    `carried` are the themes of the codebook that this year's texts speak of, `suggested` the new
    ones, those of most schools first. `nothing_said` are answers like "none yet"; `unplaced` is
    what was said but belongs to no theme.
    """

    suggested: tuple[Theme, ...] = ()
    carried: tuple[Theme, ...] = ()
    nothing_said: tuple[Passage, ...] = ()
    unplaced: tuple[Excerpt, ...] = ()
