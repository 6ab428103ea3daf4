"""What stands around an answer: what the school will do about it, and what is said about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from assessments.models import Comment, Commitment
from schools.models import Role
from schools.tenancy import district_scope
from tests.factories import cycle_of, make_campaign, make_user, seat
from tests.journeys.browsing import NARROW, Visits
from tests.journeys.looking import VERY_LONG, Looker
from tests.journeys.table import Table, line, now_text, stored

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "team.beliefs"


def cell(page: Page) -> Locator:
    """The team's beliefs, with all that stands around them."""
    return page.locator(f"[id='{CODE}']")


def commit(page: Page, table: Table, what: str) -> None:
    """With the keyboard alone: open the form, say what, who and by when, keep it."""
    cell(page).get_by_role("link", name="We will do this").press("Enter")
    form = page.get_by_role("form", name="We will do this")
    expect(form.get_by_label("What will you do?")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(what)
    page.keyboard.press("Tab")
    page.keyboard.type("Bob")
    due_on = table.district.today() + timedelta(days=30)
    form.get_by_label("By when?").fill(due_on.isoformat())
    form.get_by_role("button", name="Keep this").press("Enter")
    expect(cell(page).locator(".commitment", has_text=what)).to_be_focused()


def begin(place: Locator, what: str) -> None:
    """Unfold a form for a comment or a reply: one writes in it at once."""
    place.get_by_text(what, exact=True).press("Enter")
    expect(place.locator(".say[open] textarea")).to_be_focused()


@contextmanager
def staying_on(page: Page) -> Iterator[None]:
    """Nothing in here leads to another page, or loads this one again."""
    left: list[str] = []

    def listen(request: Request) -> None:
        if request.is_navigation_request():
            left.append(request.url)

    page.on("request", listen)
    yield
    page.remove_listener("request", listen)
    assert left == []


def test_a_commitment_is_made_beside_its_cell_while_one_goes_on_writing(
    visits: Visits, table: Table
) -> None:
    page = table.sits_down(visits, table.bob)
    page.locator(f"[name='{CODE}-improvements']").fill("Meet every week.")
    expect(line(page)).to_have_text("Saved")

    with staying_on(page):
        cell(page).get_by_role("link", name="We will do this").press("Enter")
        form = page.get_by_role("form", name="We will do this")
        what, when = form.get_by_label("What will you do?"), form.get_by_label("By when?")
        expect(what).to_have_value("Meet every week.")
        what.fill("Meet every week, from May on.")
        now_text(page).fill("Now and then.")
        when.fill("2020-05-01")
        form.get_by_label("Who takes it on?").fill("Bob")
        form.get_by_label("Who takes it on?").press("Enter")
        expect(form).to_contain_text("May 1, 2020 has passed already.")
        expect(when).to_be_focused()
        expect(what).to_have_value("Meet every week, from May on.")
        when.fill((table.district.today() + timedelta(days=9)).isoformat())
        when.press("Enter")
        kept = cell(page).locator(".commitment")
        expect(kept).to_be_focused()
        expect(kept).to_contain_text("Meet every week, from May on.")
        expect(now_text(page)).to_have_value("Now and then.")
        expect(line(page)).to_have_text("Saved")

    assert stored(table) == "Now and then."


def test_a_refused_commitment_can_still_be_left(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.bob)
    cell(page).get_by_role("link", name="We will do this").press("Enter")
    page.get_by_role("button", name="Keep this").press("Enter")
    expect(page.get_by_label("What will you do?")).to_be_focused()
    expect(page.get_by_role("form", name="We will do this")).to_contain_text("Say what you will")

    page.get_by_role("link", name="Leave it").press("Enter")

    expect(cell(page).get_by_role("link", name="We will do this")).to_be_focused()


def test_a_commitment_is_changed_and_done_with_the_keyboard(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.alice)
    commit(page, table, "Meet weekly")
    kept = cell(page).locator(".commitment")

    with staying_on(page):
        kept.get_by_role("link", name="Change").press("Enter")
        form = page.get_by_role("form", name="Change a commitment")
        expect(form.get_by_label("What will you do?")).to_be_focused()
        page.keyboard.press("End")
        page.keyboard.type(", in the library")
        form.get_by_role("button", name="Keep this").press("Enter")
        expect(kept).to_contain_text("Meet weekly, in the library")
        kept.get_by_role("button", name="Done").press("Enter")
        expect(kept.locator(".status")).to_have_text("Done")
        expect(page.locator("#around-said")).to_have_text("Commitment: done")

    with district_scope(table.district.pk):
        assert Commitment.objects.get().status == "done"


def test_what_is_still_open_stands_beside_its_cell_next_year(visits: Visits, table: Table) -> None:
    year = table.district.this_school_year
    past = cycle_of(table.cycle.school, make_campaign(table.district, year - 1))
    page = table.sits_down(visits, table.alice)
    page.goto(table.address.replace(str(table.cycle.pk), str(past.pk)) + "team/")
    commit(page, table, "Meet weekly")

    page.goto(table.address + "team/")

    kept = cell(page).locator(".commitment")
    expect(kept).to_contain_text("Meet weekly")
    expect(kept).to_contain_text(f"from {year - 2}–{(year - 1) % 100:02}")
    kept.get_by_role("button", name="Done").press("Enter")
    expect(kept.locator(".status")).to_have_text("Done")
    page.reload()
    expect(kept).to_have_count(0)
    page.goto(table.address)
    page.get_by_role("link", name="All commitments of the school").click()
    expect(page.get_by_role("heading", name="Settled")).to_be_visible()
    expect(page.locator(".commitment.done")).to_contain_text("Meet weekly")


def test_a_specialist_asks_and_the_principal_answers(visits: Visits, table: Table) -> None:
    sam = seat(table.district, Role.SPECIALIST, user=make_user("Sam"))
    specialist = table.sits_down(visits, sam)
    begin(cell(specialist), "Comment")
    specialist.keyboard.type("Who is there when you meet?")
    specialist.keyboard.press("Tab")
    specialist.keyboard.press("Enter")
    expect(specialist.locator(".comment")).to_be_focused()
    expect(specialist.locator("#around-said")).to_have_text("Your comment is here")

    principal = table.sits_down(visits, table.alice, "")
    principal.get_by_role("link", name="1 open comment").click()
    thread = cell(principal).locator(".thread")
    expect(thread.locator(".said-by")).to_contain_text("Sam · district")
    with staying_on(principal):
        begin(thread, "Reply")
        principal.keyboard.type("All but the substitutes.")
        principal.keyboard.press("Tab")
        principal.keyboard.press("Enter")
        expect(thread.locator(".comment")).to_have_count(2)
        thread.get_by_role("button", name="Resolve").press("Enter")
        expect(thread).to_contain_text("Resolved by Alice")
    principal.goto(table.address)
    expect(principal.get_by_role("heading", level=1)).to_be_visible()
    expect(principal.locator(".cell-comments")).to_have_count(0)

    specialist.reload()
    cell(specialist).get_by_text("1 resolved comment").press("Enter")
    expect(cell(specialist).locator(".thread")).to_contain_text("All but the substitutes.")


def test_a_comment_that_cannot_be_sent_says_so_and_stays(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.bob)
    begin(cell(page), "Comment")
    page.keyboard.type("From the basement.")
    page.context.set_offline(True)
    send = cell(page).get_by_role("button", name="Send the comment")
    send.click()
    expect(cell(page).locator(".side-state")).to_contain_text("Your words are still here")
    expect(cell(page).get_by_label("Your comment")).to_have_value("From the basement.")

    page.context.set_offline(False)
    send.click()

    expect(cell(page).locator(".comment")).to_contain_text("From the basement.")
    with district_scope(table.district.pk):
        assert [said.text for said in Comment.objects.all()] == ["From the basement."]


def test_what_was_typed_around_the_answers_outlives_a_reload(visits: Visits, table: Table) -> None:
    page = table.sits_down(visits, table.bob)
    page.on("dialog", lambda asked: asked.accept())
    begin(cell(page), "Comment")
    page.keyboard.type("Half a rem")
    cell(page).get_by_role("link", name="We will do this").press("Enter")
    page.get_by_label("What will you do?").fill("Meet weekly")

    page.reload()

    expect(cell(page).get_by_label("Your comment")).to_have_value("Half a rem")
    cell(page).get_by_role("link", name="We will do this").press("Enter")
    expect(page.get_by_label("What will you do?")).to_have_value("Meet weekly")
    page.get_by_role("link", name="Leave it").press("Enter")
    cell(page).get_by_label("Your comment").fill("Half a remark, and the rest.")
    cell(page).get_by_role("button", name="Send the comment").click()
    expect(cell(page).locator(".comment")).to_contain_text("and the rest.")
    page.reload()
    expect(cell(page).get_by_label("Your comment")).to_be_hidden()
    cell(page).get_by_role("link", name="We will do this").press("Enter")
    expect(page.get_by_label("What will you do?")).to_have_value("")


def test_a_form_on_a_page_of_its_own_is_sent_without_a_question(
    visits: Visits, table: Table
) -> None:
    page = table.sits_down(visits, table.bob)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    address = cell(page).get_by_role("link", name="We will do this").get_attribute("href")
    page.goto(str(address))
    page.get_by_label("What will you do?").press_sequentially("Meet weekly")
    page.get_by_label("Who takes it on?").fill("Bob")
    page.get_by_label("By when?").fill(table.district.today().isoformat())

    page.get_by_role("button", name="Keep this").click()

    expect(cell(page).locator(".commitment")).to_contain_text("Meet weekly")
    assert asked == []


def test_the_forms_can_be_used_by_everybody(visits: Visits, table: Table, looker: Looker) -> None:
    page = table.sits_down(visits, table.alice)
    commit(page, table, VERY_LONG)
    cell(page).get_by_role("link", name="We will do this").press("Enter")
    expect(page.get_by_label("What will you do?")).to_be_focused()
    page.get_by_role("button", name="Keep this").press("Enter")
    expect(page.locator(".field-error").first).to_be_visible()
    expect(page.get_by_label("What will you do?")).to_be_focused()
    begin(cell(page), "Comment")
    page.keyboard.type(VERY_LONG)
    cell(page).get_by_role("button", name="Send the comment").click()
    begin(cell(page).locator(".thread"), "Reply")
    found = looker.problems(page, [NARROW])
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("link", name="What we will do").click()
    page.get_by_role("link", name="Change").press("Enter")
    expect(page.get_by_label("What will you do?")).to_be_focused()
    assert [*found, *looker.problems(page, [NARROW])] == []
