"""Runs `load_nces` on small files made for one test."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from tests.schools.rosters.made_files import Row, district, district_file, school, school_file

Lines = list[Row] | Path


def load(
    folder: Path,
    *options: str,
    districts: Lines | None = None,
    schools: Lines | None = None,
) -> list[str]:
    """Load these lines, or these files; what the command says, line by line."""
    if not isinstance(districts, Path):
        districts = district_file(folder, *(districts or [district()]))
    if not isinstance(schools, Path):
        schools = school_file(folder, *(schools or [school()]))
    files = ("--lea-file", str(districts), "--school-file", str(schools))
    said = StringIO()
    call_command("load_nces", *files, *options, stdout=said)
    return said.getvalue().splitlines()


def counts(**counted: int) -> str:
    """The sentence with these figures; those not named are none."""
    names = ("created", "changed", "unchanged", "inactive", "left_out", "refused", "absent")
    figures = [counted.get(name, 0) for name in names]
    return (
        "Schools: {} created, {} changed, {} unchanged, {} made inactive, {} left out,"
        " {} refused, {} not in the file."
    ).format(*figures)
