"""How a journey opens a browser, and signs someone in as that person would."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from assessments.demo.people import PASSWORD
from tests import second_factors

WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)
# It asks nobody on its own: a machine that runs tests may have no way out.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
)
# Two hidden pages of the address bar are loaded with each window: a third of what a window costs.
# Chromium heeds the last list alone: what Playwright switches off stands here, too.
_SWITCHED_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
_AS_ROOT = ("--no-sandbox",)
ARGUMENTS = [
    *_QUIET,
    f"--disable-features={','.join(_SWITCHED_OFF)}",
    *(_AS_ROOT if os.geteuid() == 0 else ()),
]
_HTMX_ON_A_REFUSAL = ("htmx:afterRequest", "htmx:sendError", "htmx:timeout", "Response Status")
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """The system's Chromium."""
    found = [path for path in map(shutil.which, _NAMES) if path]
    if not found:
        raise AssertionError("No Chromium on the PATH: `make system-packages` installs it.")
    return found[0]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visits:
    """The browsers of several people at one site, and what their consoles complained of."""

    browser: Browser
    site: str
    complaints: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def guest(self, **options: Any) -> Page:
        """Somebody's own browser, signed out."""
        context = self.browser.new_context(
            base_url=self.site, **{"viewport": WIDE, "locale": "en-US"} | options
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self._open.append(context)
        return context.new_page()

    def signed_in(self, email: str, password: str, **options: Any) -> Page:
        """Somebody's own browser, where they have just signed in."""
        page = self.guest(**options)
        sign_in(page, email, password)
        return page

    def close(self) -> None:
        """Everybody leaves; a page that would rather not be left is left all the same."""
        for context in self._open:
            context.close()
        self._open.clear()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _is_an_answer(message):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")


def _is_an_answer(message: ConsoleMessage) -> bool:
    """A refusal or a lost connection that a story is about; never a file of ours."""
    if message.text.startswith(_HTMX_ON_A_REFUSAL):
        return True
    url = message.location.get("url", "")
    return message.text.startswith("Failed to load resource") and "/static/" not in url


class People:
    """The demo's people, each signed in once."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits
        self.site = visits.site
        self._pages: dict[str, Page] = {}

    def page_of(self, person: str) -> Page:
        """Their page, wherever it was left; that of a guest for no address."""
        if person not in self._pages:
            signed_in = bool(person)
            self._pages[person] = (
                self.visits.signed_in(person, PASSWORD) if signed_in else self.visits.guest()
            )
        return self._pages[person]

    def anew(self, person: str, **options: Any) -> Page:
        """Their page on a device of its own, on which no words are waiting to be sent."""
        return self.visits.signed_in(person, PASSWORD, **options)

    def complaints(self) -> list[str]:
        """What consoles said since this was asked last."""
        said, self.visits.complaints[:] = list(self.visits.complaints), []
        return said


def sign_in(page: Page, email: str, password: str) -> None:
    """From wherever the page stands, through the sign-in form, to where it leads."""
    if "/accounts/login/" not in page.url:
        page.goto("/accounts/login/")
    form = page.locator("form.sign-in")
    form.locator("[name=login]").fill(email)
    form.locator("[name=password]").fill(password)
    form.get_by_role("button").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    if "/accounts/second-factor/" in page.url:
        _show_a_second_factor(page)


def _show_a_second_factor(page: Page) -> None:
    """As if one had been shown: the story is about something else."""
    second_factors.show_in_browser(page.context.cookies())
    page.goto(parse_qs(urlsplit(page.url).query)["next"][0])
