"""Asking for a file, and what a worker makes of it, whatever happens to the worker meanwhile."""

import os
import signal
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone

from assessments import exports
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cycle, Errand, Export
from assessments.models.export import KEPT_FOR, place_of
from assessments.reports.exports import making
from assessments.reports.exports.rows import rows_of
from assessments.tasks import run_errand, sweep_errands
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.taking import ask, content, make, read, rows_in
from tests.assessments.test_tasks import speaking_to
from tests.factories import make_campaign, make_district, make_school, seat, submitted
from tests.racing import wait_for_someone_to_wait
from tests.running import celery_worker, own_redis, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


@pytest.fixture
def done(cycle: Cycle, alice: Membership) -> Cycle:
    """A cycle that is handed in."""
    return submitted(cycle, alice)


def errands() -> list[str]:
    return [str(errand.export_id) for errand in Errand.objects.all()]


def test_what_is_asked_for_waits_with_its_errand(
    specialist: Membership, campaign: Campaign
) -> None:
    export = ask(specialist)

    assert (export.state, errands()) == ("waiting", [str(export.pk)])


def test_two_presses_of_a_button_are_one_file(specialist: Membership, campaign: Campaign) -> None:
    assert ask(specialist).pk == ask(specialist).pk


def test_not_everything_can_be_waited_for_at_once(
    specialist: Membership, campaign: Campaign
) -> None:
    for kind in ("cells", "reflections", "commitments", "cycles"):
        ask(specialist, kind)
    ask(specialist, language="es")

    with pytest.raises(ValidationError) as refused:
        ask(specialist, file_format="parquet")

    assert refused.value.code == "too_many_exports"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"kind": "workbook", "file_format": "csv"}, "unknown_format"),
        ({"kind": "ranking", "file_format": "csv"}, "unknown_format"),
        ({"school_year": 2019}, "no_campaign"),
        ({"kind": "board_report", "file_format": "pdf"}, "one_year_only"),
        ({"query": "group=" + "x" * 2_000}, "text_too_long"),
        ({"query": "group=%00"}, "unknown_filter"),
    ],
)
def test_what_there_is_not_is_refused(
    specialist: Membership, campaign: Campaign, wanted: dict[str, object], code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(specialist, **wanted)  # type: ignore[arg-type]

    assert (refused.value.code, errands()) == (code, [])


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.TEAM_MEMBER])
def test_a_school_s_people_take_nothing_along(
    district: District, campaign: Campaign, role: Role
) -> None:
    person = seat(district, role, make_school(district))

    with pytest.raises(PermissionDenied):
        ask(person)


def test_the_filters_are_those_of_the_dashboard_without_year_and_page() -> None:
    assert (
        exports.filters_of("year=2027&school_level=high&page=3&group=a%20b&seen=x")
        == "group=a+b&school_level=high"
    )


@pytest.mark.parametrize(
    ("twice", "last"), [("group=z&group=a", "group=a"), ("group=a&group=", "")]
)
def test_of_filters_that_are_set_twice_the_last_counts(twice: str, last: str) -> None:
    assert exports.filters_of(twice) == last


def test_no_worker_is_sent_for_a_comparison_that_there_is_not() -> None:
    with pytest.raises(ValidationError) as refused:
        exports.filters_of("compare=never")

    assert refused.value.code == "unknown_filter"


def test_a_worker_makes_it(specialist: Membership, done: Cycle) -> None:
    export = make(ask(specialist))

    assert (export.state, export.done, export.total) == ("done", 9, 9)
    assert export.size == len(content(export))
    assert [row["cell"] for row in rows_in(content(export))] == list(CELL_CODES)


def test_made_twice_it_is_made_once(specialist: Membership, done: Cycle) -> None:
    export = make(ask(specialist))

    again = make(export)

    assert (again.finished_at, again.tries) == (export.finished_at, 1)


def test_while_one_worker_is_at_it_another_leaves_it_alone(
    specialist: Membership, done: Cycle, second_connection: psycopg.Connection
) -> None:
    export = ask(specialist)
    lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
    second_connection.execute(lock, [str(export.pk)])

    meanwhile = make(export).state
    second_connection.rollback()

    assert (meanwhile, make(export).state) == ("waiting", "done")


def test_who_has_left_gets_no_file(specialist: Membership, done: Cycle) -> None:
    export = ask(specialist)
    with district_scope(specialist.district_id):
        specialist.delete()

    assert (make(export).state, default_storage.exists(place_of(export, ""))) == ("failed", False)
    assert errands() == []


def test_what_kills_its_worker_again_and_again_is_given_up(
    specialist: Membership, done: Cycle
) -> None:
    export = ask(specialist)
    with district_scope(specialist.district_id):
        Export.objects.filter(pk=export.pk).update(tries=making.MOST_TRIES, state="running")

    assert (make(export).state, errands()) == ("failed", [])


def test_a_file_that_cannot_be_written_is_said_to_have_failed(
    specialist: Membership, done: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(specialist)

    def full(*_args: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="No space left"):
        make(export)

    assert (read(export).state, errands()) == ("failed", [])


def test_after_seven_days_the_file_is_removed_and_the_list_says_so(
    specialist: Membership, done: Cycle
) -> None:
    export = make(ask(specialist))
    before = make(export).state

    with time_machine.travel(timezone.now() + KEPT_FOR + timedelta(minutes=1)):
        due = making.take_errands()
        after = make(export)

    assert due == [(str(export.district_id), str(export.pk))]
    assert (before, after.state, bool(after.file)) == ("done", "expired", False)
    assert (default_storage.exists(place_of(export, "")), errands()) == (False, [])


def test_an_errand_is_taken_once_a_minute(specialist: Membership, campaign: Campaign) -> None:
    ask(specialist)

    taken = [len(making.take_errands()) for _ in range(2)]
    with time_machine.travel(timezone.now() + making.SENT_AGAIN_AFTER + timedelta(seconds=1)):
        later = len(making.take_errands())

    assert (taken, later) == ([1, 0], 1)


def test_the_rows_are_the_district_s_own(specialist: Membership, done: Cycle) -> None:
    elsewhere = make_district("Elsewhere")
    other = seat(elsewhere, Role.SPECIALIST)
    make_campaign(elsewhere, done.school_year)
    theirs = make(ask(other))

    # Even in the wrong scope nobody reads another district's rows.
    with district_scope(done.district_id):
        found = rows_of(theirs, other).count()

    assert (theirs.state, theirs.done, found) == ("done", 0, 0)


def _sent_again(export: Export) -> Export:
    run_errand.delay(str(export.district_id), str(export.pk))
    return read(export)


def test_a_worker_killed_in_the_middle_is_followed_by_another(
    specialist: Membership, done: Cycle
) -> None:
    export = ask(specialist)
    with (
        own_redis() as redis,
        speaking_to(redis),
        celery_worker({"REDIS_URL": redis.url}) as worker,
        psycopg.connect(os.environ["DATABASE_URL"]) as holding,
    ):
        # Counting the cells works, and reading what was handed in waits.
        holding.execute("LOCK TABLE assessments_submission IN ACCESS EXCLUSIVE MODE")
        (victim,) = worker.child_pids
        sweep_errands.delay()
        wait_for_someone_to_wait()
        during = read(export)

        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: worker.child_pids not in ([], [victim]), 20)
        holding.rollback()
        # Its errand may have come back while it was still dying: the sweep sends it again then.
        wait_until(lambda: _sent_again(export).state == "done", 20)

    export = read(export)
    assert (during.state, during.tries, during.total) == ("running", 1, 9)
    assert (export.tries, len(rows_in(content(export)))) == (2, 9)
