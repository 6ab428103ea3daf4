"""Has the text read first, runs the nets once as they are, and then, for each mutant that nobody
has noticed, those that come by it.

First those that are run every day and those that reach furthest; then, for what these did not
notice, all other tests; then what has its turn some day (`tests/in_turn.py`). As the nets are
tests, this takes the place of pytest's own loop over them (`tests/conftest.py`).
`NINEFOLD_MUTANTS=2/3` takes the second third of the mutants, `NINEFOLD_MUTANT_KINDS=policy` those
whose kind says so.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol

from tests import in_turn
from tests.architecture.locks import APPLICATION
from tests.architecture.places import MOST_POWERFUL
from tests.mutants import SHARE
from tests.mutants.kinds import Mutant, all_mutants
from tests.mutants.reading import is_read
from tests.mutants.switching import SWITCH, switched

KINDS: Final = "NINEFOLD_MUTANT_KINDS"
WANTED: Final = 0.99
# Tests of one module: to begin another one takes as long as several of them.
AT_ONCE: Final = 15
NETS: Final = "tests/architecture/"
# Nothing but the code's own conditions is between districts there.
WITHOUT_THE_LOCK: Final = f"{NETS}test_as_if_alone.py"
# What no test comes by in the running program is looked for by those that read the catalog.
READERS_OF_THE_CATALOG: Final = f"{NETS}test_tables.py"


class Judge:
    """Which tests come by what, how long they take, and which mutants nobody has noticed yet."""

    def __init__(self, session: pytest.Session, mutants: list[Mutant]) -> None:
        self.items = session.items
        self.seconds: dict[pytest.Item, float] = {}
        self.by_point: defaultdict[object, list[pytest.Item]] = defaultdict(list)
        self.mutants = mutants
        self.unnoticed = mutants
        self.red: list[str] = []

    def learn(self, items: list[pytest.Item]) -> None:
        """Run these once, and ask them from now on; not those that fail as it is."""
        self.by_point.clear()
        for item, following in zip_longest(items, items[1:]):
            SWITCH.passed = set()
            reports = runtestprotocol(item, nextitem=following or self._elsewhere(item), log=False)
            self.seconds[item] = sum(report.duration for report in reports)
            if any(report.failed for report in reports):
                self.red.append(f"{item.nodeid}: {_why(reports)}")
                continue
            for point in SWITCH.passed:
                self.by_point[point].append(item)
            if item.nodeid.startswith(READERS_OF_THE_CATALOG):
                self.by_point[None].append(item)

    def judge(self) -> Iterator[tuple[Mutant, bool]]:
        """Each mutant that nobody has noticed yet, and whether somebody does now."""
        asked, self.unnoticed = self.unnoticed, []
        for mutant in asked:
            noticed = self._notices(mutant)
            if not noticed:
                self.unnoticed.append(mutant)
            yield mutant, noticed

    def read(self) -> Iterator[Mutant]:
        """Those that somebody notices who reads the code: in seconds, so they are not run."""
        read = [it for it in self.unnoticed if it.site is not None and is_read(it.site)]
        self.unnoticed = [mutant for mutant in self.unnoticed if mutant not in read]
        yield from read

    def _notices(self, mutant: Mutant) -> bool:
        """Whether any test does that passes again once all is as it was."""
        witnesses = self._witnesses(mutant)
        for item, following in zip_longest(witnesses, witnesses[1:]):
            with mutant.applied():
                failed = self._fails(item, following)
            if failed and not self._fails(item, None):
                return True
            if failed:
                self._ask_no_more(item)
        return False

    def _ask_no_more(self, item: pytest.Item) -> None:
        """It fails whatever is there: then that it fails says nothing."""
        self.red.append(item.nodeid)
        for found in self.by_point.values():
            if item in found:
                found.remove(item)

    def _witnesses(self, mutant: Mutant) -> list[pytest.Item]:
        """Some of each module, the quickest first; then some more of each.

        The tests of one module see things alike.
        """
        found = sorted(self.by_point.get(mutant.point, []), key=self.seconds.__getitem__)
        before: Counter[Path] = Counter()
        place: dict[pytest.Item, int] = {}
        for item in found:
            place[item] = before[item.path] // AT_ONCE
            before[item.path] += 1
        return sorted(found, key=lambda it: (place[it], it.path, self.seconds[it]))

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
    say = session.config.get_terminal_writer()
    part, of = map(int, os.environ.get(SHARE, "1/1").split("/"))
    kinds = os.environ.get(KINDS, "").split(",")
    wanted = [it for it in all_mutants() if any(kind in it.kind for kind in kinds)]
    judge = Judge(session, wanted[part - 1 :: of])
    for mutant in judge.read():
        say.line(f"caught by reading: {mutant.kind}, {mutant.name}")
    say.line(f"mutants: {_share(judge):.2%} caught by reading alone")
    with switched():
        for items in _rounds(session.items):
            judge.learn(items)
            say.line(f"{len(items)} tests, {len(judge.unnoticed)} mutants:")
            say.flush()
            for mutant, noticed in judge.judge():
                say.line(f"{'caught' if noticed else 'SURVIVED'}: {mutant.kind}, {mutant.name}")
                say.flush()
            _report(judge, say)
            if not judge.unnoticed:
                break
    session.testsfailed += len(judge.red) + (_share(judge) < WANTED)
    return True


def _rounds(items: list[pytest.Item]) -> Iterator[list[pytest.Item]]:
    today, *days = in_turn.by_day(items)
    nets = [it for it in today if it.nodeid.startswith(NETS) and not _has_turns(it)]
    yield nets + [it for it in items if _reaches_far(it)]
    yield [it for it in today if not it.nodeid.startswith(NETS)]
    for day in [today, *days]:
        yield [it for it in day if _has_turns(it) and not _reaches_far(it)]


def _why(reports: list[Any]) -> str:
    """The last line of what a test says that fails."""
    said = [report.longreprtext for report in reports if report.failed]
    return said[0].strip().splitlines()[-1] if said else ""


def _has_turns(item: pytest.Item) -> bool:
    return item.get_closest_marker("in_turn") is not None


def _reaches_far(item: pytest.Item) -> bool:
    """Whether nothing but the lock that mutants open is before whoever asks there."""
    if item.nodeid.startswith(WITHOUT_THE_LOCK):
        return True
    asked = getattr(getattr(item, "callspec", None), "params", {})
    return asked.get("who") in MOST_POWERFUL and asked.get("locks") == APPLICATION


def _report(judge: Judge, say: Any) -> None:
    for name in judge.red:
        say.line(f"fails as it is: {name}")
    # Those that are left were named as they were asked about.
    left = Counter(mutant.kind for mutant in judge.unnoticed)
    for kind, number in sorted(Counter(mutant.kind for mutant in judge.mutants).items()):
        say.line(f"{kind}: {number - left[kind]} of {number} caught")
    say.line(f"mutants: {_share(judge):.2%} caught, {len(judge.unnoticed)} survived")
    say.flush()


def _share(judge: Judge) -> float:
    return 1 - len(judge.unnoticed) / max(1, len(judge.mutants))
