"""From an answer to what it said before, and back: with scripts and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.assessments.writing import read_cell, save
from tests.journeys.browsing import Visits
from tests.journeys.table import Table, now_text, stored

pytestmark = pytest.mark.django_db(transaction=True)

HERS = "We meet every week, all of us, in the library."
HIS = "Nothing of the kind happens here."


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def hers(request: pytest.FixtureRequest, visits: Visits, table: Table) -> Page:
    """Alice's page, with her own words open that Bob has replaced."""
    save(read_cell(table.cycle), table.alice, opportunities=HERS)
    save(read_cell(table.cycle), table.bob, opportunities=HIS)
    page = table.sits_down(visits, table.alice, java_script_enabled=request.param)
    page.locator("[id='team.beliefs'] .to-history").click()
    page.locator(".sitting").filter(has_text="Alice").get_by_role("link").click()
    return page


def test_words_that_were_replaced_come_back(hers: Page, table: Table) -> None:
    expect(hers.locator("#restore del")).to_have_text(HIS)

    hers.get_by_role("button", name="Bring this version back").click()

    expect(now_text(hers)).to_have_value(HERS)
    expect(hers.get_by_text("It is back, as a new version")).to_be_visible()
    assert stored(table) == HERS


def test_who_was_late_sees_what_was_saved_meanwhile_and_may_bring_it_back_all_the_same(
    hers: Page, table: Table
) -> None:
    save(read_cell(table.cycle), table.bob, opportunities="Bob thought again, and wrote this.")
    hers.get_by_role("button", name="Bring this version back").click()
    expect(hers.get_by_role("alert")).to_contain_text("Bob saved something here in the meantime.")
    assert stored(table) == "Bob thought again, and wrote this."

    hers.get_by_role("button", name="Bring this version back").click()

    expect(now_text(hers)).to_have_value(HERS)
    assert stored(table) == HERS
