"""What is typed is kept: two at one cell, a dead network, an expired session."""

import random

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Session
from assessments.models import Revision
from schools.tenancy import district_scope
from tests.factories import PASSWORD, answer_everything
from tests.journeys.browsing import Visits, sign_in
from tests.journeys.table import Table, history, line, now_text, stored

pytestmark = pytest.mark.django_db(transaction=True)

EDITS = 30
OFFLINE = "Offline: kept on this device, will be sent"
MAX_PAUSE = 160
# What is unsaved is sent again every five seconds.
RETRIED = 12_000


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

    both.get_by_role("button", name="Keep mine").click()
    expect(line(bob)).to_have_text("Saved")
    expect(both).to_have_count(0)
    assert stored(table) == "Bob: weekly. Or so."
    assert history(table) == {
        ("Alice", "Alice: monthly.", False),
        ("Bob", "Bob: weekly.", True),
        ("Bob", "Bob: weekly. Or so.", False),
    }


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


def test_words_sent_from_one_page_are_not_missing_from_the_next(
    visits: Visits, table: Table
) -> None:
    page = table.sits_down(visits, table.alice)
    page.context.set_offline(True)
    now_text(page).fill("Written in the basement.")
    expect(line(page)).to_have_text(OFFLINE)
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    words, next_page = _held(again, "**/cells/**"), _held(again, "**/team/")
    again.goto(table.address)
    _wait_for(again, words)

    again.evaluate("address => { location.href = address }", table.address + "team/")
    _wait_for(again, next_page)
    rendered_before_they_arrive = next_page[0].fetch()
    with again.expect_response("**/cells/**"):
        words[0].continue_()
    again.wait_for_timeout(500)
    next_page[0].fulfill(response=rendered_before_they_arrive)

    expect(now_text(again)).to_have_value("Written in the basement.")
    expect(line(again)).to_contain_text("Saved")
    assert history(table) == {("Alice", "Written in the basement.", False)}


def test_words_that_were_there_already_do_not_show_the_page_anew_again_and_again(
    visits: Visits, table: Table
) -> None:
    page = table.sits_down(visits, table.alice)
    now_text(page).fill("As it was.")
    expect(line(page)).to_have_text("Saved")
    page.context.set_offline(True)
    now_text(page).press_sequentially("!")
    now_text(page).press("Backspace")
    expect(line(page)).to_have_text(OFFLINE)
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    with again.expect_response("**/cells/**"):
        again.goto(table.address)
    again.wait_for_timeout(500)

    shown: list[str] = []
    again.on("domcontentloaded", lambda opened: shown.append(opened.url))
    again.goto(table.address + "team/")
    again.wait_for_timeout(2_000)

    assert len(shown) == 1


def _held(page: Page, address: str) -> list[Route]:
    """The first request to an address is not let through; here it is, once it has been made."""
    held: list[Route] = []
    page.route(address, lambda route: route.continue_() if held else held.append(route))
    return held


def _wait_for(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(20)


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
    expect(line(page)).to_contain_text(
        "You are signed out: not saved yet, but kept on this device."
    )
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


def _answer_gets_lost(route: Route) -> None:
    """The server has it, but nobody hears so."""
    route.fetch()
    route.abort("connectionreset")


def _slowly(page: Page, route: Route, milliseconds: int) -> None:
    page.wait_for_timeout(milliseconds)
    route.continue_()
