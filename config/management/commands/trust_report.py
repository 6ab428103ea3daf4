"""Say whether this installation is as it must be; end with 1 when something is wrong."""

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.trust.finding import MOST_URGENT_FIRST, Finding, State
from config.trust.report import trust_report
from schools.models import District


class Command(BaseCommand):
    """Reads only; says no word of a school, so that it may go into any log."""

    help = (
        "Look at roles, policies, grants, settings, second factors, backups, seals, programs and "
        "memberships. Ends with 1 when something is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which district, and in which form."""
        parser.add_argument(
            "--district", metavar="SLUG", help="this one alone, besides what all share"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, print, and say by the exit code whether all is well."""
        districts = District.objects.order_by("slug")
        if slug := options["district"]:
            districts = districts.filter(slug=slug)
            if _is_missing(districts):
                raise CommandError(_("There is no district at %(slug)s.") % {"slug": slug})
        found = list(trust_report(districts.iterator()))
        counts = Counter(finding.state for finding in found)
        if options["format"] == "json":
            self.stdout.write(_as_json(found, counts))
        else:
            self._print(found, counts)
        if counts[State.WRONG]:
            raise SystemExit(1)

    def _print(self, found: list[Finding], counts: Counter[State]) -> None:
        for finding in sorted(found, key=lambda it: MOST_URGENT_FIRST.index(it.state)):
            where = f" ({finding.district})" if finding.district else ""
            self.stdout.write(f"{finding.state:8}{finding.topic}{where}: {finding.words}")
        said = ", ".join(f"{counts[state]} {state}" for state in MOST_URGENT_FIRST)
        self.stdout.write(f"\n{said}")


def _is_missing(districts: QuerySet[District]) -> bool:
    """Whether there is none; where nobody can say, the report says that."""
    try:
        return not districts.exists()
    except DatabaseError:
        return False


def _as_json(found: list[Finding], counts: Counter[State]) -> str:
    report = {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "is_well": not counts[State.WRONG],
        "counts": {str(state): counts[state] for state in MOST_URGENT_FIRST},
        "findings": [asdict(finding) for finding in found],
    }
    return json.dumps(report, indent=2)
