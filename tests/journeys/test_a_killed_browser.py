"""The browser dies in the middle of a sentence; when it is back, what was typed is there."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.factories import PASSWORD
from tests.journeys.browsing import ARGUMENTS, executable, sign_in
from tests.journeys.table import Table, line, now_text, stored

pytestmark = pytest.mark.django_db(transaction=True)

DEATHS = 3
OFFLINE = "Offline: kept on this device, will be sent"


def test_a_browser_that_is_killed_while_one_types_has_lost_nothing(
    browser: Browser, site: str, table: Table, tmp_path: Path
) -> None:
    typed = ""
    for death in range(DEATHS):
        with profile(browser, tmp_path) as mine:
            page = _sit_down(mine, site, table)
            expect(now_text(page)).to_have_value(re.compile(rf"\s*{re.escape(typed.strip())}\s*"))
            mine.set_offline(True)
            words = f" Sentence {death}, typed in one go."
            now_text(page).press("Control+End")
            now_text(page).press_sequentially(words, delay=10)
            typed += words
            # What takes longer than a keystroke would have been sent, were there a network.
            page.wait_for_timeout(100)
            kill(tmp_path)

    with profile(browser, tmp_path) as mine:
        page = _sit_down(mine, site, table)
        expect(line(page)).to_contain_text("Saved")
        assert stored(table) == typed.strip()


@contextmanager
def profile(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """A browser of one's own, whose device is `folder`."""
    opened = browser.browser_type.launch_persistent_context(
        folder, executable_path=executable(), args=ARGUMENTS
    )
    try:
        yield opened
    finally:
        with suppress(Error):
            opened.close()


def _sit_down(mine: BrowserContext, site: str, table: Table) -> Page:
    page = mine.pages[0]
    page.goto(site + table.address + "team/")
    # The cookie may have died with the browser: it is written down every half minute only.
    if "/accounts/login/" in page.url:
        sign_in(page, table.alice.user.email, PASSWORD)
        page.goto(site + table.address + "team/")
    return page


def kill(folder: Path) -> None:
    """End every process of the browser that works in `folder`, without a word."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(folder) in (entry / "cmdline").read_text():
                os.kill(int(entry.name), signal.SIGKILL)
    # What the dead browser held is in its way.
    for lock in folder.glob("Singleton*"):
        lock.unlink(missing_ok=True)
