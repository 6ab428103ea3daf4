"""What the fonts cannot show is written out; what is too long for a line can be broken."""

import json

import pytest
import typst

from assessments.reports import signs
from assessments.reports.signs import pieces, plainest, settable


@pytest.mark.parametrize(
    "text",
    ["Señora Núñez — “once”, maybe…", "Ελληνικά Русский Tiếng Việt", "שלום", "مرحبا", "✓ ☐ → ½"],
)
def test_what_the_fonts_show_stays_as_it_is(text: str) -> None:
    assert settable(text) == text


def test_an_emoji_is_called_by_its_name() -> None:
    assert settable("Good 😀") == "Good [grinning face]"


def test_joined_emoji_leave_no_invisible_signs() -> None:
    assert settable("👩‍🏫") == "[woman]\u200d[school]"


def test_a_letter_of_another_script_is_named_by_its_number() -> None:
    assert settable("中") == "[U+4E2D]"


def test_a_long_run_can_be_broken_and_loses_nothing() -> None:
    run = "x" * 20_000

    assert max(map(len, settable(run).split("\u200b"))) <= 8
    assert settable(run).replace("\u200b", "") == run


def test_a_run_is_not_broken_within_a_letter() -> None:
    run = "e\u0301" * 100

    assert all(not part.startswith("\u0301") for part in settable(run).split("\u200b"))


def test_pieces_are_the_text() -> None:
    text = "One two three. " + "w" * 50

    assert "".join(pieces(text)) == settable(text)


def test_the_plainest_text_names_all_that_attaches_itself() -> None:
    assert plainest("q\u0328 a") == "q[U+0328] a"


@pytest.mark.parametrize(
    ("style", "weight"), [("normal", "regular"), ("italic", "regular"), ("normal", "semibold")]
)
def test_each_sign_that_is_said_to_be_shown_is_shown(style: str, weight: str) -> None:
    shown = [chr(point) for point in sorted(signs._shown())]
    source = f"""
        #set document(title: "All signs")
        #set text(lang: "en", font: "Libertinus Serif", style: "{style}", weight: "{weight}")
        #for sign in json(bytes(sys.inputs.signs)) [#sign #parbreak()]
    """

    pdf = typst.compile(  # PDF/UA allows no sign without a shape
        source.encode(),
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        sys_inputs={"signs": json.dumps(shown)},
        pdf_standards="ua-1",
    )

    assert pdf.startswith(b"%PDF")
