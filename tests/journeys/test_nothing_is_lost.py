"""Whatever happens while someone types: each story counts what was typed and what is stored."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Session
from assessments.models import Revision
from config.services.ports import free_port
from schools.models import Role
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell
from tests.factories import PASSWORD, cycle_of, make_campaign, make_district, make_school, seat
from tests.journeys.browsing import Visits
from tests.journeys.midnight import ZONE, zone_where_midnight_is_near
from tests.journeys.table import Table, line, now_text, stored
from tests.running import web_server

pytestmark = pytest.mark.django_db(transaction=True)

MOMENTS = 20
OFFLINE = "Offline: kept on this device, will be sent"
# The page tries again every five seconds.
RETRIED = 12_000


def everything_kept(table: Table, code: str = "team.beliefs") -> str:
    """What the cell holds and what its history holds, in one string to look things up in."""
    with district_scope(table.district.pk):
        rows = Revision.objects.filter(cycle=table.cycle, code=code)
        return "\n".join([*(row.content["opportunities"] for row in rows), stored(table, code)])


def test_offline_at_twenty_different_moments(visits: Visits, table: Table) -> None:
    chance = random.Random(3)  # noqa: S311 - moments, not secrets
    page = table.sits_down(visits, table.alice)
    typed = ""
    for moment in range(MOMENTS):
        words = f"Sentence number {moment}. "
        cut, back = sorted(chance.sample(range(len(words) + 1), 2))
        now_text(page).press("Control+End")
        now_text(page).press_sequentially(words[:cut], delay=chance.choice([0, 5, 20]))
        # While nothing waits, in the pause before a request, while it is on its way.
        page.wait_for_timeout(chance.choice([0, 100, 690, 720]))
        page.context.set_offline(True)
        now_text(page).press_sequentially(words[cut:back], delay=5)
        page.wait_for_timeout(chance.choice([0, 300, 900]))
        if moment % 5 == 4:
            page = _come_again(page, table)
        page.context.set_offline(False)
        now_text(page).press("Control+End")
        now_text(page).press_sequentially(words[back:], delay=5)
        typed += words

    expect(line(page)).to_have_text("Saved", timeout=RETRIED)
    expect(now_text(page)).to_have_value(typed)
    assert len(stored(table)) == len(typed.strip())
    assert stored(table) == typed.strip()


def _come_again(page: Page, table: Table) -> Page:
    """Close the page without a network; open it again as soon as there is one."""
    expect(line(page)).to_have_text(OFFLINE)
    waiting = now_text(page).input_value()
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(table.address + "team/")
    expect(now_text(again)).to_have_value(waiting)
    return again


def test_the_server_is_restarted_while_one_types(browser: Browser, table: Table) -> None:
    port = free_port()
    with web_server(port=port) as site:
        visits = Visits(browser, site)
        page = table.sits_down(visits, table.alice)
        now_text(page).press_sequentially("Before the restart. ", delay=5)
    now_text(page).press_sequentially("While it is down. ", delay=5)
    expect(line(page)).to_have_text(OFFLINE)
    with web_server(port=port):
        now_text(page).press_sequentially("And after.", delay=5)
        expect(line(page)).to_have_text("Saved", timeout=RETRIED)
        visits.close()

    assert stored(table) == "Before the restart. While it is down. And after."


def test_who_signs_in_again_in_place_has_everything_saved(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    Session.objects.all().delete()
    now_text(page).fill("Written after the session had ended.")
    now_text(page, "team.systems").fill("In two cells.")
    expect(line(page)).to_have_text("You are signed out: not saved yet, but kept on this device.")
    cell = page.locator("[id='team.beliefs']")
    cell.get_by_role("button", name="Sign in again").click()
    dialog = page.get_by_role("dialog", name="Sign in again")

    dialog.get_by_label("Password").fill("a slip of the finger")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    assert stored(table) == ""
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_label("Password").press("Enter")

    expect(dialog).to_be_hidden()
    expect(now_text(page)).to_be_focused()
    for code in ("team.beliefs", "team.systems"):
        expect(line(page, code)).to_have_text("Saved")
    assert stored(table) == "Written after the session had ended."
    assert stored(table, "team.systems") == "In two cells."


def test_two_editors_of_one_cell_lose_no_sentence(visits: Visits, table: Table) -> None:
    alice, bob = (table.sits_down(visits, who) for who in (table.alice, table.bob))
    sentences = []
    for number in range(5):
        for name, page in (("Alice", alice), ("Bob", bob)):
            sentences.append(f"{name} {number}.")
            now_text(page).press("Control+End")
            now_text(page).press_sequentially(f"{name} {number}. ")
    # Whoever is asked decides, which may be what the other is asked about next.
    for page in (alice, bob, alice):
        _decide(page)

    kept = everything_kept(table)
    assert [sentence for sentence in sentences if sentence not in kept] == []


def _decide(page: Page) -> None:
    """For one's own text, as often as one is asked: the other may have saved again meanwhile."""
    while _is_asked(page):
        both = page.locator("[id='team.beliefs'] .both")
        version = both.get_attribute("data-version")
        both.get_by_role("button", name="Keep mine").click()
        answered = page.locator(f"[id='team.beliefs'] .both[data-version='{version}']")
        expect(answered).to_have_count(0)


def _is_asked(page: Page) -> bool:
    """Whether this is the one of two to whom both texts are shown, once that is settled."""
    # Not "Not saved yet", which also has the word in it.
    saved = line(page).filter(has_text=re.compile("^Saved$"))
    settled = saved.or_(page.locator("[id='team.beliefs'] .both"))
    settled.first.wait_for()
    return page.locator("[id='team.beliefs'] .both").count() > 0


def test_one_person_in_two_tabs_loses_no_word(visits: Visits, table: Table) -> None:
    one = table.sits_down(visits, table.alice)
    two = one.context.new_page()
    two.goto(table.address + "team/")
    now_text(one).fill("From the first tab.")
    now_text(one, "team.systems").fill("Systems, first tab.")
    now_text(two, "team.practices").fill("Practices, second tab.")
    expect(line(one)).to_have_text("Saved")

    now_text(two).fill("From the second tab.")
    expect(two.locator("[id='team.beliefs'] .both")).to_be_visible()

    for code, page in (("team.systems", one), ("team.practices", two)):
        expect(line(page, code)).to_have_text("Saved")
    kept = everything_kept(table)
    assert ("From the first tab." in kept, "From the second tab." in kept) == (True, True)
    assert stored(table, "team.systems") == "Systems, first tab."
    assert stored(table, "team.practices") == "Practices, second tab."


def test_what_was_typed_before_the_campaign_closed_is_saved_after_it(
    browser: Browser, tmp_path: Path
) -> None:
    with zone_where_midnight_is_near(tmp_path, seconds=25) as environment:
        table = _a_table_whose_campaign_closes_tonight()
        with web_server(environment) as site:
            visits = Visits(browser, site)
            page = table.sits_down(visits, table.alice)
            expect(page.locator(".keeping:visible")).to_contain_text("closes in 1 min")
            page.context.set_offline(True)
            now_text(page).press_sequentially("Typed in time. ", delay=5)
            expect(line(page)).to_have_text(OFFLINE)

            expect(now_text(page)).not_to_be_editable(timeout=30_000)
            now_text(page).press_sequentially("Typed too late.")
            page.context.set_offline(False)

            expect(line(page)).to_have_text("Saved", timeout=RETRIED)
            expect(page.locator(".keeping:visible")).to_contain_text("is saved.")
            expect(now_text(page)).to_have_value("Typed in time. ")
            visits.close()
        assert read_cell(table.cycle).opportunities == "Typed in time."


def _a_table_whose_campaign_closes_tonight() -> Table:
    district = make_district("Riverbend", time_zone=ZONE)
    school = make_school(district, "Lincoln")
    alice, bob = (seat(district, role, school) for role in (Role.PRINCIPAL, Role.TEAM_MEMBER))
    today = district.today()
    campaign = make_campaign(district, due_on=today, closes_on=today)
    return Table(district, cycle_of(school, campaign), alice, bob)


def test_a_full_device_does_not_promise_what_it_cannot_keep(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    _leave_no_room(page, visits.site)
    page.context.set_offline(True)

    now_text(page).fill("Where would this go?")

    expect(line(page)).to_have_text(
        "Offline: not saved yet. This device cannot keep it: please leave this page open."
    )
    page.context.set_offline(False)
    expect(line(page)).to_have_text("Saved", timeout=RETRIED)
    assert stored(table) == "Where would this go?"


def _leave_no_room(page: Page, origin: str) -> None:
    quota: dict[str, Any] = {"origin": origin, "quotaSize": 1}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
