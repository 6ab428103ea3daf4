"""Pages in a state to which no address leads: a refusal, a conflict, an empty district."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Campaign, Cycle
from schools.models import District, Role
from schools.tenancy import district_scope
from tests.factories import (
    PASSWORD,
    answer_everything,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
)
from tests.journeys import connected, guarded, operators
from tests.journeys import places as demo
from tests.journeys.browsing import People
from tests.journeys.places import Places

State = Callable[[People, Places], Page]


def refused_sign_in(everyone: People, _places: Places) -> Page:
    """A wrong password."""
    page = everyone.visits.guest()
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill("nobody@example.org")
    page.locator("[name=password]").fill("not this")
    page.locator("form.sign-in button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def open_menu(everyone: People, places: Places) -> Page:
    """The person's own menu."""
    page = everyone.page_of(demo.PRINCIPAL)
    page.goto(next(places.of("cycle", demo.PRINCIPAL)))
    page.locator(".who > summary").click()
    return page


def not_there(everyone: People, places: Places) -> Page:
    """An address that leads nowhere."""
    page = everyone.page_of(demo.PRINCIPAL)
    page.goto(f"/d/{places.slug}/no-such-page/")
    return page


def not_theirs_to_do(everyone: People, places: Places) -> Page:
    """A principal opens no campaign."""
    page = everyone.page_of(demo.PRINCIPAL)
    page.goto(next(places.of("campaign_new", demo.PRINCIPAL)))
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not yours to do")
    return page


def refused_campaign(everyone: People, places: Places) -> Page:
    """Due before it opens, and closed before that."""
    page = everyone.page_of(demo.SPECIALIST)
    page.goto(next(places.of("campaign_new", demo.SPECIALIST)))
    page.locator("[name=due_on]").fill("2020-01-02")
    page.locator("[name=closes_on]").fill("2020-01-01")
    page.get_by_role("button", name="Open the campaign").click()
    expect(page.locator("[name=due_on]")).to_have_attribute("aria-invalid", "true")
    return page


def no_match(everyone: People, places: Places) -> Page:
    """A search that finds no school."""
    page = everyone.page_of(demo.SPECIALIST)
    page.goto(next(places.of("schools", demo.SPECIALIST)) + "?q=nowhere")
    return page


def one_answer_across_schools(everyone: People, places: Places) -> Page:
    """Those who chose one answer."""
    page = everyone.page_of(demo.SPECIALIST)
    address = next(places.of("question_across_schools", demo.SPECIALIST))
    page.goto(f"{address}?field=help&choice=time")
    return page


def everything_folded_out(everyone: People, places: Places) -> Page:
    """Last year's words and the further choices, all at once."""
    page = everyone.page_of(demo.PRINCIPAL)
    page.goto(next(places.of("section", demo.PRINCIPAL)))
    page.evaluate("for (const it of document.querySelectorAll('main details')) it.open = true")
    return page


def conflict(everyone: People, places: Places) -> Page:
    """Two at one cell."""
    return _two_at_one_cell(everyone, places, theirs="Weekly.", mine="Monthly.")


def both_together(everyone: People, places: Places) -> Page:
    """Two at one cell, and both texts to be edited."""
    page = _two_at_one_cell(everyone, places, theirs="Each week.", mine="Each month.")
    page.get_by_role("button", name="Edit the two together").click()
    expect(page.get_by_role("button", name="Save this", exact=True)).to_be_visible()
    return page


def not_brought_back(everyone: People, places: Places) -> Page:
    """A version that was to come back when another one was there by then."""
    page = everyone.anew(demo.PRINCIPAL)
    page.goto(next(places.of("section", demo.PRINCIPAL)))
    _write(page, "Every other week.")
    page.goto(next(places.of("cell_revisions", demo.PRINCIPAL)))
    page.get_by_role("link", name="See it whole").last.click()
    page.locator("#restore [name=version]").evaluate("(it) => (it.value = 99)")
    page.get_by_role("button", name="Bring this version back").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def too_long(everyone: People, places: Places) -> Page:
    """More than a cell can hold."""
    page = everyone.anew(demo.MEMBER)
    page.goto(next(places.of("part_2", demo.MEMBER)))
    page.locator("[name='balance-text']").fill("word " * 4_001)
    expect(page.locator("#balance .answer .save-line")).to_have_text("Not saved: please look below")
    return page


def empty_district(everyone: People, _places: Places) -> Page:
    """Before its first campaign."""
    district = make_district("Newfield")
    return _as_new(everyone, district, Role.SPECIALIST)


def no_district(everyone: People, _places: Places) -> Page:
    """Signed in, and no place yet."""
    return everyone.visits.signed_in(make_user("Nobody yet").email, PASSWORD)


def nothing_computed_yet(everyone: People, _places: Places) -> Page:
    """A campaign was opened this second; no clock runs here, so the figures never come."""
    district = make_district("Newfield")
    make_school(district, "Lincoln")
    make_campaign(district)
    return _as_new(everyone, district, Role.VIEWER)


def not_open_yet(everyone: People, _places: Places) -> Page:
    """The principal looks around before the campaign opens."""
    district, cycle = _new_school()
    tomorrow = district.today() + timedelta(days=1)
    with district_scope(district.pk):
        Campaign.objects.filter(pk=cycle.campaign_id).update(opens_on=tomorrow)
    return _as_new(everyone, district, Role.PRINCIPAL, cycle, "section")


def ready_to_submit(everyone: People, _places: Places) -> Page:
    """Everything is answered."""
    district, cycle = _new_school()
    answer_everything(cycle, seat(district, Role.TEAM_MEMBER, cycle.school))
    return _as_new(everyone, district, Role.PRINCIPAL, cycle, "review")


STATES: tuple[State, ...] = (
    refused_sign_in,
    open_menu,
    not_there,
    not_theirs_to_do,
    refused_campaign,
    no_match,
    one_answer_across_schools,
    everything_folded_out,
    conflict,
    both_together,
    not_brought_back,
    too_long,
    empty_district,
    no_district,
    nothing_computed_yet,
    not_open_yet,
    ready_to_submit,
    *connected.STATES,
    *guarded.STATES,
    *operators.STATES,
)


def _two_at_one_cell(everyone: People, places: Places, **words: str) -> Page:
    address = next(places.of("section", demo.PRINCIPAL))
    mine, theirs = everyone.anew(demo.PRINCIPAL), everyone.anew(demo.MEMBER)
    mine.goto(address)
    theirs.goto(address)
    for page, text in ((theirs, words["theirs"]), (mine, words["mine"])):
        said = "Saved" if page is theirs else "Someone else changed this: see both"
        _write(page, text, said)
    return mine


def _write(page: Page, text: str, said: str = "Saved") -> None:
    page.locator("[name='individual.beliefs-opportunities']").fill(text)
    expect(page.locator("[id='individual.beliefs'] .answer .save-line")).to_have_text(said)


def _new_school() -> tuple[District, Cycle]:
    district = make_district("Newfield")
    school = make_school(district, "Lincoln")
    return district, cycle_of(school, make_campaign(district))


def _as_new(
    everyone: People, district: District, role: Role, cycle: Cycle | None = None, step: str = ""
) -> Page:
    places = [cycle.school] if cycle else []
    someone = seat(district, role, *places)
    page = everyone.visits.signed_in(someone.user.email, PASSWORD)
    if cycle:
        arguments = {"context": "team"} if step == "section" else {}
        page.goto(
            reverse(step, kwargs={"district_slug": district.slug, "cycle_id": cycle.pk} | arguments)
        )
    return page
