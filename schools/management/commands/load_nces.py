"""Loads districts and their schools from the files that NCES gives out."""

from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import DatabaseError
from django.utils.translation import gettext as _

from schools.models.district import known_time_zone
from schools.rosters.apply import RosterLoader
from schools.rosters.csv_table import UnreadableFile, encoding_of
from schools.rosters.nces import (
    DistrictRecord,
    Refusal,
    SchoolRecord,
    read_districts,
    read_schools,
)
from schools.rosters.nces_cells import LEAID_DIGITS, Status
from schools.rosters.plan import LONGEST_ADDRESS, Wishes
from schools.rosters.report import Report, about_file, about_homeless


@dataclass(slots=True)
class _Districts:
    path: Path
    wanted: list[DistrictRecord] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class _Schools:
    path: Path
    by_district: dict[str, list[SchoolRecord]] = field(default_factory=lambda: defaultdict(list))
    refusals: dict[str, list[Refusal]] = field(default_factory=lambda: defaultdict(list))
    homeless: Counter[str] = field(default_factory=Counter)


class Command(BaseCommand):
    """Creates the districts and their schools, or brings them up to date.

    Both files are read to the end before anything is written; each district is written whole or
    not at all. A second run changes nothing. `--all` leaves out districts that do not work now;
    one that is named by `--leaid` is loaded whatever its status.
    """

    help = "Load districts and their schools from NCES files (CCD search; ELSI for districts)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which files, which districts, and what to take instead of the defaults."""
        parser.add_argument("--lea-file", required=True, type=Path, help="the districts, as CSV")
        parser.add_argument("--school-file", required=True, type=Path, help="the schools, as CSV")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--leaid", action="append", default=[], help="NCES id of a district; may be repeated"
        )
        which.add_argument("--all", action="store_true", help="every district in the file")
        parser.add_argument(
            "--time-zone", default="", help="such as America/Chicago; default: by the state"
        )
        parser.add_argument("--slug", default="", help="the district's address; for one district")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, load, report."""
        wishes = _wishes(options)
        try:
            districts = _read_districts(options["lea_file"], options["leaid"])
            schools = _read_schools(options["school_file"], districts)
            self._tell_about_files(districts, schools, all_districts=options["all"])
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        report = Report(in_full=options["verbosity"] > 1)
        if options["dry_run"]:
            self.stdout.write(_("A dry run: nothing is written, this is what would be."))
        try:
            loader = RosterLoader(wishes=wishes, dry_run=options["dry_run"])
            if not options["all"]:
                _check_each(loader, districts.wanted)
            self._load(loader, report, districts=districts, schools=schools)
        except DatabaseError as error:
            raise CommandError(_why_the_database_refused(error)) from error
        self._tell_the_rest(report, districts, schools, all_districts=options["all"])
