"""Two minutes of what `tests/assessments/api/test_complete_copies.py` does for some seconds.

Too long for CI: run by `NINEFOLD_CLIENTS=1 pytest tests/clients/test_complete_copies.py`.
"""

import os

import pytest

from tests.assessments.api.test_complete_copies import copied_while_written
from tests.copies import differences

if "NINEFOLD_CLIENTS" not in os.environ:
    pytest.skip("runs by hand: set NINEFOLD_CLIENTS", allow_module_level=True)

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = float(os.environ.get("NINEFOLD_CLIENTS_SECONDS", "120"))


def test_after_two_minutes_of_eight_writers_both_copies_equal_the_database() -> None:
    crowd, copies = copied_while_written(SECONDS, seed=2027)

    print(f"\nDone: {dict(crowd.done)}")  # noqa: T201 - the figures are what one runs it for
    for copy in copies:
        held = {resource: len(rows) for resource, rows in copy.rows.items()}
        print(f"{type(copy).__name__}: {copy.deletions} deletions; holds {held}")  # noqa: T201
    assert [differences(copy, crowd.district) for copy in copies] == [{}, {}]
    assert all(copy.deletions for copy in copies)
