"""Loads districts and their schools from the files that NCES gives out."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import DatabaseError
from django.utils.translation import gettext as _

from schools.models.district import known_time_zone
from schools.rosters.apply import RosterLoader
from schools.rosters.csv_table import UnreadableFile
from schools.rosters.nces import DistrictRecord
from schools.rosters.nces_cells import Status
from schools.rosters.nces_files import SchoolFile, read_district_file, read_school_file
from schools.rosters.plan import LONGEST_ADDRESS, Wishes
from schools.rosters.report import Report


class Command(BaseCommand):
    """Creates the districts and their schools, or brings them up to date.

    Both files are read to the end before anything is written; each district is written whole or
    not at all. A second run changes nothing. `--all` leaves out a new district that does not work
    now; one that is named by `--leaid` is loaded whatever its status.
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
            "--time-zone", default="", help="such as America/Chicago; by default the state's"
        )
        parser.add_argument("--slug", default="", help="the district's address; for one district")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, load, report; turn down what cannot be loaded in a sentence."""
        try:
            self._load_files(options)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except DatabaseError as error:
            raise CommandError(
                _(
                    "The database refused: %(why)s."
                    " The districts reported above are loaded whole, no other is touched."
                    " The same command can be run again."
                )
                % {"why": str(error).partition("\n")[0]}
            ) from error

    def _load_files(self, options: dict[str, Any]) -> None:
        loader = RosterLoader(wishes=_wishes(options), dry_run=options["dry_run"])
        districts = read_district_file(options["lea_file"], options["leaid"])
        wanted = {district.leaid for district in districts.districts}
        schools = read_school_file(options["school_file"], wanted)
        report = Report(in_full=options["verbosity"] > 1)
        if not options["all"]:
            for record in districts.districts:
                loader.plan(record)
        if options["dry_run"]:
            self._say([_("A dry run: nothing is written, this is what would be.")])
        self._say(report.unread(districts, schools))
        for record in districts.districts:
            self._say(_load(loader, report, record, schools=schools, named=not options["all"]))
        if options["all"]:
            self._say(report.of_other_districts(schools))
        self._say(report.totals())

    def _say(self, lines: Iterable[str]) -> None:
        """A name from a file may hold what would steer a terminal; it is shown, not sent."""
        for line in lines:
            self.stdout.write("".join(c if c.isprintable() else "�" for c in line))


def _wishes(options: dict[str, Any]) -> Wishes:
    time_zone, slug = options["time_zone"], options["slug"]
    if time_zone:
        known_time_zone(time_zone)
    if slug:
        validate_slug(slug)
        if len(slug) > LONGEST_ADDRESS or len(set(options["leaid"])) != 1:
            raise ValidationError(
                _(
                    "--slug is the address of one district, named by --leaid, and has at most"
                    " %(longest)d characters."
                ),
                params={"longest": LONGEST_ADDRESS},
            )
    return Wishes(time_zone=time_zone, slug=slug)


def _load(
    loader: RosterLoader,
    report: Report,
    record: DistrictRecord,
    *,
    schools: SchoolFile,
    named: bool,
) -> Iterator[str]:
    """Load one district and tell of it. One of many is passed over where it cannot be loaded."""
    refusals = schools.refusals.get(record.leaid, [])
    its_schools = schools.schools.get(record.leaid, [])
    lines = len(refusals) + len(its_schools)
    try:
        if not named and record.status is not Status.OPEN and loader.plan(record).is_new:
            return report.left_out(record, schools=lines)
        loaded = loader.load(record, its_schools, refusals=refusals)
    except ValidationError as error:
        if named:
            raise
        return report.refused(record, " ".join(error.messages), schools=lines)
    return report.loaded(record, loaded, refusals)
