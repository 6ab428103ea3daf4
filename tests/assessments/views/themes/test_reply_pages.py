"""The district's answer to a theme: who reads it, and what it shows of others."""

import pytest

from assessments import replies
from assessments.models import Campaign, Cycle, Theme
from schools.models import Membership, Role
from schools.tenancy import district_scope
from tests.assessments.theming import school_says, suggestion
from tests.assessments.views.browsing import Browser, words_of
from tests.assessments.views.themes.deciding import ALSO, SAID, accept, answer, rebuild
from tests.factories import seat

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_what_one_of_a_team_has_read_another_one_has_not(
    theme: Theme, lincoln: Cycle, sam: Membership, alice: Membership, campaign: Campaign
) -> None:
    reply = answer(accept(theme, sam), sam, campaign.school_year)
    other = seat(theme.district, Role.TEAM_MEMBER, lincoln.school)

    Browser(alice).post("reply_reading", {}, reply_id=reply.pk)

    seen = [words_of(Browser(who).get("cycle", cycle_id=lincoln.pk)) for who in (alice, other)]
    assert ["Two hours a month" in words for words in seen] == [False, True]


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


def test_the_dashboard_counts_the_themes_answered(
    browser: Browser, theme: Theme, sam: Membership, campaign: Campaign, lincoln: Cycle
) -> None:
    from_the_machine = suggestion("bells", [lincoln], ALSO)
    answer(accept(theme, sam), sam, campaign.school_year)
    rebuild(campaign)

    page = words_of(browser.get("district"))

    assert "1 of 1 accepted theme answered" in page
    assert ("time to plan" in page, from_the_machine.name in page) == (True, False)
