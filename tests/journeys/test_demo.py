"""The demo is a story that holds: what it shows, who can sign in, and that it is told but once."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from psycopg import sql

from assessments.demo.people import PASSWORD
from assessments.management.commands.seed_demo import CLIENT_ID, CLIENT_SECRET
from assessments.models import Campaign, Cell, Cycle, DashboardSnapshot, Reflection, Submission
from assessments.progress import missing_answers
from schools.models import District, Membership, School
from schools.tenancy import district_scope

RIVERBEND, MILLBROOK = "riverbend-unified", "millbrook-public"
DIFFERENT_PASSAGES = 200
_TABLES = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_CONTENT = "SELECT count(*), md5(string_agg(held::text, ',' ORDER BY held::text)) FROM {} AS held"


@pytest.fixture(scope="module")
def told(lasting_rows: None) -> str:
    """What the command said."""
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


@pytest.fixture(params=[RIVERBEND, MILLBROOK])
def district(told: str, request: pytest.FixtureRequest) -> Iterator[District]:
    """Each of the two, within its scope."""
    found = District.objects.get(slug=request.param)
    with district_scope(found.pk):
        yield found


@pytest.fixture
def riverbend(told: str) -> Iterator[District]:
    """The large one, within its scope."""
    found = District.objects.get(slug=RIVERBEND)
    with district_scope(found.pk):
        yield found


def test_two_districts_have_schools_of_the_same_names(told: str) -> None:
    names = {slug: names_of_schools(slug) for slug in (RIVERBEND, MILLBROOK)}

    assert {slug: len(found) for slug, found in names.items()} == {RIVERBEND: 24, MILLBROOK: 4}
    assert names[MILLBROOK] - names[RIVERBEND] == set()


def test_riverbend_has_schools_of_all_levels_in_three_years(riverbend: District) -> None:
    levels = set(School.objects.values_list("level", flat=True))
    years = list(Campaign.objects.order_by("school_year").values_list("school_year", flat=True))

    this_year = riverbend.this_school_year
    assert levels == {"elementary", "middle", "high", "other"}
    assert years == [this_year - 2, this_year - 1, this_year]


def test_the_present_year_is_under_way_and_those_before_are_complete(riverbend: District) -> None:
    statuses = Counter(Cycle.objects.values_list("school_year", "status"))

    this_year = riverbend.this_school_year
    assert statuses == {
        (this_year - 2, "submitted"): 24,
        (this_year - 1, "submitted"): 24,
        (this_year, "submitted"): 12,
        (this_year, "in_progress"): 7,
        (this_year, "not_started"): 5,
    }


def test_who_has_not_submitted_this_year_is_late(riverbend: District) -> None:
    still_out = Cycle.objects.filter(school_year=riverbend.this_school_year)
    late = still_out.late(riverbend.today())

    assert late.count() == still_out.exclude(status="submitted").count()


def test_at_least_two_hundred_different_passages_were_written(riverbend: District) -> None:
    texts = {
        *Cell.objects.values_list("opportunities", flat=True),
        *Cell.objects.values_list("improvements", flat=True),
        *Reflection.objects.values_list("text", flat=True),
    } - {""}

    assert len(texts) >= DIFFERENT_PASSAGES


def test_every_submitted_cycle_is_complete(district: District) -> None:
    submitted = Cycle.objects.with_campaign().submitted()
    incomplete = {str(cycle): missing_answers(cycle) for cycle in submitted}

    assert {cycle: missing for cycle, missing in incomplete.items() if missing} == {}
    assert Submission.objects.count() == submitted.count()


def test_every_year_has_its_figures(district: District) -> None:
    computed = set(DashboardSnapshot.objects.values_list("school_year", flat=True))

    assert computed == set(Campaign.objects.values_list("school_year", flat=True))


def test_everybody_whom_the_command_names_can_sign_in(told: str) -> None:
    emails = re.findall(r"^ {2}(\S+@\S+)", told, flags=re.MULTILINE)

    assert len(emails) == 9
    assert [email for email in emails if not signs_in(email)] == []


def test_people_of_every_role_are_there(told: str) -> None:
    roles = set(Membership.objects.filter(district__slug=RIVERBEND).values_list("role", flat=True))

    assert roles == {"district_admin", "specialist", "principal", "team_member", "viewer"}


def test_the_client_that_the_command_names_gets_a_token(told: str) -> None:
    credentials = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    answer = Client().post(reverse("api-token"), credentials | {"grant_type": "client_credentials"})

    assert (CLIENT_ID in told, CLIENT_SECRET in told, answer.status_code) == (True, True, 200)


def test_told_twice_it_changes_nothing(told: str) -> None:
    before = content_of_all_tables()

    call_command("seed_demo", stdout=StringIO())

    assert content_of_all_tables() == before


def names_of_schools(slug: str) -> set[str]:
    """Those of one district."""
    with district_scope(District.objects.get(slug=slug).pk):
        return set(School.objects.values_list("name", flat=True))


def signs_in(email: str) -> bool:
    """Whether the person comes in, and lands on a page."""
    browser = Client()
    form = {"login": email, "password": PASSWORD}
    answer = browser.post(reverse("account_login"), form, follow=True)
    return answer.status_code == 200 and "_auth_user_id" in browser.session


def content_of_all_tables() -> dict[str, tuple[object, ...]]:
    """How many rows each table holds, and what they say; seen by one whom no policy binds."""
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"]) as connection:
        tables = [name for (name,) in connection.execute(_TABLES)]
        return {
            name: connection.execute(sql.SQL(_CONTENT).format(sql.Identifier(name))).fetchone()
            or ()
            for name in tables
        }
