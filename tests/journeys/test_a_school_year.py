"""One school year, played by its people in real browsers, on the whole stack."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from assessments.instrument import CELL_CODES, Context
from schools.models import District, Membership, Role, School
from tests.factories import ANSWERS, PASSWORD, make_district, make_school, make_user, seat
from tests.journeys.browsing import Visits
from tests.running import celery_beat, celery_worker

pytestmark = pytest.mark.django_db(transaction=True)

NONE_YET = "individual.systems"
LEFT_FOR_LATER = ("whole_school.systems", "focus")
WORDS = {
    "individual.beliefs": "Coaching talks, for the five people who ask for them.",
    "individual.practices": "Peer visits: eleven last year, nobody counted the follow-up.",
    "team.beliefs": "Second grade reads its own referral list aloud each quarter.",
    "team.practices": "Every team plans one unit together. “Together” means the same room.",
    "team.systems": "The common gradebook. We argued for a month and then kept it.",
    "whole_school.beliefs": "Two evenings with families. Añadimos intérpretes este año.",
    "whole_school.practices": "Wait time. Everyone tries it; four people film it.",
    "whole_school.systems": "Who gets into the advanced class, and who decides.",
}
THOUGHTS = {
    question: f"Our thought about “{question}”, written down together."
    for question in ANSWERS
    if question != "moved"
}
SOON = 5.0
ONE_SUBMITTED = """() => new Promise((seen, given_up) => {
  setTimeout(given_up, 30_000, new Error("The dashboard shows no submission."));
  const look = () => document.querySelector("#status-submitted strong").textContent.trim() === "1"
    ? seen()
    : requestAnimationFrame(look);
  look();
})"""


@pytest.fixture(scope="module")
def background(site: str) -> Iterator[None]:
    """The worker and the clock, as in production."""
    with celery_worker(), celery_beat():
        yield


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def schools(district: District) -> list[School]:
    return [make_school(district, name) for name in ("Garfield", "Lincoln", "Riverside")]


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST, user=make_user("Marcus"))


@pytest.fixture
def principal(district: District, schools: list[School]) -> Membership:
    return seat(district, Role.PRINCIPAL, schools[1], user=make_user("Rosa"))


def test_a_school_year(
    visits: Visits, background: None, schools: list[School], specialist: Any, principal: Any
) -> None:
    marcus = visits.signed_in(specialist.user.email, PASSWORD)
    open_the_campaign(marcus)
    see_that_nobody_has_started(marcus)
    dashboard = marcus.context.new_page()
    dashboard.goto(f"/d/{specialist.district.slug}/")
    # The first figures wait for a worker that has just been started.
    expect(dashboard.locator("#status-not_started strong")).to_have_text("3", timeout=30_000)
    dashboard.evaluate("window.neverReloaded = true")

    rosa = visits.signed_in(principal.user.email, PASSWORD)
    land_on_this_years_cycle(rosa)
    write_the_nine_cells(rosa)
    write_part_2(rosa)
    follow_the_review_to_what_is_missing(rosa)
    find_every_word_again(rosa)
    submit(rosa)

    seconds = until_it_shows(dashboard)
    assert dashboard.evaluate("window.neverReloaded")
    assert seconds <= SOON
    click_from_a_figure_to_the_words(dashboard)
    click_from_the_heatmap_to_the_words(dashboard)


def open_the_campaign(page: Page) -> None:
    """The specialist has an empty dashboard, and does what it says."""
    expect(page.get_by_role("heading", name="No campaign yet")).to_be_visible()
    page.get_by_role("link", name="Open a campaign").click()
    page.get_by_label("Message to the schools").fill("Take the hour.")
    page.get_by_role("button", name="Open the campaign").click()
    expect(page.locator(".messages")).to_have_text(
        "The campaign is open. 3 schools have their cycles."
    )


def see_that_nobody_has_started(page: Page) -> None:
    """The tracker has a line for each school."""
    page.get_by_role("link", name="Schools", exact=True).click()
    rows = page.locator("#schools tbody tr")
    expect(rows.locator("th")).to_have_text(["Garfield", "Lincoln", "Riverside"])
    expect(rows.locator(".status")).to_have_text(["Not started"] * 3)


def land_on_this_years_cycle(page: Page) -> None:
    """A principal need not look for it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("The nine cells")
    expect(page.locator(".district-message")).to_contain_text("Take the hour.")
    expect(page.locator(".grid-cell")).to_have_count(len(CELL_CODES))
    page.get_by_role("link", name="Begin with individual learning").click()


def write_the_nine_cells(page: Page) -> None:
    """Eight with words, one with one click; one is left for later."""
    for context, onward in zip(Context, ("team", "whole-school", "Part 2"), strict=True):
        for code in (code for code in CELL_CODES if code.startswith(f"{context}.")):
            if code not in LEFT_FOR_LATER:
                answer_cell(page, code)
        expect(page.locator(f"#step-{context}")).to_contain_text(
            "2 of 3" if context == Context.WHOLE_SCHOOL else "3 of 3"
        )
        page.get_by_role("link", name=f"On to {onward}").click()


def answer_cell(page: Page, code: str) -> None:
    """As one types, until the line says that it is kept."""
    cell = page.locator(f"[id='{code}']")
    if code == NONE_YET:
        cell.get_by_label("None yet").check()
    else:
        field(page, code).press_sequentially(WORDS[code], delay=2)
        cell.get_by_label("Regularly").check()
    expect(cell.locator(".answer .save-line")).to_have_text("Saved")


def write_part_2(page: Page) -> None:
    """What was written stands beside the questions; one of them is left for later."""
    beside = page.locator(".just-written")
    expect(beside).to_contain_text(WORDS["individual.beliefs"])
    for question in THOUGHTS:
        if question not in LEFT_FOR_LATER:
            answer_question(page, question)
    page.get_by_role("link", name="On to the review").click()


def answer_question(page: Page, question: str) -> None:
    """Each choice, then the words."""
    card = page.locator(f"#{question}")
    for part, chosen in ANSWERS[question].items():
        for code in chosen if isinstance(chosen, list) else [chosen]:
            choose(card, f"{question}-{part}", str(code))
    field(page, question).press_sequentially(THOUGHTS[question], delay=2)
    expect(card.locator(".answer .save-line")).to_have_text("Saved")


def choose(card: Locator, name: str, value: str) -> None:
    """A choice, whether it is a row of buttons or a list that opens."""
    if card.locator(f"select[name='{name}']").count():
        card.locator(f"select[name='{name}']").select_option(value)
    else:
        card.locator(f"[name='{name}'][value='{value}']").check()


def field(page: Page, code: str) -> Locator:
    """Where the words of a cell (its first text) or a question are written."""
    return page.locator(f"[name='{code}-{'opportunities' if '.' in code else 'text'}']")


def follow_the_review_to_what_is_missing(page: Page) -> None:
    """Each missing answer is a link that leads to its place."""
    missing = page.locator("#missing > ul > li > a")
    expect(missing).to_have_text(["Whole-school learning · Systems", "Part 2 · What we move first"])
    lacks = page.locator("#missing .lacks a")
    expect(lacks.first).to_have_text("your words on where you are now, or “None yet”")
    expect(page.get_by_role("button", name="Submit to the district")).to_have_count(0)
    missing.first.click()
    expect(page.locator("[id='whole_school.systems']")).to_be_in_viewport()
    answer_cell(page, "whole_school.systems")
    page.locator("#step-review").click()
    expect(missing).to_have_count(1)
    missing.first.click()
    expect(page.locator("#focus")).to_be_in_viewport()
    answer_question(page, "focus")


def find_every_word_again(page: Page) -> None:
    """After a reload of each page."""
    page.reload()
    for question, words in THOUGHTS.items():
        expect(field(page, question)).to_have_value(words)
    for context in Context:
        page.locator(f"#step-{context}").click()
        expect(page.locator(f"#step-{context}")).to_have_attribute("aria-current", "step")
        page.reload()
        for code in (code for code in WORDS if code.startswith(f"{context}.")):
            expect(field(page, code)).to_have_value(WORDS[code])
    page.locator("#step-individual").click()
    expect(page.locator(f"[id='{NONE_YET}']").get_by_label("None yet")).to_be_checked()


def submit(page: Page) -> None:
    """With a word on who may quote it."""
    page.locator("#step-review").click()
    expect(page.get_by_role("heading", name="Everything is answered")).to_be_visible()
    page.get_by_label("With our school").check()
    page.get_by_role("button", name="Submit to the district").click()
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()


def until_it_shows(page: Page) -> float:
    """How long the open dashboard took, looked at in every frame that it draws."""
    submitted = time.monotonic()
    page.evaluate(ONE_SUBMITTED)
    return time.monotonic() - submitted


def click_from_a_figure_to_the_words(page: Page) -> None:
    """From one school at a level to what it wrote, and on to its whole cycle."""
    page.locator("[id='cell-team.beliefs-3']").click()
    article = page.get_by_role("article", name="Lincoln")
    expect(article).to_contain_text(WORDS["team.beliefs"])
    article.get_by_role("link", name="Lincoln").click()
    expect(page.locator("[id='team.beliefs']")).to_be_in_viewport()
    expect(page.locator("[id='team.beliefs']")).to_contain_text(WORDS["team.beliefs"])


def click_from_the_heatmap_to_the_words(page: Page) -> None:
    """From a school's row and a cell's column to the words."""
    page.get_by_role("link", name="Dashboard").click()
    row = page.locator(".heatmap tbody tr").filter(has_text="Lincoln")
    row.locator("td a").nth(CELL_CODES.index("whole_school.practices")).click()
    expect(page.locator("[id='whole_school.practices']")).to_be_in_viewport()
