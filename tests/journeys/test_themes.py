"""From a suggestion to an answer that a school reads, in the browser."""

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Theme
from schools.models import Role
from schools.tenancy import district_scope
from tests.assessments.theming import school_says, suggestion, writes
from tests.factories import PASSWORD, make_campaign, make_district, make_school, make_user, seat
from tests.journeys.browsing import Visits

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "We never have time to plan together."
ALSO = "The bell schedule keeps us apart 🎈 every day."


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_suggestion_becomes_a_theme_with_an_answer(visits: Visits, scripts: bool) -> None:
    district = make_district("Riverbend")
    campaign = make_campaign(district)
    school = make_school(district, "Lincoln")
    alice = seat(district, Role.PRINCIPAL, school, user=make_user("Alice"))
    sam = seat(district, Role.SPECIALIST, user=make_user("Sam"))
    cycles = [
        writes(campaign, school, alice, "never", {"balance": f"So: {SAID} {ALSO}"}),
        school_says(campaign, "Garfield", balance=f"{SAID} Truly."),
    ]
    theme = suggestion("time to plan", cycles, SAID)

    page = visits.signed_in(sam.user.email, PASSWORD, java_script_enabled=scripts)
    page.goto(f"/d/{district.slug}/themes/")
    card = page.locator(f"#theme-{theme.pk}")
    card.get_by_label("Name in the codebook").fill("Time to plan together")
    card.get_by_role("button", name="Accept").press("Enter")
    expect(card.get_by_role("heading")).to_have_text("Time to plan together")

    card.get_by_role("link", name="Time to plan together").click()
    page.get_by_role("link", name="Add words from the schools’ texts").click()
    choose(page, ALSO, scripts)
    page.get_by_role("link", name="Time to plan together").click()
    expect(page.locator("mark")).to_have_text([SAID, SAID, ALSO], use_inner_text=True)

    page.get_by_label("You said: what we heard").fill("You lack time.")
    page.get_by_label("We did: what we do about it").fill("Two hours a month.")
    page.get_by_role("button", name="Keep this").click()
    expect(page.locator("#reply")).to_contain_text("Two hours a month.")

    hers = visits.signed_in(alice.user.email, PASSWORD, java_script_enabled=scripts)
    hers.goto(f"/d/{district.slug}/cycles/{cycles[0].pk}/")
    expect(hers.locator(".answers")).to_contain_text("Two hours a month.")
    expect(hers.locator(".answers")).not_to_contain_text("Truly.")
    hers.get_by_role("button", name="Read: put it away").click()
    expect(hers.get_by_text("Two hours a month.")).to_have_count(0)

    with district_scope(district.pk):
        log = [decision.what for decision in Theme.objects.get().decisions.order_by("at", "id")]
    assert log == ["renamed", "accepted", "excerpt_added", "answered"]


def choose(page: Page, words: str, scripts: bool) -> None:
    """Select the words in the text; without scripts copy them."""
    text = page.locator(".text-to-choose").filter(has_text=words)
    if scripts:
        text.locator("[data-text]").evaluate(
            """(text, words) => {
                const from = text.firstChild.data.indexOf(words);
                const range = new Range();
                range.setStart(text.firstChild, from);
                range.setEnd(text.firstChild, from + words.length);
                getSelection().removeAllRanges();
                getSelection().addRange(range);
            }""",
            words,
        )
        expect(text.get_by_label("The exact words")).to_have_value(words)
    else:
        text.get_by_label("The exact words").fill(words)
    text.get_by_role("button", name="Add these words").click()
    expect(page.get_by_text("Belongs to the theme already:").first).to_be_visible()
