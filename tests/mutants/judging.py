"""Runs the nets once as they are, and then, for each mutant, those that come by it.

As the nets are tests, this takes the place of pytest's own loop over them (`tests/conftest.py`).
`NINEFOLD_MUTANTS=2/3` takes the second third of the mutants, `NINEFOLD_MUTANT_KINDS=policy` those
whose kind says so.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest
from math import inf
from pathlib import Path
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.kinds import Mutant, all_mutants
from tests.mutants.switching import SWITCH, switched

SHARE: Final = "NINEFOLD_MUTANTS"
KINDS: Final = "NINEFOLD_MUTANT_KINDS"
WANTED: Final = 0.99
# What no test comes by in the running program is looked for by those that read the catalog.
READERS_OF_THE_CATALOG: Final = "tests/architecture/test_tables.py"

Tally = dict[str, Counter[str]]


class Judge:
    """Which tests come by what, how long they take, and what became of each mutant."""

    def __init__(self, session: pytest.Session) -> None:
        self.items = session.items
        self.seconds: dict[pytest.Item, float] = {}
        self.by_point: defaultdict[object, list[pytest.Item]] = defaultdict(list)
        self.tally: Tally = defaultdict(Counter)
        self.survivors: list[str] = []

    def learn(self) -> Iterator[str]:
        """Run everything once; the names of those that fail as it is."""
        for item, following in zip(self.items, [*self.items[1:], None], strict=True):
            SWITCH.passed = set()
            reports = runtestprotocol(item, nextitem=following or self._elsewhere(item), log=False)
            self.seconds[item] = sum(report.duration for report in reports)
            if any(report.failed for report in reports):
                yield item.nodeid
                continue
            for point in SWITCH.passed:
                self.by_point[point].append(item)
            if item.nodeid.startswith(READERS_OF_THE_CATALOG):
                self.by_point[None].append(item)

    def judge(self, mutant: Mutant) -> bool:
        """Whether any test notices; the quickest are asked first, module by module."""
        witnesses = self._witnesses(mutant)
        with mutant.applied():
            caught = any(
                self._fails(item, following)
                for item, following in zip_longest(witnesses, witnesses[1:])
            )
        self.tally[mutant.kind]["caught" if caught else "survived"] += 1
        if not caught:
            self.survivors.append(f"{mutant.kind}, asked by {len(witnesses)}: {mutant.name}")
        return caught

    def _witnesses(self, mutant: Mutant) -> list[pytest.Item]:
        found = self.by_point[mutant.point]
        quickest: dict[Path, float] = {}
        for item in found:
            quickest[item.path] = min(self.seconds[item], quickest.get(item.path, inf))
        return sorted(found, key=lambda it: (quickest[it.path], it.path, self.seconds[it]))

    def _fails(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        elsewhere = self._elsewhere(item)
        reports = runtestprotocol(item, nextitem=following or elsewhere, log=False)
        failed = any(report.failed for report in reports)
        if failed:
            # All that the module has made goes, lest one mutant's doings are the next one's.
            with suppress(Exception):
                item.session._setupstate.teardown_exact(elsewhere)
        return failed

    def _elsewhere(self, item: pytest.Item) -> pytest.Item:
        return next(other for other in self.items if other.path != item.path)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of running the tests once."""
    if session.config.option.collectonly:
        return True
    judge, say = Judge(session), session.config.get_terminal_writer()
    with switched():
        red = list(judge.learn())
        for name in red:
            say.line(f"fails as it is: {name}")
        part, of = map(int, os.environ.get(SHARE, "1/1").split("/"))
        kinds = os.environ.get(KINDS, "").split(",")
        wanted = [it for it in all_mutants() if any(kind in it.kind for kind in kinds)]
        mutants = wanted[part - 1 :: of]
        say.line(f"{len(judge.items)} tests, {len(mutants)} mutants")
        say.flush()
        for mutant in mutants:
            if not judge.judge(mutant):
                say.line(f"survived: {judge.survivors[-1]}")
                say.flush()
    _report(judge, say)
    session.testsfailed += len(red) + (_share(judge) < WANTED)
    return True


def _report(judge: Judge, say: Any) -> None:
    for kind, became in sorted(judge.tally.items()):
        say.line(f"{kind}: {became['caught']} of {became.total()} caught")
    say.line(f"mutants: {_share(judge):.2%} caught, {len(judge.survivors)} survived")


def _share(judge: Judge) -> float:
    caught = sum(became["caught"] for became in judge.tally.values())
    return caught / max(1, sum(became.total() for became in judge.tally.values()))
