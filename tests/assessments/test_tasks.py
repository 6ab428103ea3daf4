"""From a mark to the dashboard with a real worker, whatever dies or stands still meanwhile."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import ProgrammingError
from kombu.exceptions import OperationalError

from assessments import workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign, Cycle
from assessments.tasks import refresh_dashboard, sweep_dirty_marks
from config.celery import app as celery_app
from schools.models import Membership
from schools.tenancy import district_scope
from tests.assessments.dashboards.rebuilding import (
    as_key,
    figures,
    levels,
    marked,
    snapshot,
)
from tests.assessments.writing import read_cell, save
from tests.factories import answer_everything, make_campaign, make_district, make_school, submitted
from tests.racing import wait_for_someone_to_wait
from tests.running import OwnRedis, Worker, celery_beat, celery_worker, own_redis, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 20.0


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One for the tests that leave it alive."""
    with celery_worker() as running:
        yield running


@pytest.fixture
def held_cells() -> Iterator[psycopg.Connection]:
    """A connection that keeps everyone else from reading a cell until it is rolled back."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("LOCK TABLE assessments_cell IN ACCESS EXCLUSIVE MODE")
        yield connection
        connection.rollback()


@contextmanager
def speaking_to(redis: OwnRedis) -> Iterator[None]:
    """This process sends its tasks to that Redis, as one that has sent none before."""
    address = celery_app.conf.broker_url
    celery_app.conf.broker_url = redis.url
    celery_app._after_fork()
    try:
        yield
    finally:
        celery_app.conf.broker_url = address
        celery_app._after_fork()


def seconds_of(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def submit(cycle: Cycle, by: Membership) -> None:
    with district_scope(cycle.district_id):
        workflow.submit_cycle(cycle, by=by, quoting="never")


def stands_at(campaign: Campaign, statuses: dict[str, int]) -> Callable[[], bool]:
    """Whether the dashboard says that so many schools are where."""

    def asked() -> bool:
        return snapshot(campaign) is not None and (
            figures(campaign)["progress"]["statuses"] == statuses
        )

    return asked


def test_a_submission_reaches_the_dashboard_by_sweep_and_worker(
    worker: Worker, cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice, level=3)

    sweep_dirty_marks.delay()

    wait_until(stands_at(campaign, {"submitted": 1}), SOON)
    assert (levels(campaign), marked()) == ({"3": 1}, [])


def test_every_district_and_year_with_marks_is_rebuilt(
    worker: Worker, cycle: Cycle, campaign: Campaign
) -> None:
    last_year = make_campaign(campaign.district, campaign.school_year - 1)
    next_door = make_campaign(make_school(make_district("Millbrook")).district)

    sweep_dirty_marks.delay()
    wait_until(lambda: None not in (snapshot(last_year), snapshot(next_door)), SOON)
    # What last year left for this one, the next tick finds.
    sweep_dirty_marks.delay()

    wait_until(lambda: snapshot(campaign) is not None and not marked(), SOON)
    schools = [figures(each)["schools"] for each in (campaign, last_year, next_door)]
    assert schools == [1, 1, 1]


def test_many_sweeps_do_no_harm(
    worker: Worker, cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="We meet.")

    for _ in range(5):
        sweep_dirty_marks.delay()
        refresh_dashboard.delay(*as_key(campaign))

    wait_until(stands_at(campaign, {"in_progress": 1}), SOON)
    wait_until(lambda: not marked(), SOON)


def test_a_worker_killed_in_the_middle_of_a_rebuild_loses_nothing(
    cycle: Cycle, campaign: Campaign, alice: Membership, held_cells: psycopg.Connection
) -> None:
    # Apart from the other tests' worker, which would help out.
    with (
        own_redis() as redis,
        speaking_to(redis),
        celery_worker({"REDIS_URL": redis.url}) as worker,
    ):
        (victim,) = worker.child_pids
        sweep_dirty_marks.delay()
        wait_for_someone_to_wait()

        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: worker.child_pids not in ([], [victim]), SOON)
        before = (snapshot(campaign), marked())
        held_cells.rollback()

        wait_until(stands_at(campaign, {"not_started": 1}), SOON)
    assert (before, marked()) == ((None, [as_key(campaign)]), [])


def test_a_save_needs_no_broker(cycle: Cycle, alice: Membership) -> None:
    answer_everything(cycle, alice)
    cell = read_cell(cycle)

    with own_redis() as redis, speaking_to(redis):
        # Frozen, it takes connections and never answers: worse than being down.
        os.kill(redis.pid, signal.SIGSTOP)
        took = [
            seconds_of(lambda: save(cell, alice, opportunities="We meet every week.")),
            seconds_of(lambda: submit(cycle, alice)),
        ]
        os.kill(redis.pid, signal.SIGCONT)
        heard = celery_app.connection_for_write().default_channel.client.dbsize()

    assert (max(took) < 1, heard) == (True, 0)


def test_while_redis_is_down_words_are_saved_and_afterwards_the_dashboard_catches_up(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    with own_redis() as redis, speaking_to(redis):
        environment = {"REDIS_URL": redis.url}
        with celery_worker(environment), celery_beat(environment):
            sweep_dirty_marks.delay()
            wait_until(stands_at(campaign, {"not_started": 1}), SOON)
            redis.stop()
            with pytest.raises(OperationalError):
                sweep_dirty_marks.apply_async(retry=False)

            took = [
                seconds_of(lambda word=word: save(read_cell(cycle), alice, opportunities=word))
                for word in ("We", "We meet", "We meet every week.")
            ]
            redis.start()

            wait_until(stands_at(campaign, {"in_progress": 1}), SOON)
    assert (max(took) < 1, read_cell(cycle).opportunities) == (True, "We meet every week.")


def test_a_rebuild_outside_its_district_fails_and_keeps_the_marks(
    cycle: Cycle, campaign: Campaign
) -> None:
    before = marked()

    with pytest.raises(ProgrammingError, match="no district is set"):
        refresh_snapshot(campaign.district_id, campaign.school_year)

    assert (before, marked()) == ([as_key(campaign)], before)


def test_a_rebuild_in_the_wrong_district_writes_nothing(cycle: Cycle, campaign: Campaign) -> None:
    millbrook = make_district("Millbrook")

    with district_scope(millbrook.pk):
        refresh_snapshot(campaign.district_id, campaign.school_year)

    assert snapshot(campaign) is None


def test_a_task_works_in_the_district_that_comes_first(cycle: Cycle, campaign: Campaign) -> None:
    refresh_dashboard(*as_key(campaign))

    assert figures(campaign)["schools"] == 1


def test_a_task_does_not_stay_in_its_district(cycle: Cycle, campaign: Campaign) -> None:
    refresh_dashboard(*as_key(campaign))

    with pytest.raises(ProgrammingError, match="no district is set"):
        Cycle.objects.count()
