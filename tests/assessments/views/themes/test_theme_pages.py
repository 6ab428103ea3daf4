"""Themes on the pages: suggested, decided in place, filtered, counted."""

from typing import Any

import pytest

from assessments.models import Campaign, Cycle, Theme
from schools.models import District, Membership, Role
from tests.assessments.theming import school_says, suggestion
from tests.assessments.views.browsing import Browser, words_of
from tests.assessments.views.themes.deciding import ALSO, SAID, accept, fresh
from tests.factories import seat

pytestmark = pytest.mark.django_db(transaction=True)


def test_suggestions_stand_apart_and_say_that_nobody_has_decided(
    browser: Browser, theme: Theme
) -> None:
    page = words_of(browser.get("themes"))

    assert "Suggested by machine: nobody has decided yet." in page
    assert "2 of 2 schools that submitted" in page
    assert page.index("The district’s codebook") < page.index("time to plan")


def test_a_suggestion_is_accepted_in_place_under_another_name(
    browser: Browser, theme: Theme
) -> None:
    sent = {"status": "accepted", "name": "Planning time", "version": 1}

    answered = browser.post("theme_status", sent, theme_id=theme.pk)

    assert answered.url == f"{browser.address('themes')}#theme-{theme.pk}"
    assert (fresh(theme).name, fresh(theme).status) == ("Planning time", "accepted")


@pytest.mark.parametrize("on", ["", "its_page"])
def test_a_refused_name_is_still_there(browser: Browser, theme: Theme, on: str) -> None:
    name = "long " * 30
    sent = {"status": "accepted", "name": name, "version": 1, "on": on}

    page = browser.post("theme_status", sent, theme_id=theme.pk)

    assert (page.status_code, name.strip() in page.text) == (422, True)
    assert "at most 120 can be kept" in words_of(page)


def test_who_comes_second_sees_what_was_decided_and_keeps_what_was_typed(
    browser: Browser, theme: Theme, sam: Membership
) -> None:
    accept(theme, sam, "Planning")

    page = browser.post("theme_name", {"name": "Mine", "version": 1}, theme_id=theme.pk)

    assert (page.status_code, 'value="Mine"' in page.text) == (409, True)
    assert "it is called “Planning” now" in words_of(page)


def test_ticked_themes_are_merged_into_the_one_of_the_codebook(
    browser: Browser, theme: Theme, lincoln: Cycle, sam: Membership
) -> None:
    kept = accept(suggestion("bells", [lincoln], ALSO), sam)

    browser.post("theme_merging", {"theme": [theme.pk, kept.pk], "name": "Time"})

    assert (fresh(theme).merged_into_id, fresh(kept).name) == (kept.pk, "Time")


def test_a_year_that_there_is_not_is_refused_before_anything_is_merged(
    browser: Browser, theme: Theme, lincoln: Cycle
) -> None:
    other = suggestion("bells", [lincoln], ALSO)

    page = browser.post("theme_merging", {"theme": [theme.pk, other.pk], "year": "abc"})

    assert (page.status_code, fresh(other).merged_into_id) == (404, None)


def test_a_refused_merger_keeps_what_was_ticked_and_typed(
    browser: Browser, theme: Theme, lincoln: Cycle
) -> None:
    other = suggestion("bells", [lincoln], ALSO)
    name = "long " * 30

    page = browser.post("theme_merging", {"theme": [theme.pk, other.pk], "name": name})

    assert (page.status_code, name.strip() in page.text) == (422, True)
    assert page.text.count(" checked>") == 2


@pytest.mark.parametrize("chosen", [[], ["one"]])
def test_a_merge_of_fewer_than_two_is_refused_in_words(
    browser: Browser, theme: Theme, chosen: list[str]
) -> None:
    page = browser.post("theme_merging", {"theme": [theme.pk for _ in chosen]})

    assert (page.status_code, "Choose at least two themes" in words_of(page)) == (422, True)


def test_themes_are_filtered_by_question_and_ordered_by_name(
    browser: Browser, theme: Theme, lincoln: Cycle
) -> None:
    suggestion("bells", [lincoln], ALSO)

    by_schools = words_of(browser.get("themes"))
    by_name = words_of(browser.get("themes", "?order=name&question=balance"))
    elsewhere = words_of(browser.get("themes", "?question=missed"))

    last = "Suggested by machine: nobody"
    assert by_schools.index("time to plan", by_schools.index(last)) < by_schools.rindex("bells")
    assert by_name.index("bells", by_name.index(last)) < by_name.rindex("time to plan")
    assert "time to plan" not in elsewhere


def test_a_viewer_reads_and_decides_nothing(district: District, theme: Theme) -> None:
    viewer = Browser(seat(district, Role.VIEWER))

    page = viewer.get("theme", theme_id=theme.pk)

    assert (page.status_code, "Accept" in words_of(page)) == (200, False)
    assert "Merge" not in words_of(viewer.get("themes"))


def test_a_district_without_a_campaign_says_so(district: District, browser: Browser) -> None:
    assert "No campaign yet" in words_of(browser.get("themes"))


def test_a_look_is_asked_for_once(browser: Browser, campaign: Campaign) -> None:
    for _ in range(2):
        browser.post("theme_looks", {"source": "team.beliefs"})
    unknown = browser.post("theme_looks", {"source": "nowhere"})

    assert (unknown.status_code, campaign.pk is not None) == (404, True)
    assert "being read just now" in words_of(browser.get("themes"))


@pytest.mark.parametrize("name", ["themes", "theme", "theme_excerpts"])
@pytest.mark.parametrize("schools", [1, 4])
def test_the_pages_cost_the_same_however_many_schools(
    name: str,
    schools: int,
    campaign: Campaign,
    browser: Browser,
    django_assert_max_num_queries: Any,
) -> None:
    cycles = [school_says(campaign, f"School {n}", balance=SAID) for n in range(schools)]
    theme = suggestion("time", cycles, SAID)
    route = {} if name == "themes" else {"theme_id": theme.pk}

    with django_assert_max_num_queries(19):
        browser.get(name, **route)


def test_what_was_dropped_is_not_taken_up_beside_another_of_its_name(
    browser: Browser, theme: Theme
) -> None:
    browser.post("theme_status", {"status": "dropped", "version": 1}, theme_id=theme.pk)
    browser.post("theme_new", {"name": theme.name})

    for on in ("", "its_page"):
        sent = {"status": "restored", "version": 2, "on": on}
        page = browser.post("theme_status", sent, theme_id=theme.pk)

        assert (page.status_code, fresh(theme).status) == (422, "dropped")
        assert "There is a theme of this name already" in words_of(page)
