"""The audit log's page: looked at, searched and taken along by the district's admins alone."""

import csv
import json
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from schools import audit
from schools.models import Event, Membership, Role, SignOnProvider
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> User:
    return make_user("Ada")


@pytest.fixture
def client(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def admin(person: User, client: Client) -> Membership:
    """Signed in before there was a district whose log says so."""
    return seat(make_district("Riverbend"), Role.DISTRICT_ADMIN, user=person)


def write(by: Membership, count: int = 1, event: Event = Event.SCHOOL_CHANGED, **more: Any) -> None:
    with district_scope(by.district_id):
        for _number in range(count):
            audit.record(event, by=by, **more)


def page(client: Client, by: Membership, **asked: Any) -> Any:
    return client.get(reverse("audit_log", args=[by.district.slug]), asked)


def file(client: Client, by: Membership, kind: str, **asked: Any) -> bytes:
    answer = client.get(reverse("audit_file", args=[by.district.slug, kind]), asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def said(answer: Any) -> list[str]:
    return [told.entry.event for told in answer.context["entries"]]


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER])
@pytest.mark.parametrize("name", ["audit_log", "audit_file"])
def test_it_is_for_the_district_s_admins_alone(admin: Membership, role: Role, name: str) -> None:
    schools = [] if role == Role.SPECIALIST else [make_school(admin.district)]
    other = seat(admin.district, role, *schools)
    browser = Client()
    browser.force_login(other.user)
    args = [admin.district.slug, *(["csv"] if name == "audit_file" else [])]

    assert browser.get(reverse(name, args=args)).status_code == 403


def test_the_latest_come_first_and_older_ones_follow(client: Client, admin: Membership) -> None:
    write(admin, 60)

    first = page(client, admin)
    second = page(client, admin, before=first.context["older"])

    assert [len(each.context["entries"]) for each in (first, second)] == [50, 10]
    ids = [told.entry.pk for each in (first, second) for told in each.context["entries"]]
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"event": "webhook.made"}, 1),
        ({"event": "nothing.of.this"}, 3),
        ({"who": "nobody of this name"}, 0),
        ({"about": "river"}, 2),
        ({"first_day": "2026-01-02"}, 1),
        ({"last_day": "2026-01-01"}, 2),
        ({"first_day": "2026-01-01", "last_day": "2026-01-01"}, 1),
        ({"first_day": "soon"}, 3),
        ({"before": "x"}, 3),
        ({"before": "9" * 40}, 3),
        ({"who": "\x00"}, 3),
    ],
)
def test_it_is_searched(
    client: Client, admin: Membership, asked: dict[str, str], found: int
) -> None:
    # In Riverbend it is still the evening before.
    for day in ("2026-01-01T03:00Z", "2026-01-01T06:00Z"):
        with time_machine.travel(day):
            write(admin, about=admin.district)
    write(admin, event=Event.WEBHOOK_MADE)

    assert len(said(page(client, admin, **asked))) == found


def test_another_district_s_entries_are_not_there(client: Client, admin: Membership) -> None:
    write(seat(make_district("Elsewhere"), Role.DISTRICT_ADMIN))

    assert said(page(client, admin)) == []


def test_it_is_taken_along_as_searched_and_that_stands_in_it(
    client: Client, admin: Membership
) -> None:
    write(admin, 2)
    write(admin, event=Event.WEBHOOK_MADE)

    rows = file(client, admin, "ndjson", event="webhook.made").splitlines()

    assert [json.loads(row)["event"] for row in rows] == ["webhook.made"]
    assert said(page(client, admin))[0] == "export.fetched"


def test_a_name_is_no_formula_to_a_spreadsheet(client: Client, admin: Membership) -> None:
    admin.user.name = '=HYPERLINK("https://evil.example")'
    write(admin)

    head, row, _taken = csv.reader(file(client, admin, "csv").decode().splitlines())

    assert dict(zip(head, row, strict=True))["actor_name"].startswith("'=HYPERLINK")


def test_there_is_no_other_format(client: Client, admin: Membership) -> None:
    assert client.get(reverse("audit_file", args=[admin.district.slug, "xml"])).status_code == 404


def test_the_page_costs_the_same_however_long_the_log(client: Client, admin: Membership) -> None:
    page(client, admin)  # once, for what is noted of a visit
    counts = []
    for number in (5, 45):
        write(admin, number)
        with CaptureQueriesContext(connection) as queries:
            page(client, admin)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "asked", [{"first_day": "0001-01-01"}, {"last_day": "9999-12-31"}, {"last_day": "tomorrow"}]
)
def test_a_day_that_cannot_be_is_left_out_and_said_so(
    client: Client, admin: Membership, asked: dict[str, str]
) -> None:
    write(admin)

    answer = page(client, admin, **asked)

    assert (answer.status_code, len(said(answer))) == (200, 1)
    assert 'class="field-error"' in answer.content.decode()


def test_details_are_told_in_the_reader_s_words(client: Client, admin: Membership) -> None:
    school = make_school(admin.district, "Northside")
    place = {"person": str(admin.user_id), "role": "principal", "schools": [str(school.pk)]}
    write(admin, details={"before": {"role": "viewer", "schools": []}, "after": place})
    write(admin, details={"event_types": [f"event.{n}" for n in range(12)], "joined": True})
    client.cookies["django_language"] = "es"

    latest, first = (told.facts for told in page(client, admin).context["entries"])

    assert first == [
        ("Anterior", "Solo lectura"),
        ("Después", "Dirección de la escuela; Northside"),
    ]
    assert dict(latest)["Nuevo aquí"] == "sí"
    assert dict(latest)["Eventos"].endswith("event.9 y 2 más")


def test_what_was_changed_of_a_provider_is_told_in_the_reader_s_words(
    client: Client, admin: Membership
) -> None:
    write(admin, event=Event.SIGN_ON_CHANGED, details={"changed": ["client_id", "issuer"]})
    client.cookies["django_language"] = "es"

    (entry,) = page(client, admin).context["entries"]

    assert entry.facts == [("Cambiado", "identificador de cliente, emisor")]


def test_ways_in_are_told_by_name(client: Client, admin: Membership) -> None:
    with district_scope(admin.district_id):
        provider = SignOnProvider.objects.create(
            district=admin.district, kind="oidc", name="Riverbend staff"
        )
    write(admin, details={"sign_on": str(provider.pk)})
    write(admin, details={"kind": "totp"})

    kind, door = (told.facts for told in page(client, admin).context["entries"])

    assert (kind, door) == ([("Kind", "An app")], [("By sign-on", "Riverbend staff")])


def test_who_takes_another_s_name_is_told_by_their_address(
    client: Client, admin: Membership
) -> None:
    someone = seat(admin.district, Role.SPECIALIST, user=make_user("Ada"))
    write(someone)

    answer = page(client, admin)

    assert someone.user.email in answer.content.decode()
