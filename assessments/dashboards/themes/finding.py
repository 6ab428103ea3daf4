"""What a district's texts have in common: from passages to themes, in one pure function.

The same passages give the same themes, in whatever order they come: everything is sorted first and
nothing is drawn by lot.
"""

import zlib
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from assessments.dashboards.themes.codebook import Codebook, codebook
from assessments.dashboards.themes.communities import communities, ties_between
from assessments.dashboards.themes.encoder import Matrix
from assessments.dashboards.themes.meaning import meanings, middle, with_words
from assessments.dashboards.themes.naming import named
from assessments.dashboards.themes.rows import Excerpt, Findings, Known, Passage, Theme
from assessments.dashboards.themes.sentences import Sentence, in_context, is_silent, sentences

FEWEST_SCHOOLS: Final = 3
MOST_THEMES: Final = 40
# How like its theme's middle a sentence must be to be an excerpt of it.
FITS: Final = 0.2
# Themes are found among so many sentences; any others then join the theme that is nearest.
MOST_COMPARED: Final = 12_000

Group = list[int]


def find_themes(
    passages: Iterable[Passage],
    *,
    accepted: Iterable[Known] = (),
    dropped: Iterable[Known] = (),
    fewest_schools: int = FEWEST_SCHOOLS,
    at_most: int = MOST_THEMES,
) -> Findings:
    """What these passages have in common.

    `accepted` is the codebook: what belongs to its themes is carried forward and suggests nothing
    new. What is nearly an `accepted` or a `dropped` theme is not suggested again. A theme is what
    several schools say: `fewest_schools` of them, but never fewer than two.
    """
    with threadpool_limits(1, "blas"):  # sums do not depend on how many cores happen to be free
        return _found(passages, (accepted, dropped), fewest_schools, at_most)


def _found(
    passages: Iterable[Passage],
    decided: tuple[Iterable[Known], Iterable[Known]],
    fewest_schools: int,
    at_most: int,
) -> Findings:
    written = [passage for passage in sorted(set(passages)) if passage.text.strip()]
    said = sentences(written)
    vectors, kept, refused = _seen_together(said, *decided)
    belongs = kept.belonging(vectors)
    carried = [
        _theme(said, _by_likeness(_places(belongs, number), vectors), known.name, known.key)
        for number, known in enumerate(kept.themes)
        if number in belongs
    ]
    several = max(2, min(fewest_schools, len({passage.school for passage in written})))
    new = [
        group
        for group in _groups(said, vectors, _places(belongs, -1))
        if _count_schools(said, group) >= several
        and not any(book.holds(middle(vectors[group])) for book in (kept, refused))
    ]
    new.sort(key=lambda group: (-_count_schools(said, group), group[0]))
    suggested = _named(said, vectors, new[:at_most], [known.name for known in kept.themes])
    return _findings(said, written, carried, suggested)


def _seen_together(
    said: Sequence[Sentence], accepted: Iterable[Known], dropped: Iterable[Known]
) -> tuple[Matrix, Codebook, Codebook]:
    """This year's sentences and the decided themes' own, as vectors of one space."""
    kept, refused = codebook(accepted), codebook(dropped)
    known = [*kept.words, *refused.words]
    vectors = meanings(
        [one.text for one in (*said, *known)], [one.language for one in (*said, *known)]
    )
    here, there = len(said), len(said) + len(kept.words)
    return (
        in_context(said, vectors[:here]),
        kept.seen(vectors[here:there]),
        refused.seen(vectors[there:]),
    )


def _groups(said: Sequence[Sentence], vectors: Matrix, places: Group) -> list[Group]:
    """The places of sentences that belong together, those most typical of a group first."""
    if not places:
        return []
    compared = sorted(sorted(places, key=lambda place: _lot(said[place]))[:MOST_COMPARED])
    texts, languages = zip(*((said[i].text, said[i].language) for i in compared), strict=True)
    near = vectors[compared]
    numbers = communities(ties_between(with_words(near, texts), near, languages))
    middles = np.stack([middle(near[_places(numbers, n)]) for n in range(max(numbers) + 1)])
    likeness = vectors[places] @ middles.T
    nearest = dict(zip(places, likeness.argmax(axis=1).tolist(), strict=True))
    nearest |= dict(zip(compared, numbers, strict=True))
    groups: list[Group] = [[] for _ in middles]
    for place, like in zip(places, likeness, strict=True):
        if like[nearest[place]] >= FITS:
            groups[nearest[place]].append(place)
    return [_by_likeness(group, vectors) for group in groups if group]


def _lot(sentence: Sentence) -> tuple[int, str]:
    """An order that has nothing to do with the text, and is the same every time."""
    return zlib.crc32(sentence.text.encode()), sentence.text


def _by_likeness(group: Group, vectors: Matrix) -> Group:
    likeness = np.round(vectors[group] @ middle(vectors[group]), 5).tolist()
    return [place for _, place in sorted(zip((-like for like in likeness), group, strict=True))]


def _places(numbers: Sequence[int], wanted: int) -> Group:
    return [place for place, number in enumerate(numbers) if number == wanted]


def _count_schools(said: Sequence[Sentence], group: Group) -> int:
    return len({school for place in group for school in said[place].schools})


def _named(
    said: Sequence[Sentence], vectors: Matrix, groups: list[Group], taken: Iterable[str]
) -> list[Theme]:
    names = named(
        [[said[place] for place in group] for group in groups],
        [middle(vectors[group]) for group in groups],
        taken=taken,
    )
    return [_theme(said, group, name) for group, name in zip(groups, names, strict=True)]


def _theme(said: Sequence[Sentence], group: Group, name: str, key: str = "") -> Theme:
    excerpts = tuple(excerpt for place in group for excerpt in said[place].excerpts)
    return Theme(name, excerpts, key)


def _findings(
    said: Sequence[Sentence],
    written: Sequence[Passage],
    carried: Sequence[Theme],
    suggested: Sequence[Theme],
) -> Findings:
    placed: set[Excerpt] = {e for theme in (*carried, *suggested) for e in theme.excerpts}
    return Findings(
        suggested=tuple(suggested),
        carried=tuple(carried),
        nothing_said=tuple(passage for passage in written if is_silent(passage.text)),
        unplaced=tuple(e for one in said for e in one.excerpts if e not in placed),
    )
