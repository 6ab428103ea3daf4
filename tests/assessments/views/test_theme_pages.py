"""Themes on the pages: decided in place, their words in their texts, the district's answer."""

from typing import Any

import pytest

from assessments import replies, themes
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign, Cycle, Excerpt, Theme, ThemeReply
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.theming import excerpt_of, says_anew, school_says, suggestion, writes
from tests.assessments.views.browsing import Browser, words_of
from tests.factories import make_campaign, make_district, make_user, seat

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "We never have time to plan together."
ALSO = "The bell schedule keeps <us> apart."


@pytest.fixture
def sam(district: District) -> Membership:
    """A specialist of the district."""
    return seat(district, Role.SPECIALIST, user=make_user("Sam"))


@pytest.fixture
def lincoln(campaign: Campaign, school: School, alice: Membership) -> Cycle:
    """Alice's school, which has handed in."""
    return writes(campaign, school, alice, "named", {"balance": f"{SAID} {ALSO}"})


@pytest.fixture
def garfield(campaign: Campaign) -> Cycle:
    return school_says(campaign, "Garfield", balance=f"{SAID} Truly.")


@pytest.fixture
def theme(lincoln: Cycle, garfield: Cycle) -> Theme:
    return suggestion("time to plan", [lincoln, garfield], SAID)


@pytest.fixture
def browser(sam: Membership) -> Browser:
    return Browser(sam)


def fresh(theme: Theme) -> Theme:
    with district_scope(theme.district_id):
        return Theme.objects.get(pk=theme.pk)


def accept(theme: Theme, by: Membership, name: str = "") -> Theme:
    with district_scope(theme.district_id):
        return themes.accept_theme(theme, by=by, version=fresh(theme).version, name=name)


def answer(theme: Theme, by: Membership, year: int) -> ThemeReply:
    with district_scope(theme.district_id):
        return replies.answer_theme(
            theme,
            by=by,
            school_year=year,
            version=0,
            reply="You have no time to plan.",
            action="Two hours a month from March.",
        )


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


@pytest.mark.parametrize("chosen", [[], ["one"]])
def test_a_merge_of_fewer_than_two_is_refused_in_words(
    browser: Browser, theme: Theme, chosen: list[str]
) -> None:
    page = browser.post("theme_merging", {"theme": [theme.pk for _ in chosen]})

    assert (page.status_code, "Choose at least two themes" in words_of(page)) == (422, True)


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


def test_an_answer_reaches_the_schools_behind_the_theme_and_no_other(
    browser: Browser, theme: Theme, lincoln: Cycle, campaign: Campaign, alice: Membership
) -> None:
    accept(theme, seat(theme.district, Role.SPECIALIST))
    elsewhere = school_says(campaign, "Summit", balance="All is well.")
    nora = seat(campaign.district, Role.TEAM_MEMBER, elsewhere.school)
    sent = {"reply": "You lack time.", "action": "Two hours a month.", "version": 0}

    browser.post("theme_reply", sent, theme_id=theme.pk)

    hers = words_of(Browser(alice).get("cycle", cycle_id=lincoln.pk))
    assert ("Two hours a month." in hers, SAID in hers, "Truly." in hers) == (True, True, False)
    others = words_of(Browser(nora).get("cycle", cycle_id=elsewhere.pk))
    assert "Two hours a month." not in others
    assert "1 of 1 accepted theme" in words_of(browser.get("themes"))


def test_a_name_in_another_school_s_words_is_not_shown_to_a_school(
    theme: Theme, lincoln: Cycle, sam: Membership, alice: Membership, campaign: Campaign
) -> None:
    with district_scope(theme.district_id):
        Theme.objects.filter(pk=theme.pk).update(name="Truly")
    answer(accept(theme, sam), sam, campaign.school_year)

    page = words_of(Browser(alice).get("school_replies", school_id=lincoln.school_id))

    assert ("Truly" in page, "About what you wrote" in page) == (False, True)


def test_an_answer_that_was_read_is_put_away_and_comes_back_when_it_changes(
    theme: Theme, lincoln: Cycle, sam: Membership, alice: Membership, campaign: Campaign
) -> None:
    reply = answer(accept(theme, sam), sam, campaign.school_year)
    hers = Browser(alice)

    def shown() -> bool:
        return "Two hours a month" in words_of(hers.get("cycle", cycle_id=lincoln.pk))

    seen = [shown()]
    for _ in range(2):
        hers.post("reply_reading", {}, reply_id=reply.pk)
    seen.append(shown())
    with district_scope(theme.district_id):
        replies.answer_theme(
            theme,
            by=sam,
            school_year=campaign.school_year,
            version=1,
            reply="Time.",
            action="Two hours a month, and a sub.",
        )
    seen.append(shown())

    kept = words_of(hers.get("school_replies", school_id=lincoln.school_id))
    assert (seen, "and a sub" in kept) == ([True, False, True], True)


def test_who_answers_second_sees_the_first_answer_and_keeps_the_own(
    browser: Browser, theme: Theme, sam: Membership, campaign: Campaign
) -> None:
    answer(accept(theme, sam), sam, campaign.school_year)
    sent = {"reply": "Mine", "action": "Mine too", "version": 0}

    second = browser.post("theme_reply", sent, theme_id=theme.pk)

    assert (second.status_code, ">\nMine too</textarea>" in second.text) == (409, True)
    assert "Two hours a month" in words_of(second)


def test_an_answer_says_both_what_was_heard_and_what_is_done(
    browser: Browser, theme: Theme, sam: Membership
) -> None:
    accept(theme, sam)

    page = browser.post(
        "theme_reply", {"reply": "Heard", "action": "", "version": 0}, theme_id=theme.pk
    )

    assert (page.status_code, ">\nHeard</textarea>" in page.text) == (422, True)


def test_a_viewer_reads_and_decides_nothing(district: District, theme: Theme) -> None:
    viewer = Browser(seat(district, Role.VIEWER))

    page = viewer.get("theme", theme_id=theme.pk)

    assert (page.status_code, "Accept" in words_of(page)) == (200, False)
    assert "Merge" not in words_of(viewer.get("themes"))


def test_a_district_without_a_campaign_says_so(district: District, browser: Browser) -> None:
    assert "No campaign yet" in words_of(browser.get("themes"))


def test_a_theme_of_one_s_own_leads_to_the_texts(browser: Browser, lincoln: Cycle) -> None:
    empty = browser.post("theme_new", {"name": ""})
    made = browser.post("theme_new", {"name": "Courage"})

    page = words_of(browser.client.get(made.url))
    assert (empty.status_code, "Add words from the schools’ texts" in page) == (422, True)


def test_a_look_is_asked_for_once(browser: Browser, campaign: Campaign) -> None:
    for _ in range(2):
        browser.post("theme_looks", {"source": "team.beliefs"})
    unknown = browser.post("theme_looks", {"source": "nowhere"})

    assert (unknown.status_code, campaign.pk is not None) == (404, True)
    assert "being read just now" in words_of(browser.get("themes"))


def test_the_dashboard_counts_the_themes_answered(
    browser: Browser, theme: Theme, sam: Membership, campaign: Campaign, lincoln: Cycle
) -> None:
    from_the_machine = suggestion("bells", [lincoln], ALSO)
    answer(accept(theme, sam), sam, campaign.school_year)
    rebuild(campaign)

    page = words_of(browser.get("district"))

    assert "1 of 1 accepted theme answered" in page
    assert ("time to plan" in page, from_the_machine.name in page) == (True, False)


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


def rebuild(campaign: Campaign) -> None:
    """The figures of the year, as the worker computes them."""
    with district_scope(campaign.district_id):
        refresh_snapshot(campaign.district_id, campaign.school_year)


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
