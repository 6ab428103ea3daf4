"""The check that keeps the Spanish complete finds every kind of gap."""

import pytest

from tests.translations import (
    COMPILED,
    ROOT,
    compile_catalogue,
    extracted,
    find_problems,
    merge,
    read,
    sources,
)

HEADER = """msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
ENTRY = """msgid "%(n)s school"
msgid_plural "%(n)s schools"
"""
WORDS = """msgstr[0] "%(n)s escuela"
msgstr[1] "%(n)s escuelas"
"""
NO_WORDS = """msgstr[0] ""
msgstr[1] ""
"""
GONE = """
msgid "Gone"
msgstr "Ido"
"""
OBSOLETE = """
#~ msgid "Gone"
#~ msgstr "Ido"
"""
CODE = HEADER + ENTRY + NO_WORDS
CATALOGUE = HEADER + ENTRY + WORDS


def problems(catalogue: str, code: str = CODE) -> list[str]:
    return list(find_problems(code, catalogue, compile_catalogue(catalogue)))


def test_a_complete_catalogue_has_no_problems() -> None:
    assert problems(CATALOGUE) == []


@pytest.mark.parametrize(
    ("catalogue", "problem"),
    [
        (HEADER, "Not in the catalogue: “%(n)s school”"),
        (HEADER + ENTRY + NO_WORDS, "Not translated: “%(n)s school”"),
        (HEADER + "#, fuzzy\n" + ENTRY + WORDS, "Fuzzy, needs a look: “%(n)s school”"),
        (CATALOGUE.replace("schools", "seats"), "Has another plural in the code: “%(n)s school”"),
        (
            CATALOGUE.replace("(n)s escuelas", "(m)s escuelas"),
            "Placeholders differ: “%(n)s school”",
        ),
        (CATALOGUE.replace("%(n)s escuelas", "escuelas"), "Placeholders differ: “%(n)s school”"),
        (CATALOGUE + GONE, "Obsolete, no code says it: “Gone”"),
        (CATALOGUE + OBSOLETE, "Obsolete, no code says it: “Gone”"),
    ],
)
def test_each_gap_is_told_in_words(catalogue: str, problem: str) -> None:
    assert problems(catalogue) == [problem]


@pytest.mark.parametrize("before", ["", HEADER, CATALOGUE.replace("escuela", "casa")])
def test_a_compiled_catalogue_of_another_day_is_noticed(before: str) -> None:
    compiled = compile_catalogue(before) if before else b""

    found = list(find_problems(CODE, CATALOGUE, compiled))

    assert found == [
        f"{COMPILED.relative_to(ROOT)} is not compiled from the catalogue as it stands."
    ]


def test_a_singular_may_leave_the_number_out_where_english_does() -> None:
    code = CODE.replace('"%(n)s school"', '"One school"')
    catalogue = code.replace(NO_WORDS, WORDS).replace('"%(n)s escuela"', '"Una escuela"')

    assert problems(catalogue, code) == []


def test_merging_keeps_translations_and_brings_new_strings_untranslated() -> None:
    said = (
        CODE
        + """
msgctxt "a door"
msgid "Open"
msgstr ""
"""
    )

    merged = merge(said, CATALOGUE + GONE)

    assert {entry.key: entry.translations for entry in read(merged) if entry.source} == {
        "%(n)s school": ["%(n)s escuela", "%(n)s escuelas"],
        "a door\x04Open": [""],
    }


def test_merging_twice_changes_nothing() -> None:
    once = merge(extracted(), CATALOGUE)

    assert merge(extracted(), once) == once


def test_templates_and_code_are_read_and_tests_are_not() -> None:
    said = {entry.source for entry in read(extracted())}

    assert {"Sign in", "Team learning", "%(n)s school"} <= said
    assert [path for path in sources() if "tests" in path.parts[-3:]] == []
