"""The demo's clock: what happened in a story happened then, and every answer took its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from unittest.mock import patch

# How long a team talks before it writes, in minutes: half an hour for nine cells at the quickest,
# an hour for everything; below the ten minutes from which a pause counts as a break.
FOR_A_CELL, FOR_A_QUESTION = (2.5, 6.5), (1.0, 3.5)
WRITING = (0.5, 1.5)
LONGEST_SITTING = timedelta(minutes=130)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let the product believe that it is `moment`."""
    with patch("django.utils.timezone.now", return_value=moment):
        yield


class Sitting:
    """A team around one table: each answer a few minutes after the last, the same every time."""

    def __init__(self, began: datetime, *, who: str) -> None:
        self._now = began
        self._pauses = Random(who)  # noqa: S311 - a story's pace is no secret

    @property
    def now(self) -> datetime:
        """How late it is at the table."""
        return self._now

    @contextmanager
    def after(self, least: float, most: float) -> Iterator[None]:
        """Some minutes later."""
        self._now += timedelta(minutes=self._pauses.uniform(least, most))
        with clock_at(self._now):
            yield
