"""How often a caller may ask, and who may write in whose name."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from assessments.models import Cycle
from schools.models import District, Membership
from tests.assessments.writing import read_cell
from tests.reading import Reader, problem, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_asks_too_often_is_told_when_to_come_back(district: District, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    reader, other = with_key(district), with_key(district)

    answers = [reader.get("me") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert problem(answers[-1]) == (429, "too_many_requests")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert other.get("me").status_code == 200


def test_without_redis_nobody_is_turned_away(district: District, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 0
    nowhere = "redis://127.0.0.1:1/0"
    settings.CACHES = settings.CACHES | {
        "limits": {**settings.CACHES["limits"], "LOCATION": nowhere}
    }
    try:
        assert with_key(district).get("me").status_code == 200
    finally:
        del caches["limits"]


@pytest.fixture
def browser(alice: Membership, district: District) -> Reader:
    """A browser that holds a session and nothing else, as another site's page finds it."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice.user)
    return Reader(district, client)


def test_another_site_s_page_writes_nothing_in_a_person_s_name(
    browser: Reader, cycle: Cycle
) -> None:
    answer = browser.send("PATCH", f"cells/{read_cell(cycle).pk}", {"opportunities": "x"}, held="*")

    assert problem(answer) == (403, "csrf_token_missing")
    assert read_cell(cycle).version == 0


def test_our_own_page_may(browser: Reader, cycle: Cycle, settings: Any) -> None:
    slug = cycle.campaign.district.slug
    browser.client.get(reverse("cycle", args=(slug, cycle.pk)))
    token = browser.client.cookies[settings.CSRF_COOKIE_NAME].value

    answer = browser.client.patch(
        f"{browser.base}cells/{read_cell(cycle).pk}/",
        {"opportunities": "x"},
        content_type="application/json",
        headers={"If-Match": "*", "X-CSRFToken": token},
    )

    assert answer.status_code == 200, answer.content


def test_a_form_in_a_session_is_refused(alice: Membership, district: District) -> None:
    reader = signed_in(alice.user, district)
    reader.client.handler.enforce_csrf_checks = True

    answer = reader.client.post(f"{reader.base}comments/", {"text": "x"})

    assert problem(answer) == (403, "csrf_token_missing")


def test_a_program_needs_no_csrf_token(district: District, cycle: Cycle) -> None:
    writer = with_key(district)
    writer.client.handler.enforce_csrf_checks = True

    answer = writer.send("PATCH", f"cells/{read_cell(cycle).pk}", {"opportunities": "x"}, held="*")

    assert answer.status_code == 200
