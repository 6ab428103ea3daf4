"""The file of districts and the file of schools together: what of them is asked for."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from schools.rosters.csv_table import encoding_of
from schools.rosters.nces import (
    DistrictRecord,
    Refusal,
    SchoolRecord,
    read_districts,
    read_schools,
)
from schools.rosters.nces_cells import LEAID_DIGITS


@dataclass(slots=True)
class DistrictFile:
    """The districts that are asked for, in the file's order, and the lines that were refused."""

    path: Path
    encoding: str
    districts: list[DistrictRecord] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def regained_zeros(self) -> int:
        """How many of the districts' ids had lost their leading zero."""
        return sum(district.regained_zero for district in self.districts)


@dataclass(slots=True)
class SchoolFile:
    """The schools of those districts, by district; likewise the lines that were refused.

    A refused line whose district cannot be made out stands under an empty id.
    """

    path: Path
    encoding: str
    schools: dict[str, list[SchoolRecord]] = field(default_factory=lambda: defaultdict(list))
    refusals: dict[str, list[Refusal]] = field(default_factory=lambda: defaultdict(list))
    of_other_districts: Counter[str] = field(default_factory=Counter)

    @property
    def regained_zeros(self) -> int:
        """How many of the schools' ids had lost their leading zero."""
        return sum(school.regained_zero for each in self.schools.values() for school in each)


def read_district_file(path: Path, leaids: Sequence[str] = ()) -> DistrictFile:
    """The districts with those ids; without ids all of them.

    Raises:
        UnreadableFile: the file is not a list of districts.
        ValidationError: one of the ids is not in the file.
    """
    found = DistrictFile(path, encoding_of(path))
    for record in read_districts(path):
        if isinstance(record, Refusal):
            found.refusals.append(record)
        else:
            found.districts.append(record)
    if leaids:
        _check_all_there(found, leaids)
        found.districts = [each for each in found.districts if each.leaid in leaids]
        found.refusals = []
    return found


def read_school_file(path: Path, leaids: Collection[str]) -> SchoolFile:
    """The schools of the districts with those ids.

    Raises:
        UnreadableFile: the file is not a list of schools.
    """
    found = SchoolFile(path, encoding_of(path))
    for record in read_schools(path):
        if record.leaid and record.leaid not in leaids:
            found.of_other_districts[record.leaid] += 1
        elif isinstance(record, Refusal):
            found.refusals[record.leaid].append(record)
        else:
            found.schools[record.leaid].append(record)
    return found


def _check_all_there(found: DistrictFile, leaids: Sequence[str]) -> None:
    there = {district.leaid for district in found.districts}
    why_not = {
        refusal.leaid: _("Line %(line)d of %(file)s, district %(leaid)s, cannot be read: %(why)s.")
        % {
            "line": refusal.line,
            "file": found.path,
            "leaid": refusal.leaid,
            "why": refusal.reason,
        }
        for refusal in found.refusals
    }
    missing = [leaid for leaid in dict.fromkeys(leaids) if leaid not in there]
    if missing:
        raise ValidationError(
            [why_not.get(leaid) or _not_there(leaid, there, found.path) for leaid in missing]
        )


def _not_there(leaid: str, there: Collection[str], path: Path) -> str:
    facts = {"leaid": leaid, "file": path, "whole": leaid.zfill(LEAID_DIGITS)}
    if facts["whole"] in there:
        return (
            _(
                "District %(leaid)s is not in %(file)s, but %(whole)s is: the ids of NCES have"
                " seven digits, leading zeros included."
            )
            % facts
        )
    return _("District %(leaid)s is not in %(file)s.") % facts
