"""Copies that are complete: whatever is written at once, and in whatever order it is committed."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connections

from tests.copies import Copy, CopyByFeed, CopyByTime, differences
from tests.crowd_of_writers import Crowd
from tests.reading import with_key

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 4.0


def test_after_eight_writers_both_copies_equal_the_database() -> None:
    crowd, copies = copied_while_written(SECONDS)

    assert [differences(copy, crowd.district) for copy in copies] == [{}, {}]
    assert all(copy.deletions for copy in copies)


def copied_while_written(seconds: float, *, seed: int = 9) -> tuple[Crowd, list[Copy]]:
    """Eight writers, and a copy of each kind that pulls as often as it can, and once at the end."""
    crowd = Crowd.of_a_new_district()
    copies = [way(with_key(crowd.district)) for way in (CopyByTime, CopyByFeed)]
    crowd.undo_a_mistake()
    with ThreadPoolExecutor(3) as pool:
        writing = pool.submit(crowd.write_for, seconds, seed=seed)
        for each in [pool.submit(_pull_during, copy, writing) for copy in copies]:
            each.result()
    writing.result()
    return crowd, copies


def _pull_during(copy: Copy, writing: Future[None]) -> None:
    try:
        while not writing.done():
            copy.pull()
            time.sleep(0.05)
        copy.pull()
    finally:
        connections.close_all()
