"""The demo is a story that holds: what it shows, who can sign in, and that it is told but once."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg import sql

from assessments.answers import was_promised
from assessments.dashboards.minutes import measured_minutes
from assessments.demo.people import PASSWORD
from assessments.instrument import CELL_CODES, Disposition
from assessments.management.commands.seed_demo import CLIENT_ID, CLIENT_SECRET
from assessments.models import (
    Campaign,
    Cell,
    Comment,
    Commitment,
    Cycle,
    DashboardSnapshot,
    Extension,
    Notice,
    Reflection,
    Reopening,
    Revision,
    Submission,
)
from assessments.progress import missing_answers
from schools.audit_seals import SEALED_WITHIN, verify
from schools.models import AuditEntry, District, Membership, School
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

    without_more_time = still_out.exclude(status="submitted").filter(extended_to=None)
    assert late.count() == without_more_time.count()


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
    assert Submission.objects.count() == submitted.count() + Reopening.objects.count()


def test_what_became_of_an_improvement_is_said_of_one_that_was_handed_in(
    district: District,
) -> None:
    said = Cell.objects.exclude(disposition="").select_related("cycle")
    unfounded = [f"{cell.cycle}: {cell}" for cell in said if not was_promised(cell)]

    assert (said.exists(), unfounded) == (True, [])


def test_every_school_looks_back_at_each_year_before(riverbend: District) -> None:
    wrote = Cycle.objects.exclude(status="not_started")
    later = wrote.filter(school_year__gte=riverbend.this_school_year - 1)
    looked_back = later.filter(cells__in=Cell.objects.exclude(disposition="")).distinct()

    assert looked_back.count() == later.count() == 24 + 19


def test_what_became_of_an_improvement_is_asked_anew(district: District) -> None:
    reasons = Cell.objects.exclude(disposition_why="").values_list("school", "disposition_why")

    assert [said for said, times in Counter(reasons).items() if times > 1] == []


def test_dispositions_of_every_kind_are_there(riverbend: District) -> None:
    said = set(Cell.objects.exclude(disposition="").values_list("disposition", flat=True))

    assert said == set(Disposition.values)


def test_commitments_of_every_kind_are_there(riverbend: District) -> None:
    statuses = Counter(Commitment.objects.values_list("status", flat=True))
    overdue = Commitment.objects.still_open().filter(due_on__lt=riverbend.today())

    assert set(statuses) == {"open", "done", "dropped"}
    assert overdue.count() == 1
    assert Commitment.objects.values("school").distinct().count() >= 8


def test_comments_stand_on_cells_on_questions_and_on_the_whole_cycle(riverbend: District) -> None:
    threads = Comment.objects.filter(thread=None)
    places = {code if code in CELL_CODES or not code else "question" for code in codes(threads)}

    assert places & {"", "question"} == {"", "question"}
    assert places & set(CELL_CODES)
    assert threads.filter(resolved_at=None).exists()
    assert threads.exclude(resolved_at=None).exists()
    assert Comment.objects.exclude(thread=None).exists()


def test_one_school_has_more_time_and_one_has_submitted_twice(riverbend: District) -> None:
    given = Extension.objects.exclude(reason="")
    reopened = Reopening.objects.exclude(reason="").get()
    first, second = reopened.cycle.submissions.order_by("number")

    assert given.count() == 1
    assert first.content != second.content


def test_some_cells_have_a_minority_view(riverbend: District) -> None:
    assert Cell.objects.exclude(minority_view="").count() >= 4


def test_nothing_happened_after_the_demo_was_made(district: District) -> None:
    now = timezone.now()

    assert not Revision.objects.filter(edited_at__gt=now).exists()
    assert not Comment.objects.filter(written_at__gt=now).exists()
    assert not Submission.objects.filter(submitted_at__gt=now).exists()


def test_the_minutes_of_every_part_are_measured(riverbend: District) -> None:
    measured = measured_minutes(riverbend.pk, riverbend.this_school_year)
    cells = {code: measured[code]["median"] for code in CELL_CODES}

    assert all(2 < median < 10 for median in cells.values())
    assert 30 < sum(part["median"] for part in measured.values()) < 70
    assert len(set(cells.values())) > 1


def test_no_mail_waits_that_is_about_the_past(told: str) -> None:
    waiting = Notice.objects.filter(sent_at=None)
    recent = waiting.filter(created_at__gte=timezone.now() - timedelta(days=7))

    assert 0 < waiting.count() == recent.count() < 20


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


def codes(comments: QuerySet[Comment]) -> set[str]:
    """What they are about."""
    return set(comments.values_list("code", flat=True))


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


def test_the_audit_log_was_sealed_as_it_was_written(district: District) -> None:
    verified = verify(district.pk, now=timezone.now())

    old = AuditEntry.objects.filter(at__lt=timezone.now() - SEALED_WITHIN).count()
    assert (verified.findings, verified.entries >= old > 0) == ([], True)
