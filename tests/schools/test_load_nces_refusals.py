"""What `load_nces` turns down: with a sentence, without a trace in the database."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection

from schools.models import District
from tests.factories import make_district
from tests.schools.rosters.loading import Lines, load
from tests.schools.rosters.made_files import district, district_file

pytestmark = pytest.mark.django_db(transaction=True)


def why_not(folder: Path, *options: str, **files: Lines) -> str:
    """Why the command refuses, having written nothing."""
    before = District.objects.count()

    with pytest.raises(CommandError) as refused:
        load(folder, *options, **files)

    assert District.objects.count() == before
    return str(refused.value)


def test_a_file_that_is_not_there_stops_everything(tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"

    assert why_not(tmp_path, "--all", schools=missing) == f"There is no file {missing}."


def test_a_file_of_another_kind_stops_everything(tmp_path: Path) -> None:
    districts = district_file(tmp_path, district())

    assert why_not(tmp_path, "--all", districts=districts, schools=districts) == (
        f"{districts} has other columns than expected. Missing: NCES School ID, School Name,"
        " Low Grade, High Grade. Found in line 1: NCES District ID, State District ID,"
        " District Name, County Name*, City, State, Students*, Schools, Type, Status."
    )


def test_an_id_that_is_not_in_the_file_stops_everything(tmp_path: Path) -> None:
    assert why_not(tmp_path, "--leaid", "1200390", "--leaid", "1200391") == (
        f"District 1200391 is not in {tmp_path}/ccd_lea.csv."
    )


def test_an_id_without_its_leading_zero_is_put_right_in_words(tmp_path: Path) -> None:
    why = why_not(tmp_path, "--leaid", "100005", districts=[district("0100005")])

    assert why == (
        f"District 100005 is not in {tmp_path}/ccd_lea.csv, but 0100005 is: the ids of NCES have"
        " seven digits, leading zeros included."
    )


def test_a_named_district_whose_line_is_refused_stops_everything(tmp_path: Path) -> None:
    assert why_not(tmp_path, "--leaid", "1200390", districts=[district(name="†")]) == (
        f"Line 2 of {tmp_path}/ccd_lea.csv, district 1200390, cannot be read: it has no name."
    )


def test_a_named_district_that_cannot_be_loaded_stops_the_others_too(tmp_path: Path) -> None:
    why = why_not(
        tmp_path,
        *("--leaid", "1200390", "--leaid", "9900001"),
        districts=[district(), district("9900001", "NOWHERE")],
    )

    assert why == ("No time zone is known for districts whose id begins with 99; name one.")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            ("--all", "--time-zone", "Miami"),
            "Miami is not a time zone. Write it like America/Chicago.",
        ),
        (
            ("--all", "--slug", "dade"),
            "--slug is the address of one district, named by --leaid,"
            " and has at most 80 characters.",
        ),
        (
            ("--leaid", "1200390", "--slug", "a" * 81),
            "--slug is the address of one district, named by --leaid,"
            " and has at most 80 characters.",
        ),
        (
            ("--leaid", "1200390", "--slug", "Miami Dade"),
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        ((), "Error: one of the arguments --leaid --all is required"),
        (
            ("--all", "--leaid", "1200390"),
            "Error: argument --leaid: not allowed with argument --all",
        ),
    ],
)
def test_a_wish_that_makes_no_sense_stops_everything(
    tmp_path: Path, options: tuple[str, ...], why: str
) -> None:
    assert why_not(tmp_path, *options) == why


def test_an_address_that_another_district_has_stops_everything(tmp_path: Path) -> None:
    make_district(slug="dade")

    assert why_not(tmp_path, "--leaid", "1200390", "--slug", "dade") == (
        "Another district has the address dade."
    )


@pytest.fixture
def short_patience() -> Iterator[None]:
    """The command's session waits for a lock no longer than a blink."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
        yield
        cursor.execute("RESET lock_timeout")


@pytest.mark.usefixtures("short_patience")
def test_a_database_that_refuses_is_told_in_a_sentence(
    tmp_path: Path, second_connection: psycopg.Connection
) -> None:
    make_district(nces_leaid="1200390")
    second_connection.execute("SELECT FROM schools_district FOR UPDATE")

    assert why_not(tmp_path, "--leaid", "1200390") == (
        "The database refused: canceling statement due to lock timeout."
        " The districts reported above are loaded whole, no other is touched."
        " The same command can be run again."
    )
