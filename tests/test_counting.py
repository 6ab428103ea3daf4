"""What the workers have counted is added up for the last line of a run."""

from collections import Counter, defaultdict

import pytest

from tests import counting


def test_workers_that_saw_the_same_thing_saw_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_different", defaultdict(set))
    monkeypatch.setattr(counting, "_sums", Counter())
    counting.saw("principals", "nobody")
    counting.add("cases", 1000)

    counting.take_over({"different": {"principals": ["nobody", "a guest"]}, "sums": {"cases": 500}})

    assert list(counting.said()) == ["2 principals, 1,500 cases"]


def test_a_run_that_counted_nothing_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_different", defaultdict(set))
    monkeypatch.setattr(counting, "_sums", Counter())

    assert list(counting.said()) == []
