"""Forty people, and workers that die at any moment: everyone gets one mail."""

import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from assessments.models import Cycle, Notice
from assessments.tasks import send_mail
from config.celery import app
from schools.models import Role
from schools.tenancy import district_scope
from tests.assessments.notifications.telling import say
from tests.factories import make_campaign, make_district, make_school, seat
from tests.mail_server import MailServer, mail_server
from tests.running import celery_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, MOST_DEATHS = 40, 12


def _a_zone_where_it_is_day() -> str:
    """Whenever this test runs, mail may go there."""
    hour = datetime.now(UTC).hour
    return "America/Chicago" if 14 <= hour <= 23 else "Asia/Tokyo" if hour <= 8 else "UTC"


def _waiting() -> list[Any]:
    return list(Notice.objects.filter(sent_at__isnull=True).values_list("user", flat=True))


def test_whatever_dies_everyone_gets_one_mail() -> None:
    district = make_district("Riverbend", time_zone=_a_zone_where_it_is_day())
    school = make_school(district, "Lincoln")
    specialist = seat(district, Role.SPECIALIST)
    people = [seat(district, Role.PRINCIPAL, school).user for _ in range(PEOPLE)]
    make_campaign(district)
    with district_scope(district.pk):
        cycle = Cycle.objects.with_campaign().get()
    say(cycle, *people, by=specialist)
    Notice.objects.update(created_at=datetime.now(UTC) - timedelta(hours=2))
    chance = random.Random(9)  # noqa: S311 - no secret
    deaths = 0
    with mail_server() as server:
        server.seconds = 0.02
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "EMAIL_URL": server.url,
            "PUBLIC_URL": "http://testserver",
        }
        while _waiting():
            with celery_worker(environment, concurrency=2) as worker:
                with app.connection(os.environ["REDIS_URL"]) as broker:
                    for user_id in _waiting():
                        send_mail.apply_async((str(user_id),), connection=broker)
                if deaths < MOST_DEATHS:
                    _until_a_mail_more(server)
                    time.sleep(chance.uniform(0, 0.08))
                    for pid in (worker.pid, *worker.child_pids):
                        os.kill(pid, signal.SIGKILL)
                    deaths += 1
                else:
                    wait_until(lambda: not _waiting(), 30)

    times = server.times_by_message_id
    repeats = sum(times.values()) - len(times)
    assert sorted(server.by_person) == sorted(person.email for person in people)
    # A repeat is one mail that came twice: the same Message-ID, never a second mail.
    assert (len(times), repeats <= 2 * deaths) == (PEOPLE, True)
    assert Notice.objects.filter(sent_at__isnull=False, dropped=False).count() == PEOPLE
    assert User.objects.filter(mail_refused_at__isnull=False).count() == 0


def _until_a_mail_more(server: MailServer) -> None:
    taken = len(server.mails)
    wait_until(lambda: len(server.mails) > taken or not _waiting(), 20)
