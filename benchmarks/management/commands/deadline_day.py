"""A deadline day on the services that `benchmarks/deadline_day.py` brings."""

import random
import statistics
import threading
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from assessments.models import Cycle, DashboardSnapshot
from benchmarks import figures
from benchmarks.crowd import Browser, Record, School, Watcher, delays
from benchmarks.loading import lay_out, leave_open, tidy_up
from benchmarks.measurements.recompute import refresh
from benchmarks.stack import session_of
from schools.models import District, Membership, Role, Seat
from schools.tenancy import district_scope
from tests.factories import seat
from tests.running import celery_beat, celery_worker, web_server

DASHBOARDS = 40
AT_ONCE = 48
PATIENCE = 120.0
# As the Dockerfile and compose.yaml have it.
SERVED = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "WEB_CONCURRENCY": "4"}


class Command(BaseCommand):
    """Lays one district out, lets its schools hand in, and says what its dashboards showed."""

    help = "Live through a deadline day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many schools hand in within how long."""
        parser.add_argument("--schools", type=int, default=1_600)
        parser.add_argument("--minutes", type=float, default=10)
        parser.add_argument("--write", action="store_true", help="into results.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, live through it, judge."""
        (district,) = lay_out((1_600,), years=3)
        last = district.this_school_year - 1
        leave_open(district, last)
        tidy_up()
        for school_year in (last - 1, last):
            refresh(district, school_year)
        with ExitStack() as services:
            changes = SERVED | {"EMAIL_URL": "dummymail://"}
            address = services.enter_context(web_server(changes))
            services.enter_context(celery_worker(changes, concurrency=2))
            services.enter_context(celery_beat(changes))
            self.stdout.write("Prepared.")
            self.stdout.flush()
            day = Day(district, last, address, options["schools"])
            day.live(60 * options["minutes"])
        found = day.judged(options["minutes"])
        where = figures.circumstances()
        self.stdout.write(figures.introduction(where))
        self.stdout.write(figures.table(found))
        for failure in day.failures[:10]:
            self.stdout.write(failure)
        if options["write"]:
            figures.write({"deadline_day": found}, where)


class Day:
    """The schools, the dashboards, and what is kept of the snapshots."""

    def __init__(self, district: District, year: int, address: str, count: int) -> None:
        self.district, self.year = district, year
        self.over = threading.Event()
        self.record = Record(settings.BENCHMARKS_LOADER_URL, district.pk, year, self.over)
        self.schools = _schools(district, year, address)[:count]
        path = f"/d/{district.slug}/?year={year}"
        self.watchers = [
            Watcher(path, Browser(address, session_of(seat(district, Role.VIEWER).user)), self.over)
            for _ in range(DASHBOARDS)
        ]

    @property
    def failures(self) -> list[str]:
        """Everything that was refused or broke."""
        return [it for one in (*self.schools, *self.watchers) for it in one.failures]

    def live(self, seconds: float) -> None:
        """Everyone at once; at the end the dashboards have some time to show the last school."""
        chance = random.Random(2027)
        moments = sorted(chance.uniform(0, seconds) for _ in self.schools)
        threads = [threading.Thread(target=watcher.watch) for watcher in self.watchers]
        threads.append(threading.Thread(target=self.record.keep))
        for thread in threads:
            thread.start()
            time.sleep(2 / len(threads))
        began = time.time()
        with ThreadPoolExecutor(AT_ONCE) as at_once:
            for moment, school in zip(moments, self.schools, strict=True):
                time.sleep(max(0, began + moment - time.time()))
                at_once.submit(school.act)
        self.took = time.time() - began
        self._wait_for_the_last()
        self.over.set()
        for thread in threads:
            thread.join()

    def judged(self, minutes: float) -> list[Any]:
        """The figures of the day."""
        handed_in = [school for school in self.schools if school.handed_in_at]
        stored = [
            self.record.visible.get(school.cycle_id, (float("inf"),))[0] - school.handed_in_at
            for school in handed_in
        ]
        of = f"{len(self.schools):,} schools in {minutes:g} minutes, {DASHBOARDS} dashboards"
        saves = [save for school in self.schools for save in school.saves]
        return [
            figures.Amount(f"{of}: failed saves and submissions", _failed(self.schools), "", 0),
            figures.Amount("failed polls", _failed(self.watchers), "", 0),
            figures.Amount(f"{of}: seconds it took", self.took, "s"),
            *_spread("a save, answered", saves),
            *_spread("a submission, answered", [school.submission for school in handed_in]),
            *_spread("a poll, nothing new", [it for one in self.watchers for it in one.unchanged]),
            *_spread("a poll, new figures", [it for one in self.watchers for it in one.answers]),
            *_spread("submission → snapshot", stored, p95=5, highest=30),
            *_spread(
                "submission → open dashboard",
                delays(handed_in, self.watchers, self.record),
                highest=30,
            ),
            figures.Amount("snapshots computed", len(self.record.snapshots), ""),
            figures.Amount("dashboards that showed wrong figures", self._wrong_pages(), "", 0),
            figures.Amount("parts of the last snapshot that differ", self._differences(), "", 0),
        ]

    def _wait_for_the_last(self) -> None:
        until = time.time() + PATIENCE
        while time.time() < until and not self._all_shown():
            time.sleep(0.5)

    def _all_shown(self) -> bool:
        wanted = sum(bool(school.handed_in_at) for school in self.schools)
        return all(watcher.shown and watcher.shown[-1][2] >= wanted for watcher in self.watchers)

    def _wrong_pages(self) -> int:
        """Pages whose count is that of no snapshot, older than they say, or less than before.

        The stamp is read a moment before the figures, which may be newer than it says.
        """
        wrong = 0
        counts = set(self.record.snapshots.values())
        for watcher in self.watchers:
            before = 0
            for _at, stamp, submitted in watcher.shown:
                said = self.record.snapshots.get(stamp, 0)
                wrong += submitted < max(said, before) or submitted not in counts
                before = submitted
        return wrong

    def _differences(self) -> int:
        """The parts of the figures that a full recompute sees in another way."""
        kept = self._snapshot()
        refresh(self.district, self.year)
        anew = self._snapshot()
        differ = [part for part in anew.figures if kept.figures.get(part) != anew.figures[part]]
        handed_in = sum(bool(school.handed_in_at) for school in self.schools)
        return (
            len(differ) + (kept.heatmap != anew.heatmap) + (kept.figures["submitted"] != handed_in)
        )

    def _snapshot(self) -> DashboardSnapshot:
        with district_scope(self.district.pk):
            snapshot: DashboardSnapshot = DashboardSnapshot.objects.get(school_year=self.year)
            return snapshot


def _schools(district: District, year: int, address: str) -> list[School]:
    """Every school with its principal's browser."""
    with district_scope(district.pk):
        cycles = list(Cycle.objects.filter(school_year=year).values_list("id", "school_id"))
        users = User.objects.bulk_create(
            User(email=f"principal.{number}@example.org", name=f"Principal {number}", password="!")  # noqa: S106 - opens nothing
            for number in range(len(cycles))
        )
        memberships = Membership.objects.bulk_create(
            Membership(district=district, user=user, role=Role.PRINCIPAL) for user in users
        )
        Seat.objects.bulk_create(
            Seat(district=district, membership=membership, school_id=school_id)
            for membership, (_cycle, school_id) in zip(memberships, cycles, strict=True)
        )
    return [
        School(
            str(cycle_id),
            f"/d/{district.slug}/cycles/{cycle_id}/",
            Browser(address, session_of(user)),
        )
        for user, (cycle_id, _school) in zip(users, cycles, strict=True)
    ]


def _failed(people: Sequence[School | Watcher]) -> int:
    return sum(len(one.failures) for one in people)


def _spread(
    what: str,
    seconds: Sequence[float],
    *,
    p95: float | None = None,
    highest: float | None = None,
) -> list[figures.Amount]:
    if len(seconds) < 2:
        return [figures.Amount(f"{what}: how many", len(seconds), "")]
    return [
        figures.Amount(f"{what} ({len(seconds):,}): p50", statistics.median(seconds), "s"),
        figures.Amount(
            f"{what}: p95", statistics.quantiles(seconds, n=20, method="inclusive")[-1], "s", p95
        ),
        figures.Amount(f"{what}: longest", max(seconds), "s", highest),
    ]
