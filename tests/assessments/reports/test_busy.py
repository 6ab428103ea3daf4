"""When a report cannot be made just now: a plain word, and when to come back."""

from typing import Any

import pytest

from assessments.models import Cycle
from assessments.reports import typesetting
from schools.models import Membership
from tests.assessments.views.browsing import Browser

pytestmark = pytest.mark.django_db(transaction=True)


def answer_to(alice: Membership, cycle: Cycle) -> Any:
    return Browser(alice).get("report", cycle_id=cycle.pk)


def test_a_report_that_takes_too_long_is_put_off_with_a_word(
    alice: Membership, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "LONGEST_SECONDS", 0.001)

    answer = answer_to(alice, cycle)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Nothing is lost" in answer.text


def test_who_waits_too_long_for_others_reports_is_told_and_the_next_one_is_made(
    alice: Membership, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "LONGEST_WAIT_SECONDS", 0.01)
    with typesetting._AT_ONCE, typesetting._AT_ONCE:
        put_off = answer_to(alice, cycle)

    made = answer_to(alice, cycle)

    assert (put_off.status_code, made.status_code) == (503, 200)
    assert made.content.startswith(b"%PDF")
