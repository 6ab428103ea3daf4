"""Every page that is sent can be sent without scripts: as a plain form, with nothing lost."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import Campaign
from schools.models import Role
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell, read_cycle
from tests.factories import PASSWORD, answer_everything, make_district, make_school, seat
from tests.journeys.browsing import Visits
from tests.journeys.table import Table, history, line, now_text, stored

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_scripts_words_are_saved_by_the_button(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice, java_script_enabled=False)
    now_text(page).fill("Every second Tuesday.")
    page.locator("[id='team.systems']").get_by_label("None yet").check()

    page.get_by_role("button", name="Save this page").click()

    expect(now_text(page)).to_have_value("Every second Tuesday.")
    expect(line(page)).to_have_text(re.compile("Saved 0.minutes ago · Alice"))
    assert stored(table) == "Every second Tuesday."
    assert read_cell(table.cycle, "team.systems").says_none_yet


def test_without_scripts_a_conflict_shows_both_texts(visits: Visits, table: Table) -> None:
    alice = table.sits_down(visits, table.alice, java_script_enabled=False)
    bob = table.sits_down(visits, table.bob, java_script_enabled=False)
    now_text(alice).fill("Alice: monthly.")
    alice.get_by_role("button", name="Save this page").click()
    now_text(bob).fill("Bob: weekly.")
    now_text(bob, "team.systems").fill("Bob: the schedule.")

    bob.get_by_role("button", name="Save this page").click()

    both = bob.locator(".both")
    expect(both.locator(".words")).to_have_text(["Alice: monthly.", "Bob: weekly."])
    assert stored(table) == "Alice: monthly."
    assert stored(table, "team.systems") == "Bob: the schedule."

    both.get_by_role("button", name="Save mine over it").click()

    expect(both).to_have_count(0)
    assert stored(table) == "Bob: weekly."
    assert ("Alice", "Alice: monthly.", False) in history(table)
    assert ("Bob", "Bob: weekly.", True) in history(table)


def test_without_scripts_a_cycle_is_finished_and_submitted(visits: Visits, table: Table) -> None:
    answer_everything(table.cycle, table.alice)
    page = table.sits_down(visits, table.alice, "part-2/", java_script_enabled=False)
    balance = page.locator("#balance")
    balance.get_by_role("textbox").fill("Most of it goes into the teams.")
    page.get_by_role("button", name="Save this page").click()
    expect(balance.get_by_role("textbox")).to_have_value("Most of it goes into the teams.")
    page.get_by_role("link", name="On to the review").click()

    page.get_by_label("Without our school").check()
    page.get_by_role("button", name="Submit to the district").click()

    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    submitted = read_cycle(table.cycle)
    assert (submitted.status, submitted.quoting) == ("submitted", "unnamed")


def test_without_scripts_a_campaign_is_opened(visits: Visits) -> None:
    district = make_district("Riverbend")
    schools = [make_school(district, name) for name in ("Garfield", "Lincoln")]
    specialist = seat(district, Role.SPECIALIST)
    page = visits.signed_in(specialist.user.email, PASSWORD, java_script_enabled=False)
    page.get_by_role("link", name="Open a campaign").click()
    page.get_by_label("Message to the schools").fill("Take the hour.")

    page.get_by_role("button", name="Open the campaign").click()

    expect(page.locator(".messages")).to_have_text(
        f"The campaign is open. {len(schools)} schools have their cycles."
    )
    with district_scope(district.pk):
        assert Campaign.objects.get().cycles.count() == len(schools)
