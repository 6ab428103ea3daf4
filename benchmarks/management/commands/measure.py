"""Measure everything, or what is named."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand

from benchmarks import figures
from benchmarks.loading import lay_out, tidy_up
from benchmarks.measurements import (
    api_page,
    audit_log,
    dashboard_page,
    opening,
    others,
    recompute,
    saving,
    taking,
)
from benchmarks.neighbours import Neighbours
from benchmarks.stage import LARGE, SMALL, YEARS, Stage

MEASUREMENTS: dict[str, Callable[[Stage], Sequence[Any]]] = {
    "opening": opening.measure,
    "saving": saving.measure,
    "recompute": recompute.measure,
    "dashboard": dashboard_page.measure,
    "api": api_page.measure,
    "taking": taking.measure,
    "audit": audit_log.measure,
    # Last, because it lays out 19,000 districts.
    "others": others.measure,
}
# Minutes long: only when it is named.
ON_REQUEST = {"audit", "others"}


class Command(BaseCommand):
    """Expects an empty, migrated database; `benchmarks/run.py` brings one."""

    help = "Measure the product against the bare statements and the bare stack."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which measurements, and among how many other districts."""
        parser.add_argument("only", nargs="*", choices=[[], *MEASUREMENTS], metavar="measurement")
        parser.add_argument("--noise", type=int, default=300, help="other districts")
        parser.add_argument("--write", action="store_true", help="into results.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay the districts out, measure, print the table and write results.json."""
        stage = self._lay_out(options["noise"])
        found: dict[str, list[Any]] = {}
        for name in options["only"] or [it for it in MEASUREMENTS if it not in ON_REQUEST]:
            self.stdout.write(f"Measuring: {name}")
            self.stdout.flush()
            found[name] = list(MEASUREMENTS[name](stage))
        where = figures.circumstances() | {"other_districts": options["noise"]}
        self.stdout.write(figures.introduction(where))
        self.stdout.write(figures.table(chain.from_iterable(found.values())))
        if options["write"] or not options["only"]:
            figures.write(found, where)

    def _lay_out(self, noise: int) -> Stage:
        began = time.perf_counter()
        large, small = lay_out((LARGE, SMALL), years=YEARS)
        stage = Stage(large, small, Neighbours())
        stage.neighbours.grow_to(noise)
        tidy_up()
        self.stdout.write(f"Rows laid out in {time.perf_counter() - began:.0f} s.")
        self.stdout.flush()
        return stage
