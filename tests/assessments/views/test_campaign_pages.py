"""Opening a campaign on its page, and what the page says when it cannot be opened."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from assessments.models import Campaign, Cycle, InstrumentVersion
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, doubled_ids, words_of
from tests.factories import make_campaign, make_school, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(district: District) -> Browser:
    """The specialist's."""
    return Browser(seat(district, Role.SPECIALIST))


@pytest.fixture
def form(district: District) -> dict[str, Any]:
    """As it is filled in when all is well."""
    first = district.first_day_of(district.this_school_year)
    return {
        "school_year": district.this_school_year,
        "opens_on": first.isoformat(),
        "due_on": (first + timedelta(weeks=6)).isoformat(),
        "closes_on": (first + timedelta(weeks=8)).isoformat(),
        "message": "Take your time.",
        "instrument_version": str(InstrumentVersion.objects.latest().pk),
        "asks_level": "on",
    }


def campaigns_of(district: District) -> list[Campaign]:
    with district_scope(district.pk):
        return list(Campaign.objects.all())


def test_it_opens_for_every_active_school(
    browser: Browser, district: District, school: School, form: dict[str, Any]
) -> None:
    make_school(district, "Garfield")
    make_school(district, "Closed", is_active=False)

    answer = browser.post("campaign_new", form)

    (campaign,) = campaigns_of(district)
    with district_scope(district.pk):
        schools = sorted(Cycle.objects.values_list("school__name", flat=True))
    assert answer["Location"] == browser.address("campaign", campaign_id=campaign.pk)
    assert schools == ["Garfield", "Lincoln"]
    assert (campaign.asks_level, campaign.asks_reach) == (True, False)
    assert "2 schools have their cycles" in words_of(browser.client.get(answer["Location"]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"due_on": "2001-01-01"}, "It cannot be due before it opens."),
        ({"closes_on": "2001-01-01"}, "It cannot close before it is due."),
        ({"opens_on": "2001-01-01"}, "This day is not in the school year"),
        ({"opens_on": ""}, "This field is required."),
        ({"opens_on": "2026-02-30"}, "Enter a valid date."),
        ({"opens_on": "\0"}, "Enter a valid date."),
        ({"school_year": "1999"}, "Select a valid choice."),
        ({"school_year": "9" * 5_000}, "Select a valid choice."),
        ({"message": "a" * 20_001}, "This text has 20001 characters; at most 20000 can be kept."),
        ({"message": "a\0b"}, "Null characters are not allowed."),
        ({"message": "a\x07b"}, "This text holds invisible control characters."),
        ({"instrument_version": "broken"}, "is not a valid UUID."),
        ({"instrument_version": "\0"}, "Null characters are not allowed."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused_with_a_reason(
    browser: Browser,
    district: District,
    school: School,
    form: dict[str, Any],
    changes: dict[str, str],
    said: str,
) -> None:
    answer = browser.post("campaign_new", form | changes)

    assert (answer.status_code, campaigns_of(district)) == (422, [])
    assert said in words_of(answer)


def test_what_was_filled_in_still_stands_there(
    browser: Browser, school: School, form: dict[str, Any]
) -> None:
    answer = browser.post("campaign_new", form | {"due_on": "2001-01-01"})

    assert "Take your time." in answer.text
    assert 'value="2001-01-01"' in answer.text
    assert doubled_ids(answer) == []


def test_a_year_has_one_campaign(
    browser: Browser, district: District, school: School, form: dict[str, Any]
) -> None:
    make_campaign(district)

    answer = browser.post("campaign_new", form)

    assert (answer.status_code, len(campaigns_of(district))) == (422, 1)
    assert "There is a campaign for" in words_of(answer)


def test_nobody_at_a_school_opens_one(
    alice: Membership, district: District, form: dict[str, Any]
) -> None:
    answer = Browser(alice).post("campaign_new", form)

    assert (answer.status_code, campaigns_of(district)) == (403, [])


def test_a_school_that_joined_later_gets_its_cycle(
    browser: Browser, district: District, school: School
) -> None:
    campaign = make_campaign(district)
    make_school(district, "Garfield")

    answers = [browser.post("campaign_cycles", {}, campaign_id=campaign.pk) for _ in range(2)]

    with district_scope(district.pk):
        schools = sorted(Cycle.objects.values_list("school__name", flat=True))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert schools == ["Garfield", "Lincoln"]


def test_a_principal_does_not_learn_how_far_others_are(
    alice: Membership, district: District, browser: Browser
) -> None:
    make_school(district, "Garfield")
    campaign = make_campaign(district)

    pages = [
        words_of(one.get(name, **route))
        for one in (browser, Browser(alice))
        for name, route in (("campaigns", {}), ("campaign", {"campaign_id": campaign.pk}))
    ]

    counts = ["of 2 schools" in page or "2 not started" in page for page in pages]
    assert counts == [True, True, False, False]


@pytest.mark.parametrize("schools", [1, 4])
def test_the_list_costs_the_same_however_many_campaigns_and_schools_there_are(
    browser: Browser,
    district: District,
    django_assert_num_queries: DjangoAssertNumQueries,
    schools: int,
) -> None:
    for _ in range(schools):
        make_school(district)
    for step in range(schools):
        make_campaign(district, district.this_school_year - step)

    # Session, person, membership; BEGIN, scope, SAVEPOINT; the campaigns; RELEASE, COMMIT.
    with django_assert_num_queries(9):
        browser.get("campaigns")
