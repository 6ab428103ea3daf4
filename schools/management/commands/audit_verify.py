"""Look whether the audit log is as it was sealed."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from schools.audit_seals import Finding, Verified, verify
from schools.models import District
from schools.tenancy import district_scope

# Number and digest of a district's last seal.
Seen = tuple[int, str]


class Command(BaseCommand):
    """Changes nothing. Its exit status says whether anything was found."""

    help = "Find audit entries that were edited, removed, reordered or slipped in; exits 1 if any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which district, in which form, and what was seen before."""
        parser.add_argument("--district", metavar="SLUG", help="only this one")
        parser.add_argument("--json", action="store_true", help="for programs; keep it elsewhere")
        parser.add_argument(
            "--since",
            metavar="FILE",
            type=Path,
            help="what --json said earlier: shows whether the end of a log was cut off since then",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at one district after the other."""
        districts = District.objects.order_by("slug")
        if options["district"]:
            districts = districts.filter(slug=options["district"])
            if not districts:
                raise CommandError(f"There is no district {options['district']}.")
        seen = _read(options["since"])
        found = {district.slug: _verified(district, seen) for district in districts}
        if not options["district"]:
            found |= {slug: _gone(before) for slug, before in seen.items() if slug not in found}
        if options["json"]:
            said = {slug: asdict(it) for slug, it in found.items()}
            self.stdout.write(json.dumps(said, indent=2))
        else:
            self._say(found)
        if any(it.findings for it in found.values()):
            raise SystemExit(1)

    def _say(self, found: dict[str, Verified]) -> None:
        for slug, it in found.items():
            self.stdout.write(f"{slug}: {it.entries} entries under {it.seals} seals")
            for finding in it.findings:
                self.stdout.write(self.style.ERROR(f"  {finding.said} ({finding.code})"))


def _verified(district: District, seen: dict[str, Seen]) -> Verified:
    with district_scope(district.pk):
        return verify(district.pk, now=timezone.now(), since=seen.get(district.slug))


def _gone(before: Seen) -> Verified:
    """A district that was there: with another address now, or with none."""
    number, head = before
    said = "It was seen earlier, and there is no district at this address now."
    return Verified(0, 0, head, [Finding("district_missing", number, said)])


def _read(file: Path | None) -> dict[str, Seen]:
    if file is None:
        return {}
    try:
        said = json.loads(file.read_text())
        return {slug: (int(it["seals"]), str(it["head"])) for slug, it in said.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{file} is not what audit_verify --json said: {error!r}") from error
