"""What changed between two texts: whatever they are, the pieces give both of them back."""

import random
import time
from itertools import pairwise

import pytest

from assessments.comparison import Kind, Piece, abridged, lost_stretch, pieces, together

WORDS = [
    *(
        "we",
        "meet",
        "every",
        "week.",
        "Twice!",
        "¿Sí?",
        "学校。",
        "é",
        "e\u0301",
        "‘quoted’",
        "a,",
        "b;",
    ),
    *("\n", "\n\n", " ", "👩\u200d🏫", "–", "well-known", "x"),
]
ROUNDS = 400
FAST = 1.5


def rebuilt(marked: list[Piece]) -> tuple[str, str]:
    """Both texts, from what is marked."""
    before = "".join(piece.text for piece in marked if piece.kind != Kind.ADDED)
    after = "".join(piece.text for piece in marked if piece.kind != Kind.REMOVED)
    return before, after


def any_text(chance: random.Random, longest: int = 40) -> str:
    """Words, signs and white space of all kinds, in any order."""
    words = chance.choices(WORDS, k=chance.randint(0, longest))
    return "".join(word + chance.choice(["", " ", "  ", "\n"]) for word in words)


def edited(chance: random.Random, text: str) -> str:
    """The same text with some of it gone and something else in it."""
    for _ in range(chance.randint(0, 4)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.randint(0, 12))
        text = text[:start] + any_text(chance, 3) + text[end:]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_the_pieces_rebuild_both_texts_to_the_character(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets

    for _ in range(ROUNDS):
        before = any_text(chance)
        after = edited(chance, before) if chance.random() < 0.8 else any_text(chance)
        marked = pieces(before, after)

        assert rebuilt(marked) == (before, after)
        assert all(piece.text for piece in marked)
        assert all(one.kind != other.kind for one, other in pairwise(marked))


def test_equal_texts_are_one_piece_and_empty_ones_none() -> None:
    assert pieces("As it was.", "As it was.") == [Piece(Kind.SAME, "As it was.")]
    assert pieces("", "") == []
    assert pieces("", "New.") == [Piece(Kind.ADDED, "New.")]
    assert pieces("Gone.", "") == [Piece(Kind.REMOVED, "Gone.")]


def test_one_word_that_changed_is_marked_alone() -> None:
    marked = pieces("We meet weekly. All come.", "We meet monthly. All come.")

    assert marked == [
        Piece(Kind.SAME, "We meet "),
        Piece(Kind.REMOVED, "weekly"),
        Piece(Kind.ADDED, "monthly"),
        Piece(Kind.SAME, ". All come."),
    ]


def test_where_little_is_left_a_passage_is_replaced_whole() -> None:
    marked = pieces("We meet at noon.", "Nobody has time for it, sadly.")

    assert [piece.kind for piece in marked] == [Kind.REMOVED, Kind.ADDED]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("word " * 4_000, "other " * 3_300),
        ("a b c d e f. " * 1_500, "b a d c f e. " * 1_500),
        ("x" * 20_000, "x" * 9_999 + "y" + "x" * 10_000),
        ("the cat. " * 2_200, "the dog; " * 2_200),
        ("\n" * 20_000, " " * 20_000),
        ("." * 19_999 + "a", "!)" * 9_999 + "a"),
    ],
    ids=["nothing in common", "much shuffled", "one long word", "no ends", "white space", "marks"],
)
def test_the_longest_texts_are_compared_in_no_time(before: str, after: str) -> None:
    begun = time.process_time()

    marked = pieces(before, after)

    assert time.process_time() - begun < FAST
    assert rebuilt(marked) == (before, after)


def test_white_space_behind_a_change_is_no_part_of_it() -> None:
    assert pieces("Two came.", "Three came.") == [
        Piece(Kind.REMOVED, "Two"),
        Piece(Kind.ADDED, "Three"),
        Piece(Kind.SAME, " came."),
    ]


def test_of_a_very_long_change_a_list_shows_the_beginning_and_the_end() -> None:
    (piece,) = abridged(pieces("", "First. " + "More of it. " * 900 + "Last."))

    assert piece.kind == Kind.ADDED
    assert (piece.text[:6], piece.text[-5:], " … " in piece.text) == ("First.", "Last.", True)
    assert len(piece.text) < 1_000


def test_an_unchanged_passage_is_cut_between_changes_and_the_changes_are_not() -> None:
    middle = "Nothing changed here. " * 30
    marked = pieces(f"One. {middle}Two.", f"Eleven. {middle}Twelve.")

    short = abridged(marked)

    assert [piece for piece in short if piece.kind != Kind.SAME] == [
        piece for piece in marked if piece.kind != Kind.SAME
    ]
    unchanged = "".join(piece.text for piece in short if piece.kind == Kind.SAME)
    assert " … " in unchanged
    assert len(unchanged) < len(middle) / 2


@pytest.mark.parametrize("seed", range(2))
def test_both_together_hold_every_sentence_of_each(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    sentences = [f"Sentence {number} says so." for number in range(12)]

    for _ in range(ROUNDS):
        theirs, mine = (
            " ".join(chance.sample(sentences, chance.randint(0, 8))) for _side in range(2)
        )
        both = together(theirs, mine)

        assert all(sentence in both for sentence in sentences if sentence in theirs + mine)


def test_what_both_say_stands_once_in_both_together() -> None:
    assert together("Shared. Alice: monthly.", "Shared. Bob: weekly.") == (
        "Shared. Alice: monthly. Bob: weekly."
    )
    assert together("One.", "One. Two.") == "One. Two."
    assert together("One. Two.", "") == "One. Two."


def test_lines_stay_lines_in_both_together() -> None:
    assert together("- one\n- two", "- one\n- three") == "- one\n- two\n- three"


def test_the_lost_stretch_is_what_the_new_text_lacks() -> None:
    assert lost_stretch("We meet weekly.", "We meet weekly and talk.") == ""
    assert lost_stretch("We meet weekly.", "We weekly.") == "meet "
    assert lost_stretch("All of it.", "") == "All of it."
