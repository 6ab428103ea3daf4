"""Groups of sentences that lie closer to one another than to the rest, their number not told.

Each sentence is tied to those nearest to it; Louvain's method then finds the groups that hold more
ties within than chance would (modularity). Nodes are visited in the order given and nothing is
drawn by lot.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from assessments.dashboards.themes.encoder import Matrix

Ties = list[dict[int, float]]

NEIGHBOURS: Final = 16
# Of those that far at most are of another language, by meaning alone.
FOREIGN_NEIGHBOURS: Final = 6
WEAKEST_TIE: Final = 0.1
# Plain modularity for a handful of sentences; twice as fine, so more and smaller groups, for many.
PLAIN: Final = 1.0
FINE: Final = 2.0
_MANY: Final = 200
_ROUNDS: Final = 6
_BLOCK: Final = 512
_ANY_GAIN: Final = 1e-9


def communities(ties: Ties) -> list[int]:
    """Which group each node is in: numbers from 0 in the order in which they first appear."""
    resolution = PLAIN + (FINE - PLAIN) * min(1.0, len(ties) / _MANY)
    strengths = [sum(row.values()) for row in ties]
    groups = list(range(len(ties)))
    if not any(strengths):
        return groups
    for _ in range(_ROUNDS):
        changed = _settle(ties, strengths, groups, resolution)
        groups, merged = _merge(ties, strengths, groups, resolution)
        if not (changed or merged):
            break
    return _numbered(groups)


def ties_between(vectors: Matrix, meanings: Matrix, languages: Sequence[str]) -> Ties:
    """Each sentence's nearest ones, as weights that go both ways.

    Within a language by meaning and words, across languages by meaning: else no Spanish sentence
    would ever be among the nearest of an English one.
    """
    ties: Ties = [{} for _ in languages]
    spoken = np.array(languages)
    for language in sorted(set(languages)):
        own, others = np.flatnonzero(spoken == language), np.flatnonzero(spoken != language)
        _tie(ties, _nearest(vectors, (own, own), NEIGHBOURS))
        _tie(ties, _nearest(meanings, (own, others), FOREIGN_NEIGHBOURS))
    return ties


def _nearest(
    vectors: Matrix, between: tuple[np.ndarray, np.ndarray], count: int
) -> Iterator[tuple[int, int, float]]:
    """For each of the first rows the `count` nearest among the second, with their likeness."""
    rows, others = between
    count = min(count, len(others))
    if not count:
        return
    among = vectors[others]
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        likeness = vectors[block] @ among.T
        likeness[block[:, None] == others[None, :]] = -1  # nobody is their own neighbour
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        for row, found, near in zip(
            block, nearest, np.take_along_axis(likeness, nearest, axis=1), strict=True
        ):
            for other, weight in zip(others[found].tolist(), near.tolist(), strict=True):
                yield int(row), other, weight


def _tie(ties: Ties, found: Iterator[tuple[int, int, float]]) -> None:
    """A tie that both ends chose counts twice what one end chose."""
    for one, other, weight in found:
        if weight >= WEAKEST_TIE:
            ties[one][other] = ties[one].get(other, 0.0) + weight
            ties[other][one] = ties[other].get(one, 0.0) + weight


def _merge(
    ties: Ties, strengths: list[float], groups: list[int], resolution: float
) -> tuple[list[int], bool]:
    """Let whole groups move, then groups of groups, until none gains by it."""
    merged = False
    part = groups = _numbered(groups)
    while True:
        ties, strengths = _folded_into(part, ties, strengths)
        part = list(range(len(ties)))
        if not _settle(ties, strengths, part, resolution):
            return groups, merged
        part = _numbered(part)
        groups = [part[group] for group in groups]
        merged = True


def _settle(ties: Ties, strengths: list[float], groups: list[int], resolution: float) -> bool:
    """Move nodes to the group that gains most, one at a time, until none gains; whether any did."""
    weights: defaultdict[int, float] = defaultdict(float)
    for node, group in enumerate(groups):
        weights[group] += strengths[node]
    whole = sum(strengths)
    queue, waiting, moved = deque(range(len(ties))), [True] * len(ties), False
    while queue:
        node = queue.popleft()
        waiting[node] = False
        weights[groups[node]] -= strengths[node]
        best = _best_group(node, ties, groups, weights, resolution * strengths[node] / whole)
        weights[best] += strengths[node]
        if best == groups[node]:
            continue
        groups[node], moved = best, True
        for other in ties[node]:
            if not waiting[other] and groups[other] != best:
                waiting[other] = True
                queue.append(other)
    return moved


def _best_group(
    node: int, ties: Ties, groups: list[int], weights: dict[int, float], price: float
) -> int:
    """The group where the node's ties outweigh chance most; its own when none is better."""
    near: defaultdict[int, float] = defaultdict(float)
    for other, weight in ties[node].items():
        if other != node:
            near[groups[other]] += weight
    own = groups[node]
    best, most = own, near[own] - price * weights[own] + _ANY_GAIN
    for group in sorted(near):
        gain = near[group] - price * weights[group]
        if gain > most:
            best, most = group, gain
    return best


def _folded_into(part: list[int], ties: Ties, strengths: list[float]) -> tuple[Ties, list[float]]:
    """The same graph with each group as one node."""
    size = max(part) + 1
    between: list[defaultdict[int, float]] = [defaultdict(float) for _ in range(size)]
    sums = [0.0] * size
    for node, row in enumerate(ties):
        sums[part[node]] += strengths[node]
        for other, weight in row.items():
            between[part[node]][part[other]] += weight
    return [dict(row) for row in between], sums


def _numbered(groups: list[int]) -> list[int]:
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return [numbers[group] for group in groups]
