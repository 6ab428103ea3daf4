"""The sentences of many passages, each once, with all the places where it stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from assessments.dashboards.themes.languages import language_of
from assessments.dashboards.themes.rows import Excerpt, Passage
from assessments.dashboards.themes.silence import says_nothing
from assessments.dashboards.themes.spans import spans


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
