"""What is new for somebody who knows an earlier state: that, and no more."""

from typing import Any

import pytest

from assessments.instrument import Wording
from assessments.models import InstrumentVersion
from assessments.news import NOTHING, amount_between, begun_anew, news_between

pytestmark = pytest.mark.django_db

CELL = "team.beliefs"


@pytest.fixture
def wording() -> Wording:
    return InstrumentVersion.objects.latest().wording()


def cycle(text: str = "", **cell: Any) -> dict[str, Any]:
    """One cell, and one question with that text."""
    return {"cells": {CELL: cell}, "reflections": {"balance": {"text": text, "answer": {}}}}


def test_what_is_as_it_was_is_no_news(wording: Wording) -> None:
    same = cycle("As ever", opportunities="We meet.", opportunity_level=2)

    assert news_between(same, same, wording=wording) == []
    assert amount_between(same, same) == (0, 0)


def test_a_changed_sentence_is_marked_within_the_text(wording: Wording) -> None:
    before = cycle(opportunities="We meet on Mondays. Everyone comes.")
    after = cycle(opportunities="We meet on Tuesdays. Everyone comes.")

    (news,) = news_between(before, after, wording=wording)
    (text,) = news.texts

    assert (news.code, text.is_rewritten) == (CELL, False)
    assert [(piece.kind.value, piece.text) for piece in text.marked][1:3] == [
        ("removed", "Mondays"),
        ("added", "Tuesdays"),
    ]


def test_a_text_of_which_little_is_left_is_read_as_a_new_one(wording: Wording) -> None:
    before = cycle(opportunities="Ms. Osei was here and taught us a lot, until she left us.")
    after = cycle(opportunities="Ms. Osei has gone. Ten pairs walk around the track on Fridays.")

    (news,) = news_between(before, after, wording=wording)

    assert [text.is_rewritten for text in news.texts] == [True]


def test_a_level_shows_what_it_was_but_not_the_first_time(wording: Wording) -> None:
    now = cycle(opportunity_level=3)

    (moved,) = news_between(cycle(opportunity_level=1), now, wording=wording)
    (first,) = news_between(NOTHING, now, wording=wording)

    assert (moved.level_before, moved.level_changed) == (1, True)
    assert (first.level_before, first.level_changed) == (None, False)


def test_looking_back_is_news_even_in_last_year_s_words(wording: Wording) -> None:
    said = cycle(disposition="done", disposition_why="All of us did.")

    (news,) = news_between(begun_anew(said), said, wording=wording)

    assert (news.looked_back, news.texts, news.choices) == (True, [], [])


def test_how_much_is_new_counts_answers_and_the_characters_of_what_changed() -> None:
    before = cycle("Balance", opportunities="Four", improvements="As it was")
    after = cycle("Balance", opportunities="Seven..", improvements="As it was")

    assert amount_between(before, after) == (1, 7)
    assert amount_between(NOTHING, after).answers == 2
