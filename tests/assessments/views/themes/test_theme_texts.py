"""The words behind a theme on its page: shown, searched, added, taken out, split off."""

import pytest

from assessments.models import Cycle, Excerpt, Theme
from schools.tenancy import district_scope
from tests.assessments.theming import excerpt_of, says_anew, school_says, suggestion
from tests.assessments.views.browsing import Browser, words_of
from tests.assessments.views.themes.deciding import ALSO, SAID
from tests.factories import make_campaign, make_district

pytestmark = pytest.mark.django_db(transaction=True)


def test_words_are_shown_where_they_stand(browser: Browser, theme: Theme, lincoln: Cycle) -> None:
    page = browser.get("theme", theme_id=theme.pk)

    assert f"<mark>{SAID}</mark> The bell schedule keeps &lt;us&gt; apart.</p>" in page.text
    assert browser.address("review", cycle_id=lincoln.pk) in page.text
    assert "2 of 2 schools that submitted speak of it." in words_of(page)


def test_words_are_searched_for_and_added(browser: Browser, theme: Theme, lincoln: Cycle) -> None:
    found = browser.get("theme_excerpts", "?q=bell", theme_id=theme.pk)
    sent = {"cycle": lincoln.pk, "code": "balance", "field": "text", "words": f" {ALSO}\r\n"}

    browser.post("theme_excerpts", sent, theme_id=theme.pk)

    assert ("1 answer" in words_of(found), "Garfield" in words_of(found)) == (True, False)
    page = browser.get("theme", theme_id=theme.pk)
    assert "<mark>The bell schedule keeps &lt;us&gt; apart.</mark>" in page.text


def test_words_that_do_not_stand_there_come_back_with_a_reason(
    browser: Browser, theme: Theme, lincoln: Cycle
) -> None:
    sent = {"cycle": lincoln.pk, "code": "balance", "field": "text", "words": "Never written"}

    page = browser.post("theme_excerpts", sent, theme_id=theme.pk)

    assert (page.status_code, ">Never written</textarea>" in page.text) == (422, True)
    assert "do not stand in the text exactly like this" in words_of(page)


@pytest.mark.parametrize("cycle", ["", "nonsense", "01920000-0000-7000-8000-00000000000c"])
def test_words_of_no_cycle_are_not_found(browser: Browser, theme: Theme, cycle: str) -> None:
    sent = {"cycle": cycle, "code": "balance", "field": "text", "words": SAID}

    assert browser.post("theme_excerpts", sent, theme_id=theme.pk).status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        {"code": "balance", "field": "answer"},
        {"code": "team.beliefs", "field": "opportunity_level"},
    ],
)
def test_what_was_chosen_cannot_be_quoted(
    browser: Browser, theme: Theme, lincoln: Cycle, place: dict[str, str]
) -> None:
    sent = {"cycle": lincoln.pk, "words": "team", **place}

    assert browser.post("theme_excerpts", sent, theme_id=theme.pk).status_code == 422


def test_words_are_taken_out_and_put_back(browser: Browser, theme: Theme) -> None:
    with district_scope(theme.district_id):
        excerpt = theme.excerpts.first()
    browser.post("excerpt_removal", {}, excerpt_id=excerpt.pk)
    without = words_of(browser.get("theme", theme_id=theme.pk))

    browser.post("excerpt_removal", {"back": "1"}, excerpt_id=excerpt.pk)

    assert "taken out by Sam" in without
    assert "2 of 2 schools" in words_of(browser.get("theme", theme_id=theme.pk))


def test_ticked_words_are_split_off(browser: Browser, theme: Theme, lincoln: Cycle) -> None:
    with district_scope(theme.district_id):
        apart = excerpt_of(theme, lincoln, ALSO)
    sent = {"excerpt": [apart.pk], "name": "Bells", "version": 1}

    refused = browser.post("theme_parts", sent | {"name": ""}, theme_id=theme.pk)
    answered = browser.post("theme_parts", sent, theme_id=theme.pk)

    assert (refused.status_code, " checked>" in refused.text) == (422, True)
    assert "Bells" in words_of(browser.client.get(answered.url))


@pytest.mark.parametrize("chosen", [["nonsense"], []])
def test_a_split_of_nothing_is_refused(browser: Browser, theme: Theme, chosen: list[str]) -> None:
    sent = {"excerpt": chosen, "name": "Bells", "version": 1}

    assert browser.post("theme_parts", sent, theme_id=theme.pk).status_code == 422


def test_what_was_reopened_and_changed_is_no_longer_said(
    browser: Browser, theme: Theme, lincoln: Cycle
) -> None:
    says_anew(lincoln, balance="We have found the time.")

    page = words_of(browser.get("theme", theme_id=theme.pk))

    assert ("no longer said" in page, "1 of 2 schools that submitted" in page) == (True, True)


def test_a_theme_of_one_s_own_leads_to_the_texts(browser: Browser, lincoln: Cycle) -> None:
    empty = browser.post("theme_new", {"name": ""})
    made = browser.post("theme_new", {"name": "Courage"})

    page = words_of(browser.client.get(made.url))
    assert (empty.status_code, "Add words from the schools’ texts" in page) == (422, True)


def test_no_excerpt_of_another_district_is_split_off(browser: Browser, theme: Theme) -> None:
    stranger = school_says(make_campaign(make_district()), "Lincoln", balance=SAID)
    foreign = suggestion("foreign", [stranger], SAID)
    with district_scope(stranger.district_id):
        ids = [str(pk) for pk in foreign.excerpts.values_list("pk", flat=True)]

    page = browser.post(
        "theme_parts", {"excerpt": ids, "name": "Bells", "version": 1}, theme_id=theme.pk
    )

    with district_scope(stranger.district_id):
        assert (page.status_code, Excerpt.objects.get().theme_id) == (422, foreign.pk)
