"""`manage.py trust_report`: what it finds, what it never says, and how it ends."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from assessments.models import Campaign
from config.trust import database, people, report, wiring
from config.trust.finding import Finding, State
from config.trust.report import trust_report
from schools.models import ApiCredential, District, Membership, Role
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted
from tests.reading import make_key

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "quetzal"


@pytest.fixture
def district() -> District:
    return make_district(f"{CANARY} district", slug="riverbend")


@pytest.fixture
def superuser() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"], autocommit=True) as connection:
        yield connection


def states(findings: Any) -> dict[str, State]:
    """The worst of each topic."""
    order = [State.OK, State.UNKNOWN, State.LOOK, State.WRONG]
    return {it.topic: it.state for it in sorted(findings, key=lambda it: order.index(it.state))}


def test_the_tests_own_database_is_locked_throughout() -> None:
    looks = (
        *(database.role_is_harmless, database.tables_are_locked),
        *(database.grants_are_few, database.rows_are_kept, database.lists_are_whole),
    )

    wrong = [found.words for look in looks for found in look() if found.state != State.OK]

    assert wrong == []


@pytest.mark.parametrize(
    ("flaw", "mended", "words"),
    [
        (
            "ALTER TABLE schools_school NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE schools_school FORCE ROW LEVEL SECURITY",
            "schools_school: its owner is not bound",
        ),
        (
            "CREATE POLICY more ON schools_school USING (true)",
            "DROP POLICY more ON schools_school",
            "schools_school: its policies are not the one policy",
        ),
        (
            "GRANT TRUNCATE ON schools_school TO ninefold_app",
            "REVOKE TRUNCATE ON schools_school FROM ninefold_app",
            "the app may TRUNCATE schools_school",
        ),
        (
            "GRANT UPDATE (details) ON schools_auditentry TO ninefold_app",
            "REVOKE UPDATE (details) ON schools_auditentry FROM ninefold_app",
            "the app may change schools_auditentry",
        ),
        (
            "ALTER TABLE assessments_submission DISABLE TRIGGER kept_forever",
            "ALTER TABLE assessments_submission ENABLE TRIGGER kept_forever",
            "assessments_submission: nothing keeps its owner from changing it",
        ),
        (
            "CREATE TABLE forgotten (words text)",
            "DROP TABLE forgotten",
            "forgotten: no part of Ninefold knows it",
        ),
        (
            "REVOKE pg_read_all_stats FROM ninefold_app",
            "GRANT pg_read_all_stats TO ninefold_app",
            "the app lacks pg_read_all_stats: pulls can miss what a migration writes",
        ),
    ],
)
def test_a_lock_that_was_opened_is_found(
    superuser: psycopg.Connection, flaw: str, mended: str, words: str
) -> None:
    superuser.execute(flaw)
    try:
        found = list(trust_report([]))
    finally:
        superuser.execute(mended)

    assert words in [it.words for it in found if it.state == State.WRONG]


def test_settings_that_are_not_production_s_are_wrong() -> None:
    (found, *_others) = [it for it in wiring.settings_are_safe() if "HTTPS" in it.words]

    assert found == Finding("settings", State.WRONG, "HTTP is not led to HTTPS")


@pytest.mark.parametrize(("hours", "state"), [(1, State.OK), (40, State.WRONG)])
def test_a_backup_is_as_old_as_its_stamp(
    settings: Any, tmp_path: Path, hours: int, state: State
) -> None:
    stamp = tmp_path / "stamp"
    stamp.touch()
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(stamp, (then, then))
    settings.BACKUP_STAMP = str(stamp)

    assert [it.state for it in wiring.backup_is_fresh()] == [state]


def test_without_a_stamp_nobody_pretends_to_know(settings: Any) -> None:
    settings.BACKUP_STAMP = ""

    assert [it.state for it in wiring.backup_is_fresh()] == [State.UNKNOWN]


def test_credentials_and_memberships_that_lie_about_are_to_be_looked_at(
    district: District,
) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    make_key(district, ("cycles:read",), expires_at=timezone.now() + timedelta(days=300))
    make_key(district, ("cycles:read",), expires_at=timezone.now() + timedelta(days=3))
    ApiCredential.objects.update(created_at=long_ago)
    seat(district, Role.VIEWER)
    Membership.objects.update(created_at=long_ago)

    found = {it.topic: it.words for it in trust_report([district]) if it.state == State.LOOK}

    assert found == {
        "operators' second factors": "there are none",
        "district admins' second factors": "there are none",
        "unused memberships": "1 memberships of people who have not signed in for 180 days",
        "credentials that end": "1 end within 14 days",
        "unused credentials": "2 not used for 90 days",
    }


def test_another_district_s_facts_are_not_in_a_district_s_report(district: District) -> None:
    other = make_district(slug="elsewhere")
    make_key(other, ("cycles:read",), expires_at=timezone.now() + timedelta(days=3))

    found = list(trust_report([district]))

    assert {it.district for it in found} == {"", "riverbend"}
    assert states(found)["credentials that end"] == State.OK


def test_a_person_without_a_second_factor_is_told_by_id_alone(district: District) -> None:
    admin = seat(district, Role.DISTRICT_ADMIN)

    (found,) = people.admins_have_second_factors(district)

    assert admin.user.email not in found.words
    assert found.state in {State.UNKNOWN, State.WRONG}


def test_that_nobody_manages_a_district_is_to_be_looked_at(district: District) -> None:
    (found,) = people.admins_have_second_factors(district)

    assert (found.state, found.words) == (State.LOOK, "there are none")


def test_it_says_no_word_of_a_school_and_ends_with_1_when_something_is_wrong(
    district: District,
) -> None:
    school = make_school(district, f"{CANARY} school")
    campaign: Campaign = make_campaign(district, message=f"{CANARY} message")
    submitted(cycle_of(school, campaign), seat(district, Role.PRINCIPAL, school))
    said = {"text": StringIO(), "json": StringIO()}

    for form, out in said.items():
        with pytest.raises(SystemExit) as ended:
            call_command("trust_report", "--format", form, stdout=out)
        assert ended.value.code == 1

    read = json.loads(said["json"].getvalue())
    assert read["is_well"] is False
    assert read["counts"]["wrong"] == sum(it["state"] == "wrong" for it in read["findings"])
    assert "Now:" not in said["text"].getvalue()
    assert CANARY not in said["text"].getvalue() + said["json"].getvalue()


def test_a_district_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError):
        call_command("trust_report", "--district", "nowhere", stdout=StringIO())


def test_a_look_that_would_write_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "OF_THE_PROCESS", ())
    monkeypatch.setattr(report, "CHECKS", (make_district,))

    (found,) = trust_report([])

    assert found == Finding(
        "make district", State.WRONG, "could not be looked at; the log says why"
    )
    assert not District.objects.exists()


@pytest.mark.parametrize("asked", [(), ("--district", "riverbend")])
def test_without_a_database_it_says_what_it_can(
    district: District, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    out = StringIO()
    connection.close()
    with monkeypatch.context() as gone:
        gone.setitem(connection.settings_dict, "PORT", "1")
        gone.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        with pytest.raises(SystemExit) as ended:
            call_command("trust_report", "--format", "json", *asked, stdout=out)
        connection.close()

    topics = {it["topic"]: it["words"] for it in json.loads(out.getvalue())["findings"]}
    assert (ended.value.code, topics["districts"]) == (
        1,
        "could not be asked for; the log says why",
    )
    assert "settings" in topics
