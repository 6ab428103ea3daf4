"""Taking along, on the page: asking, waiting, fetching; and what the dashboard hands over."""

import re
from typing import Any

import pytest
from django.utils.html import escape

from assessments.models import Campaign, Cycle, Export
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.taking import ask, make, read
from tests.assessments.views.browsing import Browser, words_of
from tests.factories import make_campaign, make_user, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)

CELLS = {"kind": "cells", "file_format": "csv", "school_year": "all", "language": "en", "query": ""}


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


@pytest.fixture
def browser(specialist: Membership) -> Browser:
    return Browser(specialist)


def test_before_the_first_campaign_there_is_nothing_to_take_along(browser: Browser) -> None:
    page = browser.get("exports")

    assert (page.status_code, "No campaign yet" in words_of(page)) == (200, True)
    assert browser.post("exports", CELLS).status_code == 422


def test_it_can_be_asked_for_and_is_seen_to_wait(browser: Browser, campaign: Campaign) -> None:
    asked = browser.post("exports", CELLS)

    page = browser.get("exports")
    assert (asked.status_code, asked.headers["Location"]) == (302, browser.address("exports"))
    assert "Waiting" in words_of(page)


def test_a_refused_form_comes_back_as_it_was_sent(browser: Browser, campaign: Campaign) -> None:
    page = browser.post("exports", {**CELLS, "file_format": "pdf", "language": "es"})

    assert page.status_code == 422
    assert "Select a valid choice" in words_of(page)
    assert page.text.count('<option value="es" selected>') == 1


def test_the_list_says_what_is_new_and_nothing_when_nothing_is(
    browser: Browser, specialist: Membership, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)
    export = ask(specialist)
    seen = _seen(browser.get("exports"))

    nothing = browser.get("exports", f"?seen={seen}", htmx=True)
    make(export)
    ready = browser.get("exports", f"?seen={seen}", htmx=True)

    assert nothing.status_code == 204
    assert "1 file is ready." in words_of(ready)
    assert ("hx-get" in ready.text, "<html" in ready.text) == (False, False)


def test_how_far_it_is_does_not_disturb_a_screen_reader(
    browser: Browser, specialist: Membership, campaign: Campaign
) -> None:
    export = ask(specialist)
    with district_scope(specialist.district_id):
        Export.objects.filter(pk=export.pk).update(state="running", total=9_000)
    seen = _seen(browser.get("exports"))
    with district_scope(specialist.district_id):
        Export.objects.filter(pk=export.pk).update(done=4_000)

    later = browser.get("exports", f"?seen={seen}", htmx=True)

    assert "4000 of 9000 rows" in words_of(later)
    assert ('max="9000" value="4000"' in later.text, "exports-said" in later.text) == (True, False)


def test_the_file_is_fetched_by_who_asked_for_it(
    browser: Browser, specialist: Membership, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)
    export = make(ask(specialist, school_year=cycle.school_year))

    answer = browser.get("export_file", export_id=export.pk)

    years = f"{cycle.school_year - 1}-{cycle.school_year % 100:02}"
    names = ("Content-Disposition", "Content-Type", "X-Content-Type-Options", "Cache-Control")
    assert [answer.headers[name] for name in names] == [
        f'attachment; filename="riverbend-cells-{years}.csv"',
        "text/csv; charset=utf-8",
        "nosniff",
        "private, no-store",
    ]
    assert b"Now: team.beliefs" in b"".join(answer.streaming_content)


def test_nobody_else_finds_it(
    specialist: Membership, district: District, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)
    export = make(ask(specialist))
    colleague = seat(district, Role.DISTRICT_ADMIN, user=make_user("Carol"))

    answers = [
        Browser(who).get("export_file", export_id=export.pk)
        for who in (colleague, alice, specialist)
    ]
    answers[-1].close()

    assert [answer.status_code for answer in answers] == [404, 403, 200]
    assert (
        "The nine cells" not in Browser(colleague).get("exports").text.partition('class="takes"')[0]
    )


def test_who_sees_one_school_only_by_now_fetches_nothing_more(
    browser: Browser, specialist: Membership, district: District, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)
    export = make(ask(specialist))
    Membership.objects.filter(pk=specialist.pk).update(role=Role.VIEWER, sees_whole_district=False)

    assert browser.get("export_file", export_id=export.pk).status_code == 403
    assert browser.get("exports").status_code == 403


@pytest.mark.parametrize("state", ["waiting", "running", "failed", "expired"])
def test_what_is_not_ready_cannot_be_fetched(
    browser: Browser, specialist: Membership, campaign: Campaign, state: str
) -> None:
    export = ask(specialist)
    with district_scope(specialist.district_id):
        Export.objects.filter(pk=export.pk).update(state=state)

    assert browser.get("export_file", export_id=export.pk).status_code == 404
    assert browser.get("exports").status_code == 200


def test_the_dashboard_hands_its_filters_over(browser: Browser, district: District) -> None:
    last_year = district.this_school_year - 1
    make_campaign(district, last_year)
    make_campaign(district)
    page = browser.get("district", f"?year={last_year}&school_level=high&seen=before")
    links = re.findall(r'<p class="take-along">.*?</p>', page.text, re.DOTALL)[0]

    taking = browser.client.get(_address(links, "exports"))
    asked = browser.post(
        "exports", {**CELLS, "query": "school_level=high", "school_year": last_year}
    )

    assert f'href="?year={last_year}&amp;school_level=high"' in links
    assert 'name="query" value="school_level=high"' in taking.text
    assert f'<option value="{last_year}" selected>' in taking.text
    assert asked.status_code == 302
    with district_scope(district.pk):
        assert read(Export.objects.get()).query == "school_level=high"


def test_a_link_to_this_view_names_its_year(browser: Browser, district: District) -> None:
    make_campaign(district)

    page = browser.get("district")

    assert escape(f"?year={district.this_school_year}") in page.text


def _seen(page: Any) -> str:
    return re.findall(r"seen=([^&\"]+)", page.text)[0]


def _address(links: str, name: str) -> str:
    return re.findall(rf'href="([^"]*/{name}/[^"]*)"', links)[0].replace("&amp;", "&")
