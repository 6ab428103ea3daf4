"""What an operator sees of an installation's health: figures and ages, no words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import DirtyMark
from schools import audit, audit_seals
from schools.models import Event, Role
from schools.tenancy import district_scope
from tests.factories import make_district, make_user, seat

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = reverse("operators_health")


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user("Olive", is_staff=True, is_superuser=True))
    return client


def test_it_is_for_operators_alone() -> None:
    admin = Client()
    admin.force_login(seat(make_district(), Role.DISTRICT_ADMIN).user)

    answer = admin.get(PAGE)

    assert (answer.status_code, reverse("admin:login") in answer["Location"]) == (302, True)


def test_it_says_what_waits_and_since_when(operator: Client) -> None:
    mark = DirtyMark.objects.create(district=make_district(), school_year=2027)
    DirtyMark.objects.update(at=timezone.now() - timedelta(hours=3))

    first = operator.get(PAGE).context["queues"][0]

    mark.refresh_from_db()
    assert (first.number, first.since) == (1, mark.at)


def test_it_says_how_old_the_last_seal_is(operator: Client) -> None:
    admin = seat(make_district("Riverbend"), Role.DISTRICT_ADMIN)
    with district_scope(admin.district_id):
        audit.record(Event.SCHOOL_CHANGED, by=admin)
        (seal,) = audit_seals.seal(admin.district_id)

    (standing,) = operator.get(PAGE).context["standings"]

    assert (standing.district.name, standing.sealed_at) == ("Riverbend", seal.sealed_at)


def test_it_shows_so_many_districts_at_a_time(operator: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("config.views.DISTRICTS_SHOWN", 2)
    costs = []
    for _number in range(2):
        for _more in range(3):
            make_district()
        with CaptureQueriesContext(connection) as queries:
            shown = operator.get(PAGE).context["standings"]
        costs.append((len(shown), len(queries)))

    assert costs[0] == costs[1]
    assert costs[0][0] == 2
