"""A team meets: one screen before the room, a device of their own for everybody."""

import re

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from assessments import meetings
from assessments.instrument import CELL_CODES
from schools.models import Membership, Role
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell, save
from tests.factories import make_user, seat
from tests.journeys.browsing import NARROW, Visits
from tests.journeys.looking import VERY_LONG, Looker
from tests.journeys.table import Table
from tests.reading import with_key

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = CELL_CODES[0]
WALL: ViewportSize = {"width": 1920, "height": 1080}
PHONE: ViewportSize = {"width": 390, "height": 800}
BOBS = "Bob: nobody ever asks me."
CAROLS = "Carol: twice a year, if at all."
FIVE_MINUTES = 5 * 60 * 1000
# Pages take their time to load, and the clock goes on.
ABOUT_FOUR_MINUTES = re.compile(r"3:[345]\d")


@pytest.fixture
def carol(table: Table) -> Membership:
    """Another member of the team."""
    return seat(table.district, Role.TEAM_MEMBER, table.cycle.school, user=make_user("Carol"))


def the_screen(visits: Visits, table: Table) -> Page:
    """Alice begins the meeting on the projector."""
    page = table.sits_down(visits, table.alice, "", viewport=WALL)
    page.get_by_role("button", name="Meet over it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Individual learning: Beliefs")
    return page


def own_device(visits: Visits, table: Table, who: Membership) -> Page:
    """A member finds the meeting on the overview."""
    page = table.sits_down(visits, who, "", viewport=PHONE)
    page.get_by_role("link", name="write your answer alone").click()
    return page


def own_note(page: Page) -> Locator:
    """Where a member writes alone."""
    return page.get_by_label("Your own notes")


def write_alone(page: Page, words: str) -> None:
    """And it is kept."""
    own_note(page).fill(words)
    expect(page.locator(".note-form .save-line")).to_have_text("Saved")


def glance(page: Page) -> None:
    """As who turns back to this page: it looks at once whether something changed."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def revealed(page: Page) -> Locator:
    """What everybody wrote, as it stands there for all."""
    return page.locator(".notes .note .words")


def code_on(page: Page) -> str:
    """The cell that is on the screen."""
    context, content_area = page.url.rstrip("/").split("/")[-2:]
    return f"{context.replace('-', '_')}.{content_area}"


def test_everybody_writes_alone_then_all_see_all_and_the_team_agrees(
    visits: Visits, table: Table, carol: Membership
) -> None:
    screen = the_screen(visits, table)
    bobs, carols = own_device(visits, table, table.bob), own_device(visits, table, carol)
    write_alone(bobs, BOBS)
    write_alone(carols, CAROLS)
    for page in (screen, bobs, carols):
        glance(page)
    expect(screen.locator(".voices-who")).to_have_text("2 Bob, Carol")
    assert BOBS not in screen.content() + carols.content()
    assert CAROLS not in screen.content() + bobs.content()
    expect(bobs.locator(".note-readers")).to_contain_text("Only you, until your chair reveals")

    screen.keyboard.press("r")

    expect(revealed(screen)).to_have_text([BOBS, CAROLS])
    for page in (bobs, carols):
        glance(page)
        expect(revealed(page)).to_have_text([BOBS, CAROLS])
        expect(page.locator(".note-readers")).to_contain_text("Your team reads this")
    # The keyboard goes on from what has appeared, to what is agreed.
    screen.keyboard.press("Tab")
    screen.keyboard.press("Tab")
    screen.keyboard.type("Twice a year for some, for others never.")
    expect(screen.locator(".agreed .save-line")).to_have_text("Saved")
    screen.get_by_text("Does somebody see it differently?").click()
    screen.get_by_label("A minority view").fill("One of us is content.")
    screen.get_by_role("button", name="Next cell").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Individual learning: Practices")

    agreed = read_cell(table.cycle, FIRST)
    assert agreed.opportunities == "Twice a year for some, for others never."
    assert agreed.minority_view == "One of us is content."


def test_the_notes_never_reach_the_district(visits: Visits, table: Table) -> None:
    with district_scope(table.district.pk):
        meetings.start_meeting(table.cycle, by=table.alice)
        meetings.write_note(table.cycle, FIRST, by=table.bob, text=BOBS, version=0)
        meetings.reveal(table.cycle, FIRST, by=table.alice)
    save(read_cell(table.cycle, FIRST), table.alice, opportunities="Hardly ever.")

    theirs = table.sits_down(visits, seat(table.district, Role.SPECIALIST), "")
    seen = ""
    for page in ("", "individual/", "part-2/", "review/"):
        theirs.goto(table.address + page)
        seen += theirs.content()
    reader = with_key(table.district)
    seen += "".join(str(reader.rows(resource)) for resource in ("cycles", "cells", "reflections"))

    assert "Hardly ever." in seen
    assert BOBS not in seen
    for page in ("meeting/", "meeting/mine/", "meeting/individual/beliefs/"):
        answer = theirs.goto(table.address + page)
        assert answer is not None
        assert answer.status == 403


def test_a_reveal_without_answers_says_so(visits: Visits, table: Table) -> None:
    screen = the_screen(visits, table)
    agreed = screen.locator(f"[name='{FIRST}-opportunities']")
    agreed.fill("Rarely, or")
    agreed.press("r")
    expect(agreed).to_have_value("Rarely, orr")
    screen.get_by_role("heading", level=1).click()

    screen.keyboard.press("r")

    expect(screen.get_by_role("alert")).to_have_text(
        "Nobody has written anything on this cell yet: there is nothing to reveal."
    )
    expect(agreed).to_have_value("Rarely, orr")


def test_the_keyboard_leads_through_the_nine_cells(visits: Visits, table: Table) -> None:
    screen = the_screen(visits, table)
    seen = []
    for number in range(1, 10):
        expect(screen.locator(".eyebrow")).to_contain_text(f"cell {number} of 9")
        seen.append(code_on(screen))
        # The keys are there with the page's script, a moment after its words.
        screen.wait_for_load_state()
        screen.keyboard.press("PageDown")
    expect(screen.locator(".eyebrow")).to_contain_text("cell 1 of 9")
    assert seen == list(CELL_CODES)

    agreed = screen.locator(f"[name='{FIRST}-opportunities']")
    agreed.fill("Typed a moment ago.")
    agreed.press("PageDown")
    expect(screen.locator(".eyebrow")).to_contain_text("cell 1 of 9")
    agreed.press("Alt+PageDown")
    expect(screen.locator(".eyebrow")).to_contain_text("cell 2 of 9")

    assert read_cell(table.cycle, FIRST).opportunities == "Typed a moment ago."
    screen.keyboard.press("PageUp")
    expect(agreed).to_have_value("Typed a moment ago.")


def test_who_is_writing_is_asked_and_who_is_not_goes_along(
    visits: Visits, table: Table, carol: Membership
) -> None:
    screen = the_screen(visits, table)
    bobs, carols = own_device(visits, table, table.bob), own_device(visits, table, carol)
    own_note(bobs).fill("In the middle of a")

    screen.keyboard.press("PageDown")
    expect(screen.get_by_role("heading", level=1)).to_have_text("Individual learning: Practices")
    for page in (bobs, carols):
        glance(page)

    expect(carols.get_by_role("heading", level=1)).to_have_text("Individual learning: Practices")
    expect(bobs.locator(".offer")).to_contain_text("What you wrote here stays.")
    own_note(bobs).press_sequentially(" sentence.")
    bobs.get_by_role("link", name="Go there too").click()
    expect(bobs.get_by_role("heading", level=1)).to_have_text("Individual learning: Practices")
    bobs.goto(table.address + "individual/")
    bobs.locator(f"[id='{FIRST}'] .own-note summary").click()
    expect(bobs.locator(f"[id='note-{FIRST}']")).to_have_value("In the middle of a sentence.")


def test_the_timer_is_quiet_and_outlives_a_reload(visits: Visits, table: Table) -> None:
    screen = the_screen(visits, table)
    screen.clock.install()
    screen.reload()
    left, over = screen.get_by_role("timer"), screen.locator("[data-over]")
    expect(left).to_have_text("5:00")

    screen.get_by_role("button", name="Start").press("Enter")
    screen.clock.run_for(61_000)
    expect(left).to_have_text(ABOUT_FOUR_MINUTES)
    screen.reload()
    expect(left).to_have_text(ABOUT_FOUR_MINUTES)
    expect(over).to_be_empty()
    screen.clock.run_for(FIVE_MINUTES)

    expect(left).to_have_text("0:00")
    expect(over).to_have_text("The time for this cell is over.")
    screen.get_by_label("minutes").fill("3")
    screen.get_by_label("minutes").press("Tab")
    expect(left).to_have_text("3:00")
    screen.goto(screen.url.replace("beliefs", "practices"))
    expect(left).to_have_text("3:00")


def test_its_pages_can_be_used_by_everybody(visits: Visits, table: Table, looker: Looker) -> None:
    screen = the_screen(visits, table)
    bobs = own_device(visits, table, table.bob)
    write_alone(bobs, BOBS + VERY_LONG)
    screen.get_by_role("button", name="Reveal").click()
    screen.get_by_text("Does somebody see it differently?").click()
    screen.get_by_text("Keys", exact=True).click()
    found = looker.problems(screen, [NARROW])
    own_note(bobs).press_sequentially("!")
    screen.get_by_role("heading", level=1).click()
    screen.keyboard.press("PageDown")
    screen.wait_for_url("**/practices/")
    glance(bobs)
    expect(bobs.locator(".offer")).to_be_visible()
    assert [*found, *looker.problems(bobs, [NARROW])] == []
