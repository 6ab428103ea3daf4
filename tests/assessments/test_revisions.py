"""What is kept of a row of saves: folding loses no more than a short word, however many fold."""

import itertools

import pytest

from assessments.models import Cycle
from assessments.revisions import LONGEST_LOST
from schools.models import Membership
from tests.assessments.writing import history, read_cell, save

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_taken_away_letter_by_letter_is_in_the_history(
    cycle: Cycle, alice: Membership
) -> None:
    whole = "A paragraph of some forty characters, say."
    save(read_cell(cycle), alice, opportunities=whole)

    for length in range(len(whole) - 4, 0, -4):
        save(read_cell(cycle), alice, opportunities=whole[:length])

    texts = [text for _version, text, _was_refused in history(cycle)]
    lost = [
        len(one) - len(other) for one, other in itertools.pairwise([whole, *sorted(texts)[::-1]])
    ]
    assert max(lost) <= LONGEST_LOST + 4
    assert len(whole) - len(max(texts, key=len)) <= LONGEST_LOST
