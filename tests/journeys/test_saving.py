"""What is typed is kept: two at one cell, a dead network, an expired session, no scripts."""

import random
import re
from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, Route, expect

from assessments.models import Campaign, Cycle, Revision
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell, read_cycle
from tests.factories import (
    PASSWORD,
    answer_everything,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
)
from tests.journeys.browsing import Visits, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

EDITS = 30
OFFLINE = "Offline: kept on this device, will be sent"
MAX_PAUSE = 160
# What is unsaved is sent again every five seconds.
RETRIED = 12_000


@dataclass(frozen=True)
class Table:
    """One school around its cycle, and where that is."""

    district: District
    cycle: Cycle
    alice: Membership
    bob: Membership

    @property
    def address(self) -> str:
        return f"/d/{self.district.slug}/cycles/{self.cycle.pk}/"

    def sits_down(
        self, visits: Visits, who: Membership, page: str = "team/", **how: object
    ) -> Page:
        """Signed in, with a page of the cycle open."""
        opened = visits.signed_in(who.user.email, PASSWORD, **how)
        opened.goto(self.address + page)
        return opened


@pytest.fixture
def table() -> Table:
    district = make_district("Riverbend")
    school: School = make_school(district, "Lincoln")
    alice = seat(district, Role.PRINCIPAL, school, user=make_user("Alice"))
    bob = seat(district, Role.TEAM_MEMBER, school, user=make_user("Bob"))
    return Table(district, cycle_of(school, make_campaign(district)), alice, bob)


def now_text(page: Page, code: str = "team.beliefs") -> Locator:
    return page.locator(f"[name='{code}-opportunities']")


def line(page: Page, code: str = "team.beliefs") -> Locator:
    return page.locator(f"[id='{code}'] .save-line")


def stored(table: Table, code: str = "team.beliefs") -> str:
    return read_cell(table.cycle, code).opportunities


def history(table: Table) -> set[tuple[str, str, bool]]:
    """Who wrote what in the cell, and whether it was refused."""
    with district_scope(table.district.pk):
        rows = Revision.objects.filter(cycle=table.cycle).select_related("edited_by")
        return {(row.edited_by.name, row.content["opportunities"], row.was_refused) for row in rows}


def test_a_word_is_saved_while_one_types_and_the_line_says_so(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)

    now_text(page).press_sequentially("Every second Tuesday.", delay=20)

    expect(line(page)).to_have_text("Saved")
    expect(page.locator("#announcement")).to_have_text("Beliefs: Saved")
    expect(page.locator("#step-team")).to_contain_text("1 of 3")
    expect(page.locator("#step-team")).to_have_attribute("aria-current", "step")
    assert stored(table) == "Every second Tuesday."


def test_two_editors_of_one_cell_both_see_both_texts(visits: Visits, table: Table) -> None:
    alice, bob = table.sits_down(visits, table.alice), table.sits_down(visits, table.bob)
    now_text(alice).fill("Alice: monthly.")
    expect(line(alice)).to_have_text("Saved")

    now_text(bob).fill("Bob: weekly.")

    both = bob.locator("[id='team.beliefs'] .both")
    expect(line(bob)).to_have_text("Someone else changed this: see both")
    expect(both).to_contain_text("Alice saved this while you were writing.")
    expect(both.locator(".words")).to_have_text(["Alice: monthly.", "Bob: weekly."])
    expect(now_text(bob)).to_have_value("Bob: weekly.")
    assert stored(table) == "Alice: monthly."

    now_text(bob).press_sequentially(" Or so.", delay=20)
    bob.wait_for_timeout(1_500)
    assert stored(table) == "Alice: monthly."

    both.get_by_role("button", name="Save mine over it").click()
    expect(line(bob)).to_have_text("Saved")
    expect(both).to_have_count(0)
    assert stored(table) == "Bob: weekly. Or so."
    assert history(table) == {
        ("Alice", "Alice: monthly.", False),
        ("Bob", "Bob: weekly.", True),
        ("Bob", "Bob: weekly. Or so.", False),
    }


def test_who_keeps_the_others_text_finds_it_in_the_field(visits: Visits, table: Table) -> None:
    alice, bob = table.sits_down(visits, table.alice), table.sits_down(visits, table.bob)
    now_text(alice).fill("Alice: monthly.")
    expect(line(alice)).to_have_text("Saved")
    now_text(bob).fill("Bob: weekly.")

    bob.get_by_role("link", name="Keep theirs").click()

    expect(now_text(bob)).to_have_value("Alice: monthly.")
    assert history(table) == {("Alice", "Alice: monthly.", False), ("Bob", "Bob: weekly.", True)}


def test_what_is_typed_without_a_network_is_sent_when_it_is_back(
    visits: Visits, table: Table
) -> None:
    page = table.sits_down(visits, table.alice)
    page.context.set_offline(True)
    now_text(page).fill("Written in the basement.")
    expect(line(page)).to_have_text(OFFLINE)

    page.context.set_offline(False)

    expect(line(page)).to_have_text("Saved", timeout=RETRIED)
    assert stored(table) == "Written in the basement."


def test_what_could_not_be_sent_survives_closing_the_page(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    page.context.set_offline(True)
    now_text(page).fill("Written in the basement.")
    expect(line(page)).to_have_text(OFFLINE)
    page.close()

    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(table.address + "team/")

    expect(now_text(again)).to_have_value("Written in the basement.")
    expect(line(again)).to_have_text("Saved")
    assert stored(table) == "Written in the basement."


def test_an_answer_that_got_lost_is_no_conflict_with_oneself(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    page.route("**/cells/**", _answer_gets_lost, times=1)
    now_text(page).fill("First half.")
    expect(line(page)).to_have_text(OFFLINE)
    assert stored(table) == "First half."

    now_text(page).press_sequentially(" Second half.", delay=10)

    expect(line(page)).to_have_text("Saved", timeout=RETRIED)
    assert stored(table) == "First half. Second half."
    both_halves = "First half. Second half."
    assert history(table) == {("Alice", both_halves, True), ("Alice", both_halves, False)}


def test_thirty_edits_at_any_pace_end_as_they_were_typed(visits: Visits, table: Table) -> None:
    chance = random.Random(9)  # noqa: S311 - a pace, not a secret
    page = table.sits_down(visits, table.alice)
    page.route("**/cells/**", lambda route: _slowly(page, route, chance.randint(0, 600)))
    field = now_text(page)
    field.focus()

    for number in range(EDITS):
        field.press_sequentially(f"{number}. ")
        page.wait_for_timeout(chance.choice([0, 0, MAX_PAUSE, 750]))

    typed = "".join(f"{number}. " for number in range(EDITS))
    expect(field).to_have_value(typed)
    expect(line(page)).to_have_text("Saved")
    page.wait_for_timeout(1_000)
    expect(line(page)).to_have_text("Saved")
    assert stored(table) == typed.strip()


def test_who_follows_a_link_at_once_finds_the_last_word_there(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    page.route("**/cells/**", lambda route: _slowly(page, route, 400))
    now_text(page).fill("The last word.")

    page.get_by_role("link", name="The nine cells").click()

    expect(page.locator(".ninefold-grid")).to_contain_text("The last word.")


def test_a_save_leaves_the_keyboard_where_it_is(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    now_text(page).fill("On my way to the review.")

    page.locator("#step-review").focus()

    expect(line(page)).to_have_text("Saved")
    expect(page.locator("#step-team")).to_contain_text("1 of 3")
    expect(page.locator("#step-review")).to_be_focused()


def test_an_expired_session_costs_no_word(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    Session.objects.all().delete()
    now_text(page).fill("Written after the session had ended.")
    expect(line(page)).to_contain_text("You are signed out: not saved yet.")
    assert stored(table) == ""

    other_tab = page.context.new_page()
    sign_in(other_tab, table.alice.user.email, PASSWORD)
    other_tab.close()
    page.bring_to_front()

    expect(line(page)).to_have_text("Saved", timeout=RETRIED)
    assert stored(table) == "Written after the session had ended."


def test_words_typed_during_the_submission_are_refused_and_kept(
    visits: Visits, table: Table
) -> None:
    answer_everything(table.cycle, table.alice)
    bob = table.sits_down(visits, table.bob)
    alice = table.sits_down(visits, table.alice, "review/")
    alice.get_by_label("Never").check()
    alice.get_by_role("button", name="Submit to the district").click()
    expect(alice.get_by_role("heading", name="Handed in")).to_be_visible()

    now_text(bob).fill("One more thing.")

    cell = bob.locator("[id='team.beliefs']")
    expect(line(bob)).to_have_text("Not saved: please look below")
    expect(cell).to_contain_text("This cycle has been submitted. Reopen it to change its words.")
    expect(now_text(bob)).to_have_value("One more thing.")
    assert stored(table) == "Now: team.beliefs"
    with district_scope(table.district.pk):
        refused = Revision.objects.get(cycle=table.cycle, was_refused=True)
    assert refused.content["opportunities"] == "One more thing."


def test_the_button_saves_the_page_and_says_so(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    now_text(page).fill("Here.")
    now_text(page, "team.systems").fill("And here.")

    page.get_by_role("button", name="Save this page").click()

    expect(page.locator("[data-page-state]")).to_have_text("Saved")
    assert (stored(table), stored(table, "team.systems")) == ("Here.", "And here.")


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

    expect(page.get_by_role("status")).to_have_text(
        f"The campaign is open. {len(schools)} schools have their cycles."
    )
    with district_scope(district.pk):
        assert Campaign.objects.get().cycles.count() == len(schools)


def _answer_gets_lost(route: Route) -> None:
    """The server has it, but nobody hears so."""
    route.fetch()
    route.abort("connectionreset")


def _slowly(page: Page, route: Route, milliseconds: int) -> None:
    page.wait_for_timeout(milliseconds)
    route.continue_()
