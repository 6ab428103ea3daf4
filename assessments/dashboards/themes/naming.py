"""A theme's name: a phrase that stands in its texts, word for word."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assessments.dashboards.themes.encoder import Matrix
from assessments.dashboards.themes.meaning import likeness_to
from assessments.dashboards.themes.sentences import Sentence
from assessments.dashboards.themes.silence import folded
from assessments.dashboards.themes.vocabulary import SMALL_WORDS

LONGEST_NAME: Final = 60
MOST_WORDS: Final = 5
# So many of a theme's most typical sentences are read for its name.
_READ: Final = 150
# Every phrase of so many of them may be the name, others only when two schools wrote them.
_TYPICAL: Final = 5
_TRIED: Final = 16
_FULLNESS: Final = (0.35, 1.0, 1.25)
_UNLIKE: Final = 0.02

# A word keeps the accents that stand apart from their letter.
_WORD = re.compile(r"[^\W_][\u0300-\u036f]*(?:['’\-]?[^\W_][\u0300-\u036f]*)*")


@dataclass(slots=True)
class _Phrase:
    text: str
    words: int
    schools: set[str]


def named(
    groups: Sequence[Sequence[Sentence]], centres: Sequence[Matrix], taken: Iterable[str] = ()
) -> list[str]:
    """A name for each group, none twice and none of those `taken`.

    Each group's sentences come with the most typical first; the name is in the language that most
    of them are in.
    """
    found = [_phrases(_in_one_language(group)[:_READ]) for group in groups]
    everywhere: defaultdict[str, int] = defaultdict(int)
    for phrases in found:
        for key, phrase in phrases.items():
            everywhere[key] += len(phrase.schools)
    used = {folded(name) for name in taken}
    names = []
    for phrases, centre in zip(found, centres, strict=True):
        names.append(_best(phrases, everywhere, (centre, used)))
        used.add(folded(names[-1]))
    return names


def _in_one_language(group: Sequence[Sentence]) -> list[Sentence]:
    """Those in the language that most excerpts are in."""
    counts: defaultdict[str, int] = defaultdict(int)
    for sentence in group:
        counts[sentence.language] += len(sentence.excerpts)
    language = min(counts, key=lambda language: (-counts[language], language))
    return [sentence for sentence in group if sentence.language == language]


def _phrases(sentences: Sequence[Sentence]) -> dict[str, _Phrase]:
    """The phrases that the most typical sentences or two schools and more have, by folded text."""
    phrases: dict[str, _Phrase] = {}
    typical: set[str] = set()
    for place, sentence in enumerate(sentences):
        small = SMALL_WORDS.get(sentence.language, frozenset())
        for text, words in _phrases_in(sentence.text, small):
            key = folded(text)
            phrases.setdefault(key, _Phrase(text, words, set())).schools |= sentence.schools
            if place < _TYPICAL:
                typical.add(key)
    worth = {key: p for key, p in phrases.items() if key in typical or len(p.schools) > 1}
    return worth or {"": _Phrase(_beginning(sentences[0].text), 1, set(sentences[0].schools))}


def _phrases_in(text: str, small: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Runs of words with nothing but a space between, from one that says something to another."""
    words = list(_WORD.finditer(text))
    says = [folded(word[0]) not in small and not word[0].isnumeric() for word in words]
    for first, word in enumerate(words):
        if not says[first]:
            continue
        for last in range(first, min(first + MOST_WORDS, len(words))):
            if last > first and text[words[last - 1].end() : words[last].start()] not in (
                " ",
                "\u00a0",
            ):
                break
            if words[last].end() - word.start() > LONGEST_NAME:
                break
            if says[last]:
                yield text[word.start() : words[last].end()], sum(says[first : last + 1])


def _best(
    phrases: dict[str, _Phrase], everywhere: dict[str, int], beside: tuple[Matrix, set[str]]
) -> str:
    """Written by many of these schools, seldom elsewhere, and close to what the theme means."""
    centre, used = beside
    free = {key: phrase for key, phrase in phrases.items() if key not in used} or phrases
    weights = {key: _weight(phrase, everywhere[key]) for key, phrase in free.items()}
    tried = sorted(free, key=lambda key: (-weights[key], key))[:_TRIED]
    likeness = likeness_to([free[key].text for key in tried], centre)
    scores = {
        key: round(weights[key] * max(like, _UNLIKE), 5)
        for key, like in zip(tried, likeness, strict=True)
    }
    return free[max(tried, key=lambda key: scores[key])].text


def _weight(phrase: _Phrase, everywhere: int) -> float:
    """More for two words and three that say something than for a lone one."""
    fullness = _FULLNESS[min(phrase.words, len(_FULLNESS)) - 1]
    own = len(phrase.schools)
    return float(fullness * own**0.6 * own / everywhere)


def _beginning(text: str) -> str:
    """As much of a sentence as a name may hold, to the end of a word."""
    if len(text) <= LONGEST_NAME:
        return text
    return text[: LONGEST_NAME + 1].rsplit(maxsplit=1)[0][:LONGEST_NAME]
