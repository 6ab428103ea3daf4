"""What a text must be before it is kept, whoever sends it."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schools.text import LONGEST_TEXT, clean_text, one_line

# Pieces that have broken programs before, beside whatever hypothesis thinks of.
PIECES = st.one_of(
    st.text(),
    st.sampled_from(["\x00", "\ud800", "\udfff", "\r\n", "\r", "\t", "\x1b", "\x85", "\u2028"]),
    st.sampled_from(
        ["e\u0301", "\u1100\u1161", "\u0958", "\ufb01", "👩‍🏫", "ñ", "\u202e", "\ufeff"]
    ),
)
ANY_TEXT = st.lists(PIECES).map("".join)


def refusal(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """The code with which a text is refused."""
    with pytest.raises(ValidationError) as refused:
        clean_text(text, longest=longest)
    return str(refused.value.code)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("We meet.", "We meet."),
        ("", ""),
        (" \n\t ", ""),
        ("  We meet.\n\n", "We meet."),
        ("One\r\ntwo\rthree\nfour", "One\ntwo\nthree\nfour"),
        ("a\tb", "a\tb"),
        ("Educacio\u0301n", "Educación"),
        ("\ufb01rst", "\ufb01rst"),
        ("👩‍🏫 teaches", "👩‍🏫 teaches"),
        ("<b>&amp;</b> {{ x }}", "<b>&amp;</b> {{ x }}"),
    ],
)
def test_words_are_kept_as_they_were_meant(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x01", "\x1b", "\x08", "\x7f", "\x85", "\x9f", "\x0b", "\x0c"],
)
def test_what_the_database_or_a_reader_could_not_take_is_refused(character: str) -> None:
    assert refusal(f"We meet.{character}") == "control_characters"
    assert refusal(f"{character}We meet.") == "control_characters"


def test_a_text_of_twenty_thousand_characters_is_kept_whole() -> None:
    longest = "ñ" * 20_000

    assert clean_text(longest) == longest
    assert clean_text(f"  {longest}\r\n") == longest


def test_a_longer_text_is_refused_and_never_shortened() -> None:
    with pytest.raises(ValidationError) as refused:
        clean_text("ñ" * 20_001)

    assert (refused.value.code, refused.value.messages) == (
        "text_too_long",
        ["This text has 20001 characters; at most 20000 can be kept."],
    )


def test_a_text_is_measured_as_it_is_kept() -> None:
    assert clean_text("e\u0301" * 10, longest=10) == "é" * 10
    assert refusal("\u0958" * 10, longest=10) == "text_too_long"


@pytest.mark.parametrize("pair", ["\u0301\u0316", "\u0f73"], ids=["accents", "Tibetan"])
def test_piled_marks_are_refused_before_anybody_sorts_them(pair: str) -> None:
    marks = "".join(sign * 500_000 for sign in pair)

    assert refusal(f"a{marks}") == "too_many_marks"
    assert clean_text("a" + "\u0301" * 30)


@pytest.mark.parametrize("half", range(0xD800, 0xE000, 0xFF), ids=hex)
def test_half_a_character_is_refused(half: int) -> None:
    assert refusal(f"We meet {chr(half)}") == "control_characters"


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT)
def test_any_text_is_refused_or_can_be_kept_by_postgresql(text: str) -> None:
    try:
        kept = clean_text(text)
    except ValidationError:
        assert {unicodedata.category(c) for c in text} & {"Cc", "Cs"} != set()
        return

    kept.encode("utf-8")
    controls = {c for c in kept if unicodedata.category(c) in ("Cc", "Cs")}
    assert controls <= {"\n", "\t"}
    assert kept == kept.strip() == unicodedata.normalize("NFC", kept)


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT)
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    try:
        kept = clean_text(text)
    except ValidationError:
        return

    assert clean_text(kept) == kept


@settings(deadline=None)
@given(
    before=st.text(st.characters(exclude_categories=("Cc", "Cs"))),
    seen=st.characters(exclude_categories=("C", "M", "Z")),
    after=st.text(st.characters(exclude_categories=("Cc", "Cs"))),
)
@example(before="\xad", seen="a", after="\u200d")
def test_nothing_but_the_white_space_around_a_text_is_ever_taken_away(
    before: str, seen: str, after: str
) -> None:
    text = before + seen + after

    assert clean_text(text) == unicodedata.normalize("NFC", text).strip()


@settings(deadline=None)
@given(
    st.text(st.sampled_from(["\xad", "\u200b", "\u200d", "\u2060", "\ufeff", " ", "\n", "\u3000"]))
)
def test_a_text_in_which_nothing_can_be_seen_is_silence(text: str) -> None:
    assert clean_text(text) == ""


@given(ANY_TEXT)
@example("Lincoln\r\n\r\nBcc: all\x1b\u2028\x85of\x0bthem")
def test_one_line_is_one_line_without_anything_that_could_break_it(text: str) -> None:
    line = one_line(text)

    assert line.splitlines() in ([line], [])
    assert {unicodedata.category(character) for character in line}.isdisjoint({"Cc", "Cs"})
    assert one_line(line) == line


def test_a_name_turns_nothing_around_of_the_sentence_that_it_stands_in() -> None:
    assert one_line("\u202eanA\u2066 Ruiz\u202c") == "anA Ruiz"


def test_a_name_keeps_the_marks_that_its_language_needs() -> None:
    for name in (
        "\u0645\u06cc\u200c\u0646\u0627",
        "\u0645\u06cc\u0646\u0627\u200f 2",
        "👩\u200d🏫",
    ):
        assert one_line(name) == name
