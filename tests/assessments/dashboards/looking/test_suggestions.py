"""Looking for themes: from submissions to suggestions, and what a second look leaves alone."""

import pytest

from assessments import excerpts, themes
from assessments.models import Campaign, Cycle, Theme, ThemeMark, ThemeRun
from schools.models import District, Membership
from schools.tenancy import district_scope
from tests.architecture.locks import without_row_level_security
from tests.assessments.dashboards.looking.looks import (
    FAMILIES,
    SCHOOLS,
    TIME,
    ask,
    look,
    look_once_more,
    run_of,
    stored,
    theme_with,
)
from tests.assessments.theming import counted, says_anew, school_says, suggestion
from tests.factories import make_campaign, make_district

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_schools_have_in_common_is_suggested_in_both_languages(
    campaign: Campaign, cycles: list[Cycle], district: District
) -> None:
    look(campaign)

    assert {tuple(words) for _status, words in stored(district).values()} == {
        tuple(sorted(TIME)),
        tuple(sorted(FAMILIES)),
    }
    assert {status for status, _words in stored(district).values()} == {"suggested"}
    run = run_of(campaign)
    assert (run.state, run.counts["answers"], run.counts["said_nothing"]) == ("done", 24, 16)
    assert not ThemeMark.objects.exists()


def test_looking_twice_leaves_suggestions_as_they_are(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    with district_scope(district.pk):
        before = list(Theme.objects.order_by("pk").values_list("pk", "version"))

    look_once_more(campaign, sam)

    with district_scope(district.pk):
        assert list(Theme.objects.order_by("pk").values_list("pk", "version")) == before


def test_suggestions_are_replaced_and_decided_themes_stay(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    kept = theme_with(district, TIME[0])
    with district_scope(district.pk):
        themes.accept_theme(kept, by=sam, version=1, name="Planning time")
    for cycle in cycles:
        says_anew(cycle, missed="n/a")

    look_once_more(campaign, sam)

    assert stored(district) == {"Planning time": ("accepted", sorted(TIME))}


def test_what_another_district_has_dropped_is_suggested_here(
    campaign: Campaign, cycles: list[Cycle], district: District
) -> None:
    there = make_campaign(make_district("Elsewhere"))
    same = [school_says(there, name, balance=TIME[0]) for name in SCHOOLS]
    with district_scope(there.district_id):
        suggestion(TIME[0], same, TIME[0], status=Theme.Status.DROPPED)

    with without_row_level_security():
        look(campaign)

    assert tuple(sorted(TIME)) in {tuple(words) for _, words in stored(district).values()}


def test_what_was_dropped_is_not_suggested_again(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    with district_scope(district.pk):
        for theme in Theme.objects.all():
            themes.drop_theme(theme, by=sam, version=1)

    look_once_more(campaign, sam)

    assert {status for status, _words in stored(district).values()} == {"dropped"}


def test_words_that_a_person_took_out_do_not_come_back_by_themselves(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    theme = theme_with(district, TIME[3])
    with district_scope(district.pk):
        themes.accept_theme(theme, by=sam, version=1)
        excerpts.remove_excerpt(theme.excerpts.with_words().get(said=TIME[3]), by=sam)
    says_anew(cycles[3], conditions=f"Once more. {TIME[3]}")

    look_once_more(campaign, sam)

    assert TIME[3] not in [words for _name, words in counted(district)]


def test_an_accepted_theme_is_found_again_the_year_after(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    last_year = make_campaign(district, campaign.school_year - 1)
    for number in range(3):
        school_says(last_year, f"Old {number}", conditions=TIME[number], missed=FAMILIES[number])
    look(last_year)
    theme = theme_with(district, TIME[0])
    with district_scope(district.pk):
        themes.accept_theme(theme, by=sam, version=1, name="Planning time")

    look_once_more(campaign, sam)

    with district_scope(district.pk):
        years = theme.excerpts.counted().values_list("school_year", flat=True)
        assert sorted(years) == [campaign.school_year - 1] * 3 + [campaign.school_year] * 4
        log = [decision.what for decision in theme.decisions.order_by("at", "id")]
        assert log == ["renamed", "accepted", "carried_on"]


def test_a_cell_is_looked_at_on_request(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    ask(campaign, sam, "team.beliefs")

    look(campaign, "team.beliefs")

    with district_scope(district.pk):
        sources = set(Theme.objects.values_list("source", flat=True))
        run = ThemeRun.objects.get(source="team.beliefs")
    assert (sources, run.state, run.counts["schools"]) == ({"team.beliefs"}, "done", 4)


def test_one_school_alone_has_nothing_in_common(campaign: Campaign, district: District) -> None:
    school_says(campaign, "Lincoln", conditions=TIME[0])

    look(campaign)

    assert (stored(district), run_of(campaign).state) == ({}, "done")


def test_no_submission_at_all_is_no_error(campaign: Campaign, sam: Membership) -> None:
    look_once_more(campaign, sam)

    assert (run_of(campaign).state, run_of(campaign).counts["answers"]) == ("done", 0)
