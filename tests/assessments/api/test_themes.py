"""Themes and their excerpts, as a program reads them."""

from typing import Any

import pytest

from assessments import themes
from assessments.models import Campaign, Excerpt, Theme
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.theming import says_anew, school_says, suggestion
from tests.factories import make_campaign, make_district, make_school, seat
from tests.reading import problem, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "no time to meet"


@pytest.fixture
def campaign(district: District) -> Campaign:
    """Open today."""
    return make_campaign(district)


@pytest.fixture
def theme(campaign: Campaign) -> Theme:
    """Of two schools out of three, suggested by the machine."""
    cycles = [school_says(campaign, name, balance=f"We have {WORDS}.") for name in ("A", "B")]
    school_says(campaign, "C", balance="All is well.")
    return suggestion("Time", cycles, WORDS)


def accept(theme: Theme, by: Membership, name: str = "Time to meet") -> Theme:
    with district_scope(theme.district_id):
        return themes.accept_theme(theme, by=by, version=theme.version, name=name)


def test_a_theme_says_how_many_schools_spoke_of_it_out_of_how_many(
    district: District, campaign: Campaign, theme: Theme, sam: Membership
) -> None:
    accepted = accept(theme, sam)
    reader = with_key(district)

    (row,) = reader.rows("themes")

    shown = {name: row[name] for name in ("id", "name", "name_is_given", "status", "source")}
    assert shown == {
        "id": str(theme.pk),
        "name": "Time to meet",
        "name_is_given": True,
        "status": "accepted",
        "source": "reflections",
    }
    assert row["years"] == [{"school_year": campaign.school_year, "schools": 2, "submitted": 3}]
    assert (row["version"], row["found_by_machine"]) == (accepted.version, True)
    assert reader.get(f"themes/{theme.pk}").json() == row


def test_a_suggestion_says_that_it_is_one(district: District, theme: Theme) -> None:
    reader = with_key(district)

    assert [row["status"] for row in reader.rows("themes", status="suggested")] == ["suggested"]
    assert reader.rows("themes", status="accepted") == []
    assert reader.rows("themes", source="team.beliefs") == []


def test_an_excerpt_lies_in_its_submission_to_the_character(
    district: District, campaign: Campaign
) -> None:
    cycle = school_says(campaign, "A", balance=f"😀 ñ: {WORDS}.")
    theme = suggestion("Time", [cycle], WORDS)
    reader = with_key(district)

    (row,) = reader.rows(f"themes/{theme.pk}/excerpts")

    content = reader.get(f"submissions/{row['submission']}").json()["content"]
    text = content["reflections"][row["code"]][row["field"]]
    assert text[row["start"] : row["end"]] == WORDS
    assert (row["theme"], row["cycle"], row["is_counted"]) == (str(theme.pk), str(cycle.pk), True)


def test_an_excerpt_that_is_no_longer_said_is_not_counted(
    district: District, campaign: Campaign
) -> None:
    cycle = school_says(campaign, "A", balance=f"We have {WORDS}.")
    theme = suggestion("Time", [cycle], WORDS)
    says_anew(cycle, balance="All is well.")
    reader = with_key(district)

    (row,) = reader.rows(f"themes/{theme.pk}/excerpts")

    assert (row["is_counted"], row["gone_at"] is None) == (False, False)
    assert reader.get(f"themes/{theme.pk}").json()["years"] == []


def test_a_theme_is_another_once_a_school_takes_its_words_back(
    district: District, campaign: Campaign
) -> None:
    cycle = school_says(campaign, "A", balance=f"We have {WORDS}.")
    theme = suggestion("Time", [cycle], WORDS)
    reader = with_key(district)
    held = reader.get(f"themes/{theme.pk}").headers["ETag"]

    same = reader.get(f"themes/{theme.pk}", headers={"If-None-Match": held})
    says_anew(cycle, balance="All is well.")
    other = reader.get(f"themes/{theme.pk}", headers={"If-None-Match": held})

    assert (same.status_code, other.status_code) == (304, 200)


def test_a_list_of_themes_is_another_once_a_school_takes_its_words_back(
    district: District, campaign: Campaign
) -> None:
    cycle = school_says(campaign, "A", balance=f"We have {WORDS}.")
    suggestion("Time", [cycle], WORDS)
    reader = with_key(district)
    held = reader.get("themes").headers["ETag"]

    same = reader.get("themes", headers={"If-None-Match": held})
    says_anew(cycle, balance="All is well.")
    other = reader.get("themes", headers={"If-None-Match": held})

    assert (same.status_code, other.status_code) == (304, 200)


def test_excerpts_of_one_school_or_year(district: District, theme: Theme) -> None:
    with district_scope(district.pk):
        one = Excerpt.objects.filter(theme=theme).first()
    reader = with_key(district)

    def found(**query: Any) -> int:
        return len(reader.rows(f"themes/{theme.pk}/excerpts", **query))

    year = one.school_year
    assert (found(), found(school=one.school_id), found(cycle=one.cycle_id)) == (2, 1, 1)
    assert (found(school_year=year), found(school_year=year - 1)) == (2, 0)


def test_a_school_s_people_know_of_no_theme(
    district: District, theme: Theme, sam: Membership
) -> None:
    accept(theme, sam)
    reader = signed_in(
        seat(district, Role.PRINCIPAL, make_school(district, "Lincoln")).user, district
    )

    asked = [f"themes/{theme.pk}", f"themes/{theme.pk}/excerpts", "themes"]

    assert [reader.get(each).status_code for each in asked] == [404, 404, 403]


def test_a_theme_of_another_district_is_not_there(district: District, theme: Theme) -> None:
    elsewhere = with_key(make_district("Millbrook"))

    answers = [elsewhere.get(f"themes/{theme.pk}{part}") for part in ("", "/excerpts")]

    assert [problem(answer) for answer in answers] == [(404, "not_found")] * 2


def test_a_token_for_words_alone_reads_no_theme(district: District, theme: Theme) -> None:
    reader = with_key(district, "cycles:read")

    answers = [reader.get(each) for each in ("themes", f"themes/{theme.pk}")]

    assert [problem(answer) for answer in answers] == [(403, "forbidden")] * 2


@pytest.mark.parametrize("count", [1, 4])
def test_a_page_of_themes_costs_the_same_however_many_there_are(
    district: District, campaign: Campaign, count: int, django_assert_num_queries: Any
) -> None:
    cycle = school_says(campaign, "A", balance=f"We have {WORDS}.")
    for number in range(count):
        suggestion(f"Theme {number}", [cycle], WORDS)
    reader = with_key(district)

    # Token, client, BEGIN, scope, SAVEPOINT, what is settled, themes, schools, those that
    # submitted, RELEASE, COMMIT.
    with django_assert_num_queries(11):
        reader.get("themes")
