"""The board report: its figures with their denominators, accessible, in the reader's language."""

from itertools import pairwise
from typing import Any

import pytest

from assessments.dashboards.district import dashboard_of
from assessments.models import Campaign
from assessments.reports.exports.board import Excerpt, ThemeLines, board_data
from assessments.reports.typesetting import typeset
from assessments.tasks import refresh_dashboard
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.dashboards.rebuilding import rebuild_all
from tests.assessments.taking import ask, make, read, taken
from tests.factories import cycle_of, make_campaign, make_school, seat, submitted
from tests.pdf import pages_of, solid, tags_of, text_of
from tests.pdf import read as document_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


@pytest.fixture
def campaign(district: District) -> Campaign:
    """Two of three schools handed in last year and this year."""
    schools = [make_school(district, name) for name in ("Adams", "Burr", "Clay")]
    for step in (-1, 0):
        campaign = make_campaign(district, district.this_school_year + step)
        for school in schools[:2]:
            principal = seat(district, Role.PRINCIPAL, school)
            submitted(cycle_of(school, campaign), principal, level=2 + step)
        refresh_dashboard(str(district.pk), campaign.school_year)
    return campaign


def report(who: Membership, campaign: Campaign, language: str = "en") -> bytes:
    wanted = {"school_year": campaign.school_year, "language": language}
    return taken(who, "board_report", "pdf", **wanted)


def test_every_figure_says_what_it_is_out_of(specialist: Membership, campaign: Campaign) -> None:
    text = " ".join(text_of(report(specialist, campaign)).split())

    assert "2 of 3 schools have submitted." in text
    assert text.count("2 answered, of 3 schools") > 9
    assert "Of the 2 schools that named a level in both years: 2 higher" in text
    assert "from 2 submitted cycles, of 3 schools" in text


def test_a_report_of_some_schools_says_so_and_of_which(
    specialist: Membership, campaign: Campaign
) -> None:
    query = "school_level=other&compare=same"
    made = taken(specialist, "board_report", "pdf", school_year=campaign.school_year, query=query)
    text = " ".join(text_of(made).split())

    assert "This report is of some schools alone: Other." in text
    assert "the 2 schools that submitted in both years, of 2 that submitted this year" in text
    assert "A report for the board, of some schools" in text
    assert "A last year’s figure is out of" not in text


def test_a_report_of_no_school_says_why(specialist: Membership, campaign: Campaign) -> None:
    made = taken(
        specialist, "board_report", "pdf", school_year=campaign.school_year, query="group=Nope"
    )

    assert "No school matches these filters" in " ".join(text_of(made).split())


def test_without_levels_it_speaks_of_none(specialist: Membership, campaign: Campaign) -> None:
    with district_scope(campaign.district_id):
        Campaign.objects.filter(pk=campaign.pk).update(asks_level=False)

    text = " ".join(text_of(report(specialist, campaign)).split())

    assert "did not ask how settled the opportunities are" in text
    assert ("In words" in text, "Regularly" in text) == (True, False)
    assert "named a level in both years" not in text


def test_a_campaign_without_schools_has_a_report_too(
    specialist: Membership, district: District
) -> None:
    campaign = make_campaign(district)
    rebuild_all()

    assert "0 of 0 schools have submitted." in text_of(report(specialist, campaign))


def test_it_names_no_school(specialist: Membership, campaign: Campaign) -> None:
    text = text_of(report(specialist, campaign))

    assert [name for name in ("Adams", "Burr", "Clay") if name in text] == []


def test_it_keeps_to_pdf_ua_in_both_languages(specialist: Membership, campaign: Campaign) -> None:
    english, spanish = (document_of(report(specialist, campaign, it)) for it in ("en", "es"))

    catalog: Any = english.trailer["/Root"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert str(spanish.trailer["/Root"]["/Lang"]).startswith("es")
    assert "Creencias" in "".join(page.extract_text() for page in spanish.pages)


def test_its_charts_have_words_and_tables(specialist: Membership, campaign: Campaign) -> None:
    tags = list(tags_of(report(specialist, campaign)))

    names = [str(tag["/S"]) for tag in tags]
    levels = [int(name[2:]) for name in names if name[:2] == "/H" and name[2:].isdigit()]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert names.count("/Table") > 9
    (figure,) = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert "Team learning, Beliefs: None yet 0, By chance 0, Now and then 2" in str(figure["/Alt"])


def test_themes_come_with_their_schools_and_consented_words(
    specialist: Membership, campaign: Campaign
) -> None:
    theme = ThemeLines("Time to meet", 2, 3, [Excerpt("We never meet.", "Adams")])
    with district_scope(campaign.district_id):
        shown = dashboard_of(specialist, campaign)
    assert shown is not None

    pages = pages_of(typeset("board.typ", board_data(shown, "en", themes=[theme])))

    assert solid("Time to meet 2 of 3 schools") in solid("".join(pages))
    assert "We never meet." in "".join(pages)


def test_before_there_are_figures_it_waits(specialist: Membership, district: District) -> None:
    make_school(district)
    campaign = make_campaign(district)
    export = ask(specialist, "board_report", "pdf", school_year=campaign.school_year)

    waiting = make(export).state
    refresh_dashboard(str(district.pk), campaign.school_year)
    make(export)

    assert (waiting, read(export).state) == ("waiting", "done")
