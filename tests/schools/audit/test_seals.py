"""Seals upon the audit log: whatever is done to it behind our back is found."""

from datetime import timedelta
from io import StringIO
from typing import Any

import psycopg
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from schools import audit
from schools.audit_seals import SEALED_WITHIN, seal, verify
from schools.models import AuditEntry, AuditSeal, District, Event, Membership, Role
from schools.tasks import seal_audit_log
from schools.tenancy import district_scope
from tests.database import superuser
from tests.factories import make_district, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> Membership:
    return seat(make_district("Riverbend"), Role.DISTRICT_ADMIN)


@pytest.fixture
def sealed(admin: Membership) -> District:
    """With three seals upon two entries each."""
    for _number in range(3):
        write(admin, 2)
        seal_now(admin.district)
    return admin.district


def write(by: Membership, count: int = 1) -> None:
    with district_scope(by.district_id):
        for number in range(count):
            audit.record(Event.SCHOOL_CHANGED, by=by, about=by.district, details={"n": number})


def seal_now(district: District) -> list[AuditSeal]:
    with district_scope(district.pk):
        return seal(district.pk)


def found(district: District, **more: Any) -> list[tuple[str, int]]:
    with district_scope(district.pk):
        verified = verify(district.pk, now=timezone.now(), **more)
    return [(each.code, each.seal) for each in verified.findings]


def behind_our_back(*statements: str) -> None:
    """By somebody who may do anything in the database."""
    with psycopg.connect(superuser().info.dsn, password=superuser().info.password) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger fires
        for said in statements:
            statement = said
            for place, row in PLACES.items():
                statement = statement.replace(place, row)
            connection.execute(statement)


PLACES = {
    "FIRST": "(SELECT min(id) FROM schools_auditentry)",
    "SECOND": "(SELECT min(id) + 1 FROM schools_auditentry)",
    "LAST": "(SELECT max(id) FROM schools_auditentry)",
}


def test_what_nobody_touched_is_whole(sealed: District) -> None:
    with district_scope(sealed.pk):
        verified = verify(sealed.pk, now=timezone.now())

    assert (verified.seals, verified.entries, verified.findings) == (3, 6, [])


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE schools_auditentry SET actor_name = '' WHERE id = FIRST", ("seal_broken", 1)),
        ("UPDATE schools_auditentry SET address = '::1' WHERE id = LAST", ("seal_broken", 3)),
        ("UPDATE schools_auditentry SET details = '{}'", ("seal_broken", 1)),
        (
            "UPDATE schools_auditentry SET details = '{\"n\": 100000000000000000000}'",
            ("seal_broken", 1),
        ),
        ("UPDATE schools_auditentry SET id = -1 WHERE id = FIRST", ("entries_missing", 1)),
        ("DELETE FROM schools_auditentry WHERE id = FIRST", ("entries_missing", 1)),
        ("DELETE FROM schools_auditseal WHERE number = 2", ("seal_missing", 2)),
        ("DELETE FROM schools_auditseal WHERE number = 1", ("seal_missing", 1)),
        ("UPDATE schools_auditseal SET entries = entries[1:1]", ("seal_broken", 1)),
    ],
)
def test_what_was_changed_behind_our_back_is_found(
    sealed: District, statement: str, finding: tuple[str, int]
) -> None:
    behind_our_back(statement)

    assert finding in found(sealed)


def test_two_entries_that_change_places_are_found(sealed: District) -> None:
    behind_our_back(
        "UPDATE schools_auditentry SET details = (SELECT details FROM schools_auditentry twin"
        " WHERE twin.id IN (FIRST, SECOND) AND twin.id <> schools_auditentry.id)"
        " WHERE id IN (FIRST, SECOND)"
    )

    assert found(sealed) == [("seal_broken", 1)]


def test_what_was_slipped_in_with_an_old_date_is_found(sealed: District, admin: Membership) -> None:
    with time_machine.travel(timezone.now() - SEALED_WITHIN - timedelta(minutes=1)):
        write(admin)
    seal_now(sealed)

    assert found(sealed) == [("not_sealed", 3)]


def test_an_end_that_was_cut_off_is_found_by_who_kept_what_was_said(sealed: District) -> None:
    with district_scope(sealed.pk):
        kept = verify(sealed.pk, now=timezone.now())
    behind_our_back(
        "DELETE FROM schools_auditentry WHERE id = ANY (SELECT unnest(entries)"
        " FROM schools_auditseal WHERE number = 3)",
        "DELETE FROM schools_auditseal WHERE number = 3",
    )

    assert found(sealed) == []
    assert found(sealed, since=(kept.seals, kept.head)) == [("cut_off", 3)]


def test_new_seals_upon_an_old_log_that_was_changed_are_found(sealed: District) -> None:
    behind_our_back(
        "DELETE FROM schools_auditseal", "UPDATE schools_auditentry SET actor_name = 'Nobody'"
    )
    with time_machine.travel(timezone.now() + SEALED_WITHIN + timedelta(minutes=1)):
        seal_now(sealed)

    assert found(sealed) == [("sealed_late", 1)]


def test_what_was_sealed_late_is_not_said_again_to_who_kept_what_was_said(
    admin: Membership,
) -> None:
    write(admin)
    with time_machine.travel(timezone.now() + SEALED_WITHIN + timedelta(minutes=1)):
        (late,) = seal_now(admin.district)

    assert found(admin.district) == [("sealed_late", 1)]
    assert found(admin.district, since=(1, late.digest)) == []


def test_who_knows_no_key_makes_no_seal_that_fits(sealed: District, settings: Any) -> None:
    settings.SECRET_KEY = "of somebody else"

    assert found(sealed) == [("seal_broken", number) for number in (1, 2, 3)]


def test_a_key_of_earlier_days_still_verifies(sealed: District, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a newer one"

    assert found(sealed) == []


def test_what_took_its_time_is_sealed_later(
    admin: Membership, second_connection: psycopg.Connection
) -> None:
    write(admin)
    slow = (
        "INSERT INTO schools_auditentry (district_id, at, event, actor_kind, actor_name,"
        " object_kind, object_name, details)"
        " VALUES (%s, now(), 'school.changed', 'ninefold', '', '', '', '{}')"
    )
    second_connection.execute(
        "SELECT set_config('app.district_id', %s, true)", [str(admin.district_id)]
    )
    second_connection.execute(slow, [admin.district_id])
    write(admin)
    first = seal_now(admin.district)
    second_connection.commit()

    second = seal_now(admin.district)

    assert [len(each.entries) for each in (*first, *second)] == [2, 1]
    assert found(admin.district) == []


@pytest.mark.parametrize("table", ["schools_auditentry", "schools_auditseal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET district_id = district_id", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_app_itself_may_not_change_it(sealed: District, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), district_scope(sealed.pk):
        AuditEntry.objects.raw(statement.format(table))._fetch_all()


def test_the_owner_may_not_change_it_either(
    sealed: District, owner_connection: psycopg.Connection
) -> None:
    with owner_connection.transaction():
        owner_connection.execute("SELECT set_config('app.district_id', %s, true)", [str(sealed.pk)])
        with pytest.raises(psycopg.Error, match="never changed or deleted"):
            owner_connection.execute("UPDATE schools_auditentry SET event = 'nothing'")


def test_what_is_undone_leaves_no_entry(admin: Membership) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(admin)
        raise ZeroDivisionError

    assert seal_now(admin.district) == []


def test_the_task_seals_a_district_s_entries(admin: Membership) -> None:
    write(admin)

    seal_audit_log(str(admin.district_id))

    assert seal_now(admin.district) == []
    assert found(admin.district) == []


def said(**options: Any) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit_verify", stdout=out, **options)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_that_all_is_well(sealed: District) -> None:
    assert said(district=sealed.slug) == (0, f"{sealed.slug}: 6 entries under 3 seals\n")


def test_the_command_fails_when_something_was_found(sealed: District, tmp_path: Any) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(said(json=True)[1])
    behind_our_back("DELETE FROM schools_auditseal", "DELETE FROM schools_auditentry")

    status, text = said(since=kept)

    assert (status, "cut_off" in text) == (1, True)


def test_the_command_says_that_a_district_has_another_address(
    sealed: District, tmp_path: Any
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(said(json=True)[1])
    District.objects.update(slug="elsewhere")

    status, text = said(since=kept)

    assert (status, "district_missing" in text) == (1, True)


@pytest.mark.parametrize("words", ["[]", '{"riverbend": {}}', '{"riverbend": 1}', "no JSON"])
def test_the_command_refuses_what_it_has_not_said(tmp_path: Any, words: str) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(words)

    with pytest.raises(CommandError):
        said(since=kept)
