"""Make one export in a fresh process and say how much memory it took above doing nothing."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.models import Export
from assessments.tasks import run_errand
from schools.tenancy import district_scope

STATUS = Path("/proc/self/status")


class Command(BaseCommand):
    """`measure` starts it: a process that has done other things before hides what it needs."""

    help = "Weigh the making of one export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which export."""
        parser.add_argument("district_id")
        parser.add_argument("export_id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Idle is a process that has everything imported and has asked the database once."""
        district_id, export_id = options["district_id"], options["export_id"]
        with district_scope(district_id):
            Export.objects.get(pk=export_id)
        idle = kilobytes("VmRSS")
        run_errand(district_id, export_id)
        peak = kilobytes("VmHWM")
        with district_scope(district_id):
            rows = Export.objects.get(pk=export_id).done
        self.stdout.write(json.dumps({"rows": rows, "megabytes": round((peak - idle) / 1024, 1)}))


def kilobytes(name: str) -> int:
    """What the kernel says of this process under that name."""
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    return int(found[1]) if found else 0
