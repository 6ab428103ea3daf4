"""What the district decides about themes: each decision once, by whom it may, and kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from assessments import excerpts, replies, themes
from assessments.dashboards.codebook import codebook_of, years_of
from assessments.deciding import ThemeConflict
from assessments.models import Campaign, Cycle, Theme, ThemeDecision
from schools.models import District, Membership, Role, School
from tests.assessments.themes.deciding import ALSO, SAID, code_of, fresh, log
from tests.assessments.theming import (
    excerpt_of,
    last_submission,
    suggestion,
)
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["principal", "viewer", "stranger"])
def test_who_is_not_of_the_district_s_people_decides_nothing(
    who: str, district: District, school: School, theme: Theme, cycles: list[Cycle]
) -> None:
    by = {
        "principal": lambda: seat(district, Role.PRINCIPAL, school),
        "viewer": lambda: seat(district, Role.VIEWER),
        "stranger": lambda: seat(make_district(), Role.VIEWER),
    }[who]()
    excerpt = theme.excerpts.first()
    decisions: list[Callable[[], Any]] = [
        lambda: themes.make_theme(by=by, name="Mine", school_year=2026),
        lambda: themes.accept_theme(theme, by=by, version=1),
        lambda: themes.rename_theme(theme, by=by, version=1, name="Other"),
        lambda: themes.drop_theme(theme, by=by, version=1),
        lambda: themes.restore_theme(theme, by=by, version=1),
        lambda: themes.merge_themes([theme], by=by, into=theme),
        lambda: themes.split_theme(theme, by=by, version=1, name="Part", excerpts=[]),
        lambda: excerpts.remove_excerpt(excerpt, by=by),
        lambda: excerpts.add_excerpt(
            theme, last_submission(cycles[0]), by=by, place=("balance", "text"), span=(0, 5)
        ),
    ]
    for decide in decisions:
        with pytest.raises(PermissionDenied):
            decide()
    assert log(theme) == []


def test_accepting_twice_has_one_effect(theme: Theme, sam: Membership) -> None:
    for _ in range(2):
        accepted = themes.accept_theme(theme, by=sam, version=1)

    assert (accepted.status, accepted.version, log(theme)) == ("accepted", 2, [("accepted", "Sam")])


def test_a_theme_is_accepted_under_a_name_of_one_s_own(theme: Theme, sam: Membership) -> None:
    themes.accept_theme(theme, by=sam, version=1, name="Shared planning time")

    stored = fresh(theme)
    assert (stored.name, stored.name_is_given) == ("Shared planning time", True)
    assert log(theme) == [("renamed", "Sam"), ("accepted", "Sam")]


def test_who_has_not_seen_the_latest_decides_nothing(theme: Theme, sam: Membership) -> None:
    themes.rename_theme(theme, by=sam, version=1, name="Planning")

    for decide in (themes.accept_theme, themes.drop_theme):
        with pytest.raises(ThemeConflict) as conflict:
            decide(theme, by=sam, version=1)

    assert (conflict.value.current.name, fresh(theme).status) == ("Planning", "suggested")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_missing"),
        (" \u200b ", "name_missing"),
        ("x" * 121, "text_too_long"),
        ("a\0b", "control_characters"),
        ("TIME to plan", "name_taken"),
    ],
)
def test_a_name_that_cannot_be_is_refused(
    name: str, code: str, theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    other = suggestion("bells", cycles, ALSO)

    with pytest.raises(ValidationError) as refusal:
        themes.rename_theme(other, by=sam, version=1, name=name)

    assert code_of(refusal) == code


def test_what_was_dropped_is_taken_up_again_as_it_was(theme: Theme, sam: Membership) -> None:
    themes.accept_theme(theme, by=sam, version=1)
    themes.drop_theme(theme, by=sam, version=2)
    with pytest.raises(ValidationError) as refusal:
        themes.rename_theme(theme, by=sam, version=3, name="Planning")

    themes.restore_theme(theme, by=sam, version=3)

    assert (code_of(refusal), fresh(theme).status) == ("theme_dropped", "accepted")


def test_merged_themes_bring_their_words_and_keep_their_decisions(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    other = suggestion("bells", cycles, ALSO)
    excerpt_of(other, cycles[0], SAID)  # the same words in both
    themes.rename_theme(other, by=sam, version=1, name="Bells")

    for _ in range(2):
        themes.merge_themes([theme, other], by=sam, into=theme)

    words = sorted(e.said for e in theme.excerpts.with_words())
    assert words == [ALSO, ALSO, SAID, SAID]
    assert (fresh(other).status, fresh(other).merged_into_id) == ("merged", theme.pk)
    assert log(other) == [("renamed", "Sam"), ("merged", "Sam")]
    assert log(theme) == [("took_in", "Sam")]


def test_where_both_were_answered_the_schools_read_both_answers(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    other = suggestion("bells", cycles, ALSO)
    for each, said in ((theme, "Time"), (other, "Bells")):
        themes.accept_theme(each, by=sam, version=1)
        for year in {"Time": (2026,), "Bells": (2025, 2026)}[said]:
            replies.answer_theme(
                each, by=sam, school_year=year, version=0, reply=f"{said}.", action=f"{said}!"
            )

    themes.merge_themes([theme, other], by=sam, into=theme)

    answers = theme.replies.order_by("school_year")
    assert list(answers.values_list("school_year", "reply", "action", "version")) == [
        (2025, "Bells.", "Bells!", 1),
        (2026, "Time.\n\nBells.", "Time!\n\nBells!", 2),
    ]


def test_the_schools_behind_a_part_keep_the_answer_they_were_given(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    themes.accept_theme(theme, by=sam, version=1)
    replies.answer_theme(
        theme, by=sam, school_year=2026, version=0, reply="You said.", action="We did."
    )
    excerpt_of(theme, cycles[0], ALSO)
    some = list(theme.excerpts.all()[:1])

    part = themes.split_theme(theme, by=sam, version=2, name="A part", excerpts=some)

    said = [(part.replies.get().reply, part.replies.get().action), theme.replies.get().reply]
    assert said == [("You said.", "We did."), "You said."]


@pytest.mark.parametrize(("first_year", "before"), [(0, None), (-1, 0)])
def test_before_its_first_year_a_theme_has_no_figure(
    theme: Theme,
    district: District,
    campaign: Campaign,
    sam: Membership,
    first_year: int,
    before: int | None,
) -> None:
    year = campaign.school_year
    silent = make_school(district, "Silent last year")
    last = make_campaign(district, year - 1)
    submitted(cycle_of(silent, last), by=seat(district, Role.PRINCIPAL, silent))
    Theme.objects.filter(pk=theme.pk).update(school_year=year + first_year, status="accepted")

    (line,) = codebook_of(sam, year).accepted

    assert line.before == before


def test_who_sees_one_school_is_told_the_figures_of_that_one(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    member = seat(theme.district, Role.TEAM_MEMBER, cycles[0].school)
    told = [years_of(who, theme)[0].schools for who in (sam, member)]

    assert told == [len(cycles), 1]


def test_a_name_for_what_another_tab_has_merged_is_not_dropped(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    other = suggestion("bells", cycles, ALSO)
    themes.merge_themes([theme, other], by=sam, into=theme)

    with pytest.raises(ValidationError) as refused:
        themes.merge_themes([theme, other], by=sam, into=theme, name="Typed in the second tab")

    assert code_of(refused) == "merged_already"


def test_a_merge_takes_two_that_are_at_hand(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    cell = suggestion("cells", cycles, ALSO, source="team.beliefs")
    with pytest.raises(ValidationError) as alone:
        themes.merge_themes([theme], by=sam, into=theme)
    with pytest.raises(ValidationError) as apart:
        themes.merge_themes([theme, cell], by=sam, into=theme)

    assert (code_of(alone), code_of(apart)) == ("nothing_to_merge", "sources_differ")


def test_words_that_belong_apart_make_a_theme_once(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    apart = [excerpt_of(theme, cycles[0], ALSO)]

    made = [
        themes.split_theme(theme, by=sam, version=1, name="Bells", excerpts=apart) for _ in range(2)
    ]

    assert made[0].pk == made[1].pk
    assert [e.said for e in made[0].excerpts.with_words()] == [ALSO]
    assert (log(theme), theme.excerpts.count()) == ([("split", "Sam")], 2)


def test_a_split_takes_some_of_the_words_and_not_all(theme: Theme, sam: Membership) -> None:
    codes = []
    for chosen in ([], list(theme.excerpts.all())):
        with pytest.raises(ValidationError) as refusal:
            themes.split_theme(theme, by=sam, version=1, name="Part", excerpts=chosen)
        codes.append(code_of(refusal))

    assert codes == ["nothing_chosen", "all_chosen"]


def test_a_theme_of_one_s_own_is_made_once(sam: Membership, campaign: Campaign) -> None:
    made = [
        themes.make_theme(by=sam, name=" Planning  time ", school_year=campaign.school_year)
        for _ in range(2)
    ]

    assert made[0].pk == made[1].pk
    assert (made[0].name, made[0].status, log(made[0])) == (
        "Planning time",
        "accepted",
        [("made", "Sam")],
    )


def test_a_suggestion_that_is_gone_is_refused_in_words(theme: Theme, sam: Membership) -> None:
    Theme.objects.filter(pk=theme.pk).delete()

    with pytest.raises(ValidationError) as refusal:
        themes.accept_theme(theme, by=sam, version=1)

    assert code_of(refusal) == "theme_gone"


def test_the_database_keeps_decisions_as_they_were(theme: Theme, sam: Membership) -> None:
    themes.accept_theme(theme, by=sam, version=1)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ThemeDecision.objects.update(what="dropped")
