"""A school at its table: two people, one cycle, and what a page and the database say of it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from assessments.models import Cycle, Revision
from schools.models import District, Membership
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell
from tests.factories import PASSWORD
from tests.journeys.browsing import Visits


@dataclass(frozen=True)
class Table:
    """One school around its cycle, and where that is."""

    district: District
    cycle: Cycle
    alice: Membership
    bob: Membership

    @property
    def address(self) -> str:
        """Where the cycle is."""
        return f"/d/{self.district.slug}/cycles/{self.cycle.pk}/"

    def sits_down(
        self, visits: Visits, who: Membership, page: str = "team/", **how: object
    ) -> Page:
        """Signed in, with a page of the cycle open."""
        opened = visits.signed_in(who.user.email, PASSWORD, **how)
        opened.goto(self.address + page)
        return opened


def now_text(page: Page, code: str = "team.beliefs") -> Locator:
    """Where a cell's first text is written."""
    return page.locator(f"[name='{code}-opportunities']")


def line(page: Page, code: str = "team.beliefs") -> Locator:
    """What the page says about saving a cell."""
    return page.locator(f"[id='{code}'] .answer .save-line")


def stored(table: Table, code: str = "team.beliefs") -> str:
    """A cell's first text as it is kept."""
    return read_cell(table.cycle, code).opportunities


def history(table: Table) -> set[tuple[str, str, bool]]:
    """Who wrote what in the cell, and whether it was refused."""
    with district_scope(table.district.pk):
        rows = Revision.objects.filter(cycle=table.cycle).select_related("edited_by")
        return {(row.edited_by.name, row.content["opportunities"], row.was_refused) for row in rows}
