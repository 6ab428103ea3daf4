"""A principal finishes a cycle, from blank to submitted, and no hand is on the mouse."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.assessments.writing import read_cell, read_cycle, read_reflection
from tests.factories import PASSWORD
from tests.journeys.browsing import Visits
from tests.journeys.table import Table

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TABS = 120
FOCUSED = """() => {
    const {tagName, type, name, value, checked, textContent} = document.activeElement;
    const isOfTheRecord = document.activeElement.form?.id === "record";
    const chosen = [...document.getElementsByName(name ?? "")].some((field) => field.checked);
    const says = textContent.trim();
    return {tag: tagName, type, name, value, checked, chosen, says, isOfTheRecord};
}"""
ONWARD = ["On to team learning", "On to whole-school learning", "On to Part 2", "On to the review"]


def test_a_cycle_is_finished_and_submitted_with_the_keyboard_alone(
    visits: Visits, table: Table
) -> None:
    page = visits.guest()
    page.goto("/accounts/login/")
    to(page, type="email")
    page.keyboard.type(table.alice.user.email)
    to(page, type="password")
    page.keyboard.type(PASSWORD)
    enter(page)
    follow(page, "Begin with individual learning")

    for way_on in ONWARD:
        fill_all(page)
        follow(page, way_on)
    to(page, name="quoting")
    page.keyboard.press("Space")
    to(page, says="Submit to the district")
    enter(page)

    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    assert read_cycle(table.cycle).status == "submitted"
    assert read_cell(table.cycle, "whole_school.systems").improvements.startswith("Typed into")
    assert read_reflection(table.cycle, "focus").text == "Typed into focus-text"


def to(page: Page, **wanted: str) -> dict[str, Any]:
    """Tab on until the focus is on what is wanted."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] = page.evaluate(FOCUSED)
        if all(stop[key] == value for key, value in wanted.items()):
            return stop
    raise AssertionError(f"{wanted} is not within {MOST_TABS} tabs")


def follow(page: Page, link: str) -> None:
    """Open a link, and wait until its page is there."""
    to(page, tag="A", says=link)
    enter(page)


def enter(page: Page) -> None:
    """Send or follow what has the focus, and wait until the next page is there."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_all(page: Page) -> None:
    """Answer every field of the record, in the order in which the keyboard comes to it."""
    answered: set[str] = set()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["says"] == "Save this page":
            return
        if stop["isOfTheRecord"] and stop["name"] not in answered:
            answered.add(stop["name"])
            answer(page, stop)
    raise AssertionError(f"The page is not over after {MOST_TABS} tabs")


def answer(page: Page, stop: dict[str, Any]) -> None:
    """Type a text, or choose."""
    if stop["tag"] == "TEXTAREA" or stop["type"] == "text":
        page.keyboard.type(f"Typed into {stop['name']}")
    elif stop["tag"] == "SELECT" or (stop["type"] == "radio" and stop["chosen"]):
        page.keyboard.press("ArrowDown")
    else:
        page.keyboard.press("Space")
