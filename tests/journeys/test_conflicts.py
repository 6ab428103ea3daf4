"""Two wrote at once: whoever was late chooses, with scripts and without, and no words are lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.assessments.writing import read_cell
from tests.journeys.browsing import Visits
from tests.journeys.table import Table, history, line, now_text, stored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.in_turn(3)]

BOTH = "Shared. Alice: monthly. Bob: weekly."


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def late(request: pytest.FixtureRequest, visits: Visits, table: Table) -> Page:
    """Bob's page, on which he has just learned that Alice was first."""
    scripts: bool = request.param
    alice = table.sits_down(visits, table.alice)
    bob = table.sits_down(visits, table.bob, java_script_enabled=scripts)
    now_text(alice).fill("Shared. Alice: monthly.")
    alice.locator("[id='team.beliefs']").get_by_label("Regularly").check()
    expect(line(alice)).to_have_text("Saved")
    now_text(bob).fill("Shared. Bob: weekly.")
    if not scripts:
        bob.get_by_role("button", name="Save this page").click()
    expect(line(bob)).to_have_text("Someone else changed this: see both")
    return bob


def test_both_texts_are_shown_with_what_differs(late: Page) -> None:
    both = late.locator(".both")

    expect(both.locator(".words").first).to_have_text("Shared. Alice: monthly.")
    expect(both.locator("del")).to_have_text("Alice: monthly.")
    expect(both.locator("ins")).to_have_text("Bob: weekly.")
    expect(both).not_to_contain_text("How settled")


def test_who_keeps_theirs_finds_it_in_the_fields(late: Page, table: Table) -> None:
    now_text(late, "team.systems").fill("Not sent yet.")
    late.get_by_role("button", name="Keep theirs").click()

    expect(now_text(late)).to_have_value("Shared. Alice: monthly.")
    expect(late.locator("[id='team.beliefs']").get_by_label("Regularly")).to_be_checked()
    expect(late.locator(".both")).to_have_count(0)
    expect(line(late, "team.systems")).to_contain_text("Saved")
    assert read_cell(table.cycle).version <= len(("the text", "the level"))
    assert stored(table, "team.systems") == "Not sent yet."
    assert ("Bob", "Shared. Bob: weekly.", True) in history(table)


def test_what_was_typed_since_the_conflict_is_kept_too(late: Page, table: Table) -> None:
    now_text(late).fill("Shared. Bob: weekly, or so.")

    late.get_by_role("button", name="Keep theirs").click()

    expect(now_text(late)).to_have_value("Shared. Alice: monthly.")
    assert ("Bob", "Shared. Bob: weekly, or so.", True) in history(table)


def test_who_keeps_mine_saves_it_over_theirs_and_leaves_what_they_did_not_choose(
    late: Page, table: Table
) -> None:
    late.get_by_role("button", name="Keep mine").click()

    expect(late.locator(".both")).to_have_count(0)
    expect(now_text(late)).to_have_value("Shared. Bob: weekly.")
    expect(late.locator("[id='team.beliefs']").get_by_label("Regularly")).to_be_checked()
    assert stored(table) == "Shared. Bob: weekly."
    assert read_cell(table.cycle).opportunity_level == 3
    assert ("Alice", "Shared. Alice: monthly.", False) in history(table)


@pytest.mark.parametrize("late", [True], indirect=True)
def test_a_field_that_was_held_before_the_choice_is_held_after_it(late: Page) -> None:
    improvements = late.locator("[name='team.beliefs-improvements']")
    improvements.evaluate("field => { field.readOnly = true; }")

    late.get_by_role("button", name="Keep mine").click()

    expect(late.locator(".both")).to_have_count(0)
    expect(line(late)).to_contain_text("Saved")
    expect(now_text(late)).to_be_editable()
    expect(improvements).not_to_be_editable()


def test_who_edits_both_together_finds_both_and_sends_nothing_before_they_say_so(
    late: Page, table: Table
) -> None:
    late.get_by_role("button", name="Edit the two together").click()

    expect(now_text(late)).to_have_value(BOTH)
    expect(now_text(late)).to_be_focused()
    expect(line(late)).to_have_text("Not saved yet")
    late.keyboard.press("Control+End")
    late.keyboard.type(" Every fortnight, then.")
    late.wait_for_timeout(1_200)
    assert stored(table) == "Shared. Alice: monthly."

    late.get_by_role("button", name="Save this", exact=True).click()

    expect(late.locator(".both")).to_have_count(0)
    assert stored(table) == f"{BOTH} Every fortnight, then."
    assert {("Alice", "Shared. Alice: monthly.", False), ("Bob", "Shared. Bob: weekly.", True)} <= (
        history(table)
    )


def test_the_keyboard_alone_chooses_and_comes_out_in_the_field(late: Page) -> None:
    late.get_by_role("button", name="Keep theirs").press("Enter")

    expect(now_text(late)).to_have_value("Shared. Alice: monthly.")


def test_a_choice_that_cannot_be_sent_is_made_when_the_network_is_back(
    visits: Visits, table: Table
) -> None:
    alice, bob = table.sits_down(visits, table.alice), table.sits_down(visits, table.bob)
    now_text(alice).fill("Alice: monthly.")
    expect(line(alice)).to_have_text("Saved")
    now_text(bob).fill("Bob: weekly.")
    keep_theirs = bob.get_by_role("button", name="Keep theirs")
    expect(keep_theirs).to_be_visible()
    bob.context.set_offline(True)

    keep_theirs.click()
    expect(line(bob)).to_have_text("Offline: kept on this device, will be sent")
    expect(now_text(bob)).to_have_value("Bob: weekly.")
    bob.context.set_offline(False)

    expect(now_text(bob)).to_have_value("Alice: monthly.", timeout=12_000)
    expect(line(bob)).to_have_text("Saved")
    assert stored(table) == "Alice: monthly."


def test_another_person_s_choice_beside_the_same_words_is_no_echo_of_one_s_own(
    visits: Visits, table: Table
) -> None:
    alice, bob = (table.sits_down(visits, who) for who in (table.alice, table.bob))
    alice.locator("[id='team.beliefs']").get_by_label("Regularly").check()
    expect(line(alice)).to_have_text("Saved")

    bob.locator("[id='team.beliefs']").get_by_label("By chance").check()

    both = bob.locator("[id='team.beliefs'] .both")
    expect(both).to_contain_text("Saved by them: How settled are these opportunities?")
    expect(both).to_contain_text("By chance")
    assert read_cell(table.cycle).opportunity_level == 3
