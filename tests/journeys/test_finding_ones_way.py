"""What a page says of itself, and where it leads: to the very field, the comment, the words."""

import pytest
from playwright.sync_api import Locator, Page, expect

from assessments import comments
from schools.models import Role
from schools.tenancy import district_scope
from tests.factories import make_user, seat, submitted
from tests.journeys.browsing import NARROW, Visits
from tests.journeys.table import Table, line, now_text

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "team.beliefs"
SHORT = {"width": 1440, "height": 700}


def focused(page: Page) -> str:
    """What the keyboard stands on: its id, or what kind of thing it is."""
    said: str = page.evaluate("document.activeElement.id || document.activeElement.localName")
    return said


def page_state(page: Page) -> Locator:
    """What is said beside "Save this page"."""
    return page.locator("[data-page-state]")


def choices(page: Page, name: str) -> Locator:
    """What is marked among the choices of a field."""
    return page.locator(f"[name='{CODE}-{name}']:checked")


def say(table: Table, text: str) -> None:
    """The specialist asks something about the team's beliefs."""
    sam = seat(table.district, Role.SPECIALIST, user=make_user("Sam"))
    with district_scope(table.district.pk):
        comments.write_comment(table.cycle, by=sam, text=text, code=CODE)


def test_a_choice_that_nobody_made_is_not_marked(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    for name in ("opportunity_level", "reach", "offer"):
        expect(choices(page, name)).to_have_count(0)

    now_text(page).fill("Weekly.")
    expect(line(page)).to_have_text("Saved")
    page.reload()

    expect(choices(page, "opportunity_level")).to_have_count(0)
    expect(page.locator(f"[id='{CODE}']")).to_contain_text("it reads “Not sure”")


def test_a_choice_can_be_taken_back(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    group = page.locator(f"[id='id_{CODE}-opportunity_level-group']")
    group.get_by_label("Regularly").check()
    expect(line(page)).to_have_text("Saved")

    with page.expect_response("**/cells/**"):
        group.get_by_label("Not sure").check()
    expect(line(page)).to_have_text("Saved")
    page.reload()

    expect(choices(page, "opportunity_level")).to_have_count(0)


def test_what_was_refused_is_named_beside_the_button_and_linked(
    visits: Visits, table: Table
) -> None:
    page = table.sits_down(visits, table.alice)
    page.get_by_text("Add a minority view").first.click()
    page.locator(f"[name='{CODE}-minority_view']").fill("x" * 1_001)
    expect(line(page)).to_have_text("Not saved: please look below")

    page.get_by_role("button", name="Save this page").click()

    expect(page_state(page)).to_have_text("Not saved yet: Beliefs: A minority view")
    page_state(page).get_by_role("link").press("Enter")
    assert focused(page) == f"id_{CODE}-minority_view"
    page.keyboard.press("Control+A")
    page.keyboard.type("Two of us differ.")
    expect(page_state(page)).to_have_text("Saved")


def test_what_is_not_sent_is_named_beside_the_button(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    cell = page.locator(f"[id='{CODE}']")
    cell.get_by_text("Comment", exact=True).press("Enter")
    page.keyboard.type("Half a rem")

    page.get_by_role("button", name="Save this page").click()

    expect(page_state(page)).to_have_text("Saved. Not sent yet: Beliefs: Your comment")
    page_state(page).get_by_role("link").press("Enter")
    page.keyboard.type("ark.")
    cell.get_by_role("button", name="Send the comment").press("Enter")
    expect(page_state(page)).to_have_text("Saved")


@pytest.mark.parametrize("size", [NARROW, SHORT], ids=["320 px", "700 px high"])
def test_how_a_cell_stands_is_in_sight_wherever_one_types_in_it(
    visits: Visits, table: Table, size: dict[str, int]
) -> None:
    page = table.sits_down(visits, table.alice, viewport=size)
    page.get_by_text("Add a minority view").first.click()
    field = page.locator(f"[name='{CODE}-minority_view']")

    field.fill("Two of us differ.")

    expect(line(page)).to_have_text("Saved")
    expect(line(page)).to_be_in_viewport(ratio=1)
    expect(field).to_be_in_viewport(ratio=1)
    state, typed = line(page).bounding_box(), field.bounding_box()
    assert state is not None
    assert typed is not None
    assert state["y"] + state["height"] <= typed["y"]


def test_the_mark_of_a_comment_leads_to_the_comment(visits: Visits, table: Table) -> None:
    say(table, "Who is there when you meet?")
    page = table.sits_down(visits, table.alice, "")

    page.get_by_role("link", name="1 open comment").press("Enter")

    page.wait_for_url("**/team/#comment-*")
    expect(page.locator(".comment")).to_be_focused()
    expect(page.locator(".comment")).to_be_in_viewport()
    page.locator(".cell-head .cell-comments").press("Enter")
    expect(page.locator(".comment")).to_be_focused()


def test_what_is_missing_leads_to_its_very_field(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice, "review/")

    page.locator("#missing").get_by_role("link", name="“Most of our effort goes to”").press("Enter")

    page.wait_for_url("**/part-2/#id_balance-most_effort-group")
    expect(page.locator("[name='balance-most_effort']").first).to_be_focused()


def _submit(page: Page) -> None:
    page.get_by_label("Never").check()
    page.get_by_role("button", name="Submit to the district").press("Enter")


def _reopen(page: Page) -> None:
    page.get_by_text("Reopen it to change something").press("Enter")
    page.get_by_label("Why").fill("We forgot the team.")
    page.get_by_role("button", name="Reopen").press("Enter")


def test_the_keyboard_is_never_left_at_the_body(visits: Visits, table: Table) -> None:
    submitted(table.cycle, by=table.alice)
    page = table.sits_down(visits, table.alice, "review/")

    _reopen(page)
    page.wait_for_url(lambda url: url.endswith(table.address))
    expect(page.locator(".messages")).to_be_focused()
    expect(page.locator("#reopened")).to_contain_text("Alice reopened this cycle on")
    expect(page.locator("#reopened")).to_contain_text("submit it again by")
    page.locator("#reopened").get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Review")).to_be_focused()
    _submit(page)
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    assert focused(page) == "h1"
