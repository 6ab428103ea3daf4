"""Commitments on the pages: beside their cell, in the overview, on the school's own page."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from assessments import commitments
from assessments.models import Commitment, Cycle
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, words_of
from tests.assessments.writing import CELL, read_cell, save
from tests.factories import cycle_of, make_campaign, make_school, seat

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = {"context": "team", "content_area": "beliefs"}


def make(cycle: Cycle, by: Membership, **fields: Any) -> Commitment:
    """A commitment of the cycle's first team cell, by default for next week."""
    wanted = {"what": "Meet weekly", "who": "Bob", "due_on": by.district.today()}
    with district_scope(cycle.district_id):
        return commitments.make_commitment(read_cell(cycle, CELL), by=by, **wanted | fields)


def stored(district: District) -> list[Commitment]:
    """All of them."""
    with district_scope(district.pk):
        return list(Commitment.objects.order_by("made_at"))


def sent(by: Membership, **fields: Any) -> dict[str, Any]:
    """What the form sends."""
    due_on = by.district.today() + timedelta(days=7)
    return {"what": "Meet weekly", "who": "Bob", "due_on": due_on.isoformat(), **fields}


def test_the_form_begins_with_what_could_improve(cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle), alice, improvements="More time <together>")

    page = Browser(alice).get("cell_commitments", cycle_id=cycle.pk, **PLACE)

    assert "\nMore time &lt;together&gt;</textarea>" in page.text
    assert "Other schools never do. It is part of the report" in words_of(page)


def test_without_scripts_it_is_made_and_leads_to_its_place(cycle: Cycle, bob: Membership) -> None:
    browser = Browser(bob)

    answer = browser.post("cell_commitments", sent(bob), cycle_id=cycle.pk, **PLACE)

    (made,) = stored(cycle.campaign.district)
    section = browser.address("section", cycle_id=cycle.pk, context="team")
    assert (answer.status_code, answer.url) == (302, f"{section}#commitment-{made.pk}")
    assert f'id="commitment-{made.pk}"' in browser.client.get(answer.url).text


@pytest.mark.parametrize("htmx", [True, False])
def test_a_date_of_last_year_comes_back_with_what_was_typed(
    htmx: bool, cycle: Cycle, bob: Membership
) -> None:
    form = sent(bob, what="Meet & talk", due_on=date(2020, 5, 1).isoformat())

    answer = Browser(bob).post("cell_commitments", form, htmx=htmx, cycle_id=cycle.pk, **PLACE)

    assert (answer.status_code, stored(cycle.campaign.district)) == (422, [])
    assert "May 1, 2020 has passed already. Choose today or a later day." in words_of(answer)
    assert "\nMeet &amp; talk</textarea>" in answer.text
    assert 'value="2020-05-01"' in answer.text


@pytest.mark.parametrize("due_on", ["", "soon", "2020-13-01", "99999-01-01"])
def test_what_is_no_date_is_refused(due_on: str, cycle: Cycle, bob: Membership) -> None:
    form = sent(bob, due_on=due_on)

    answer = Browser(bob).post("cell_commitments", form, cycle_id=cycle.pk, **PLACE)

    assert (answer.status_code, stored(cycle.campaign.district)) == (422, [])


def test_a_page_of_someone_else_makes_nothing(cycle: Cycle, alice: Membership) -> None:
    browser = Browser(alice)
    browser.client.defaults["HTTP_X_PERSON"] = "someone else"

    answer = browser.post("cell_commitments", sent(alice), htmx=True, cycle_id=cycle.pk, **PLACE)

    assert (answer.status_code, stored(cycle.campaign.district)) == (403, [])


def test_a_stale_change_shows_both_and_keeps_what_was_typed(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    found = make(cycle, alice)
    route = {"commitment_id": found.pk}
    Browser(alice).post("commitment", sent(alice, who="Ana", version=1), **route)

    answer = Browser(bob).post("commitment", sent(bob, who="Tom", version=1), htmx=True, **route)

    assert answer.status_code == 409
    assert "Alice changed this while you were writing." in words_of(answer)
    assert 'value="Tom"' in answer.text
    assert 'name="version" value="2"' in answer.text
    again = Browser(bob).post("commitment", sent(bob, who="Tom", version=2), htmx=True, **route)
    assert (again.status_code, stored(found.district)[0].who) == (200, "Tom")


def test_it_is_done_by_one_button_and_stays_where_one_was(cycle: Cycle, alice: Membership) -> None:
    found = make(cycle, alice)
    browser = Browser(alice)
    section = "http://testserver" + browser.address("section", cycle_id=cycle.pk, context="team")
    browser.client.defaults["HTTP_REFERER"] = section

    answer = browser.post("commitment_status", {"status": "done"}, commitment_id=found.pk)

    assert answer.url == f"{section}#commitment-{found.pk}"
    assert stored(found.district)[0].status == "done"


@pytest.mark.parametrize("referer", ["https://elsewhere.example/", "", "javascript:alert(1)"])
def test_it_leads_nowhere_else(referer: str, cycle: Cycle, alice: Membership) -> None:
    found = make(cycle, alice)
    browser = Browser(alice)
    browser.client.defaults["HTTP_REFERER"] = referer

    answer = browser.post("commitment_status", {"status": "done"}, commitment_id=found.pk)

    address = browser.address("commitments", school_id=found.school_id)
    assert answer.url == f"{address}#commitment-{found.pk}"


def test_last_year_s_stands_beside_its_cell_this_year(
    district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    past = cycle_of(school, make_campaign(district, district.this_school_year - 1))
    make(past, alice, what="Read together")
    browser = Browser(alice)

    section = words_of(browser.get("section", cycle_id=cycle.pk, context="team"))
    overview = words_of(browser.get("cycle", cycle_id=cycle.pk))

    year = district.this_school_year - 1
    assert "Read together" in section
    assert f"from {year - 1}–{year % 100:02}" in section
    assert "Read together" in overview


def test_the_school_next_door_s_stay_with_them(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    other = make_school(district)
    theirs = make_campaign(district, district.this_school_year - 1)
    make(cycle_of(other, theirs), seat(district, Role.PRINCIPAL, other), what="Their secret")
    browser = Browser(alice)

    pages = [
        browser.get("section", cycle_id=cycle.pk, context="team"),
        browser.get("cycle", cycle_id=cycle.pk),
        browser.get("commitments", school_id=cycle.school_id),
    ]

    assert ["Their secret" in page.text for page in pages] == [False, False, False]
    assert browser.get("commitments", school_id=other.pk).status_code == 404


def test_the_school_s_page_has_what_is_open_first(cycle: Cycle, alice: Membership) -> None:
    make(cycle, alice, what="Second", due_on=alice.district.today() + timedelta(days=9))
    make(cycle, alice, what="First")
    done = make(cycle, alice, what="Last")
    with district_scope(cycle.district_id):
        commitments.settle_commitment(done, by=alice, status="done")

    page = words_of(Browser(alice).get("commitments", school_id=cycle.school_id))

    assert page.index("First") < page.index("Second") < page.index("Settled") < page.index("Last")


def test_who_reads_along_sees_them_and_no_button(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    make(cycle, alice)
    browser = Browser(seat(district, Role.SPECIALIST))

    page = browser.get("section", cycle_id=cycle.pk, context="team")

    assert "Meet weekly" in page.text
    assert "/status/" not in page.text
    assert reverse("cell_commitments", args=(district.slug, cycle.pk, "team", "beliefs")) not in (
        page.text
    )
