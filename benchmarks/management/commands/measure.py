"""Measure everything, or what is named."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from benchmarks import figures
from benchmarks.loading import lay_out
from benchmarks.measurements import (
    api_page,
    dashboard_page,
    opening,
    recompute,
    saving,
    taking,
)
from benchmarks.stage import LARGE, SMALL, Stage

MEASUREMENTS = {
    "opening": opening.measure,
    "saving": saving.measure,
    "recompute": recompute.measure,
    "dashboard": dashboard_page.measure,
    "api": api_page.measure,
    # Last, because it lays out more years.
    "taking": taking.measure,
}


class Command(BaseCommand):
    """Expects an empty, migrated database; `benchmarks/run.py` brings one."""

    help = "Measure the product against the bare statements and the bare stack."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which measurements, and among how many other districts."""
        parser.add_argument("only", nargs="*", choices=[[], *MEASUREMENTS], metavar="measurement")
        parser.add_argument("--noise", type=int, default=300, help="other districts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay the districts out, measure, print the table and write results.json."""
        began = time.perf_counter()
        large, small = lay_out((LARGE, SMALL), noise=options["noise"])
        self.stdout.write(f"Rows laid out in {time.perf_counter() - began:.0f} s.")
        stage = Stage(large, small)
        found: list[figures.Figure | figures.Count | figures.Weight] = []
        for name, measure in MEASUREMENTS.items():
            if not options["only"] or name in options["only"]:
                self.stdout.write(f"Measuring: {name}")
                self.stdout.flush()
                found += measure(stage)
        where = figures.circumstances()
        self.stdout.write(figures.introduction(where))
        self.stdout.write(figures.table(found))
        if not options["only"]:
            figures.write(found, where)
