"""The report as its readers get it: whole, in their language, and readable by a machine."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from assessments import answers, workflow
from assessments.instrument import CELL_CODES
from assessments.models import Cell, Commitment, Cycle, Reflection
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser
from tests.factories import cycle_of, make_campaign, make_school, make_user, seat, submitted
from tests.pdf import pages_of, read, solid, tags_of, text_of

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Every other Tuesday our grade teams look at student work together. " * 290
WILD = [
    '#import "@preview/evil:1.0.0": *',
    '$x^2$ #eval(`1`) #read("page.typ")',
    "```raw``` `code` *bold* _it_ <label> @label \\ // /* */",
    "</script><script>alert(1)</script>",
    "= Heading\n+ one\n- two\n/ term: text",
    '"); #panic("out") //',
]


@pytest.fixture
def browser(alice: Membership) -> Browser:
    """Alice's."""
    return Browser(alice)


def write(cycle: Cycle, by: Membership, /, code: str = "team.beliefs", **answer: Any) -> None:
    with district_scope(cycle.district_id):
        cell = next(cell for cell in cycle.cells.in_order() if cell.code == code)
        cell.cycle = cycle
        answers.save_cell(cell, by=by, version=cell.version, answer=answer)


def commit(cycle: Cycle, what: str, **fields: Any) -> None:
    with district_scope(cycle.district_id):
        Commitment.objects.create(
            district_id=cycle.district_id,
            school_id=cycle.school_id,
            cell=cycle.cells.first(),
            school_year=cycle.school_year,
            context="team",
            content_area="beliefs",
            what=what,
            who="Ms. Ortiz",
            made_at=timezone.now(),
            updated_at=timezone.now(),
            **{"due_on": date(2027, 2, 14)} | fields,
        )


def report_of(browser: Browser, cycle: Cycle) -> bytes:
    answer = browser.get("report", cycle_id=cycle.pk)
    assert answer.status_code == 200
    content: bytes = answer.content
    return content


def test_a_draft_says_in_words_that_it_is_one(browser: Browser, cycle: Cycle) -> None:
    pages = pages_of(report_of(browser, cycle))

    assert "Draft, not handed in" in pages[0]
    assert all("Draft, not handed in" in page for page in pages[1:])


def test_every_word_of_the_cycle_is_in_it(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, alice)
    commit(cycle, "Write the protocol.")

    text = solid(text_of(report_of(browser, cycle)))

    with district_scope(cycle.district_id):
        cells = list(Cell.objects.filter(cycle=cycle))
        reflections = list(Reflection.objects.filter(cycle=cycle))
    words = [word for cell in cells for word in (cell.opportunities, cell.improvements)]
    words += [reflection.text for reflection in reflections]
    words += ["Write the protocol.", "Ms. Ortiz", "Submission no. 1", "Handed in by Alice"]
    words += ["Most of our effort goes to: Team learning", "Without our school's name"]
    assert [word for word in words if solid(word) not in text] == []


def test_a_submitted_cycle_s_report_shows_what_was_handed_in(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, alice)
    with district_scope(cycle.district_id):
        workflow.reopen_cycle(cycle, by=alice, reason="More to say")
    write(cycle, alice, opportunities="Said only later.")

    first = browser.get("submission_report", cycle_id=cycle.pk, number=1).content

    assert "Said only later." not in text_of(first)
    assert "Now: team.beliefs" in text_of(first)
    assert "Said only later." in text_of(report_of(browser, cycle))


def test_there_is_no_report_of_a_submission_that_was_never_made(
    browser: Browser, cycle: Cycle
) -> None:
    assert browser.get("submission_report", cycle_id=cycle.pk, number=1).status_code == 404


def test_last_year_s_plan_and_what_became_of_it_stand_in_the_cell(
    browser: Browser, alice: Membership, school: School, district: District
) -> None:
    last_year = make_campaign(district, district.this_school_year - 1)
    submitted(cycle_of(school, last_year), alice)
    cycle = cycle_of(school, make_campaign(district))
    with district_scope(district.pk):
        Cell.objects.filter(cycle=cycle, context="team", content_area="systems").update(
            disposition="dropped", disposition_why="No time.", minority_view="Two of us differ."
        )

    text = text_of(report_of(browser, cycle))

    assert "Next: team.systems" in text
    assert "Dropped. No time." in text
    assert "Two of us differ." in text


def test_commitments_are_this_year_s_and_those_still_open(browser: Browser, cycle: Cycle) -> None:
    commit(cycle, "Made this year.")
    with district_scope(cycle.district_id):
        rows = Commitment.objects.filter(what="Made this year.")
        first = rows.get()
    for what, status in (("Still open.", "open"), ("Long done.", "done")):
        first.pk = None
        first._state.adding = True
        first.what, first.status, first.school_year = what, status, cycle.school_year - 1
        first.settled_on = None if status == "open" else date(2026, 1, 9)
        with district_scope(cycle.district_id):
            first.save(force_insert=True)

    text = text_of(report_of(browser, cycle))

    assert "Made this year." in text
    assert "Still open." in text
    assert "Long done." not in text


def test_a_commitment_whose_date_has_passed_is_overdue(browser: Browser, cycle: Cycle) -> None:
    commit(cycle, "In time.", due_on=cycle.campaign.district.today())
    before = text_of(report_of(browser, cycle))
    commit(cycle, "Too late.", due_on=date(2020, 2, 14))

    assert ("Overdue" in before, "Open" in before) == (False, True)
    assert "Overdue" in text_of(report_of(browser, cycle))


@pytest.mark.parametrize("words", WILD)
def test_what_is_typed_is_text_and_nothing_else(
    browser: Browser, alice: Membership, cycle: Cycle, words: str
) -> None:
    write(cycle, alice, opportunities=words)

    assert solid(words) in solid(text_of(report_of(browser, cycle)))


def test_signs_that_no_font_has_are_called_by_their_names(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    write(cycle, alice, opportunities="Bien 😀 中 fin", improvements="\u202eRTL شكرا")

    text = solid(text_of(report_of(browser, cycle)))

    assert "Bien[grinningface][U+4E2D]fin" in text


def test_the_grid_is_one_page_for_the_longest_words(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    for code in CELL_CODES:
        write(cycle, alice, code=code, opportunities=LONG.strip(), improvements="W" * 20_000)
    with district_scope(cycle.district_id):
        School.objects.filter(pk=cycle.school_id).update(name="Lincoln Elementary School " * 7)

    pdf = report_of(browser, cycle)

    sizes = [(page.mediabox.width, page.mediabox.height) for page in read(pdf).pages]
    assert sizes[0] == (792, 612)
    assert set(sizes[1:]) == {(612, 792)}
    pages = pages_of(pdf)
    assert pages[0].count("Could improve:") == len(CELL_CODES)
    assert solid("".join(pages)).count("W") >= 9 * 20_000


def test_the_report_is_in_its_reader_s_language(browser: Browser, cycle: Cycle) -> None:
    browser.client.cookies["django_language"] = "es"

    pdf = report_of(browser, cycle)

    catalog: Any = read(pdf).trailer["/Root"]
    assert str(catalog["/Lang"]).startswith("es")
    assert "Borrador" in pages_of(pdf)[0]
    assert "Creencias" in pages_of(pdf)[0]


def test_it_says_that_it_is_not_for_scoring_and_whose_the_tool_is(
    browser: Browser, cycle: Cycle
) -> None:
    last = pages_of(report_of(browser, cycle))[-1]

    assert "never for scoring" in last
    assert "Sonia Caus Gleason" in last


def test_it_keeps_to_pdf_ua(browser: Browser, alice: Membership, cycle: Cycle) -> None:
    submitted(cycle, alice)
    commit(cycle, "Write the protocol.")

    document = read(report_of(browser, cycle))

    catalog: Any = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert {page["/Tabs"] for page in document.pages} == {"/S"}
    assert document.metadata is not None
    assert "Lincoln" in str(document.metadata.title)


def test_its_headings_go_down_one_step_at_a_time(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, alice)

    tags = [str(tag["/S"]) for tag in tags_of(report_of(browser, cycle))]

    levels = [int(tag[2:]) for tag in tags if tag[:2] == "/H" and tag[2:].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tags.count("/TH") == 6


def test_its_name_is_made_safe(browser: Browser, cycle: Cycle) -> None:
    with district_scope(cycle.district_id):
        School.objects.filter(pk=cycle.school_id).update(name='St. Mary"\\; x=y/…ñ')

    answer = browser.get("report", cycle_id=cycle.pk)

    year = cycle.school_year
    assert answer.headers["Content-Disposition"] == (
        f'inline; filename="st-mary-xyn-{year - 1}-{year % 100:02}-draft.pdf"'
    )
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_school_next_door_finds_nothing(cycle: Cycle, district: District) -> None:
    stranger = seat(district, Role.PRINCIPAL, make_school(district), user=make_user("Mallory"))
    browser = Browser(stranger)

    assert browser.get("report", cycle_id=cycle.pk).status_code == 404
    assert browser.get("worksheet", cycle_id=cycle.pk, language="en").status_code == 404
