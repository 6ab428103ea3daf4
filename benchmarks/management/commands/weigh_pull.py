"""Let a fresh process answer one pull and say how much memory it took above doing little."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from benchmarks.management.commands.weigh_export import kilobytes
from benchmarks.stack import with_key


class Command(BaseCommand):
    """`measure` starts it: a process that has done other things before hides what it needs."""

    help = "Weigh one pull over the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who asks, and for what."""
        parser.add_argument("key")
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Idle is a process that has answered a small question once."""
        caller = with_key(options["key"])
        caller.ask(options["address"].partition("/exports/")[0] + "/me/")
        idle = kilobytes("VmRSS")
        sent = caller.drain(options["address"])
        above = (kilobytes("VmHWM") - idle) / 1024
        weighed = {"megabytes": round(above, 1), "megabytes_sent": round(sent / 1e6, 1)}
        self.stdout.write(json.dumps(weighed))
