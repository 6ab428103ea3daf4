"""The blank form: all that the school is asked, and nothing that it said."""

from typing import Any

import pytest

from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cycle
from schools.models import District, Membership, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser
from tests.factories import cycle_of, make_campaign, submitted
from tests.pdf import pages_of, read, solid, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def worksheet(who: Membership, cycle: Cycle, language: str) -> bytes:
    answer = Browser(who).get("worksheet", cycle_id=cycle.pk, language=language)
    content: bytes = answer.content
    return content


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_asks_all_that_the_cycle_asks(alice: Membership, cycle: Cycle, language: str) -> None:
    wording = cycle.campaign.instrument_version.wording(language)

    text = solid(text_of(worksheet(alice, cycle, language)))

    asked = [wording.cell(code).opportunities for code in CELL_CODES]
    asked += [wording.cell(code).improvements for code in CELL_CODES]
    asked += [question.text for question in wording.questions if not question.from_second_year]
    assert [words for words in asked if solid(words) not in text] == []


def test_it_shows_none_of_the_school_s_words(alice: Membership, cycle: Cycle) -> None:
    submitted(cycle, alice)

    assert "Now: team.beliefs" not in text_of(worksheet(alice, cycle, "en"))


def test_the_first_year_is_not_asked_about_last_year(alice: Membership, cycle: Cycle) -> None:
    assert "last year" not in text_of(worksheet(alice, cycle, "en"))


def test_a_later_year_is_asked_what_became_of_last_year_s_plan(
    alice: Membership, school: School, district: District
) -> None:
    submitted(cycle_of(school, make_campaign(district, district.this_school_year - 1)), alice)
    cycle = cycle_of(school, make_campaign(district))

    text = text_of(worksheet(alice, cycle, "en"))

    assert text.count("What became of last year’s improvement?") == len(CELL_CODES)
    assert "What moved since last year" in text


def test_what_the_campaign_leaves_out_is_not_asked(
    alice: Membership, campaign: Campaign, cycle: Cycle
) -> None:
    with district_scope(campaign.district_id):
        Campaign.objects.filter(pk=campaign.pk).update(asks_reach=False, asks_offer=False)

    text = text_of(worksheet(alice, cycle, "en"))

    assert "How settled" in text
    assert "Whom do they reach?" not in text
    assert "Could schools help" not in text


def test_it_keeps_to_pdf_ua_in_its_language(alice: Membership, cycle: Cycle) -> None:
    pdf = worksheet(alice, cycle, "es")

    catalog: Any = read(pdf).trailer["/Root"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("es")


def test_the_grid_is_one_page_lying_down(alice: Membership, cycle: Cycle) -> None:
    pdf = worksheet(alice, cycle, "es")

    assert read(pdf).pages[0].mediabox.width == 792
    assert "Creencias" in pages_of(pdf)[0]
    assert {page.mediabox.width for page in read(pdf).pages[1:]} == {612}


def test_there_is_none_in_a_language_that_the_product_does_not_speak(
    alice: Membership, cycle: Cycle
) -> None:
    browser = Browser(alice)
    address = browser.address("worksheet", cycle_id=cycle.pk, language="en")

    assert browser.client.get(address.replace("en.pdf", "fr.pdf")).status_code == 404
