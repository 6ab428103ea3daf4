"""A district's schools, as a program reads them."""

from typing import Any

import pytest

from schools.models import District, Role, SchoolLevel
from tests.factories import make_district, make_school, seat
from tests.reading import problem, refused_parameters, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


def test_a_school_is_read_whole_and_its_ids_are_texts(district: District) -> None:
    lincoln = make_school(
        district,
        "Lincoln",
        nces_schid="010000500870",
        level=SchoolLevel.ELEMENTARY,
        low_grade="KG",
        high_grade="05",
        students=431,
        city="Riverbend",
        group="North",
    )

    rows = with_key(district).rows("schools")

    assert rows == [
        {
            "id": str(lincoln.pk),
            "nces_schid": "010000500870",
            "name": "Lincoln",
            "level": "elementary",
            "low_grade": "KG",
            "high_grade": "05",
            "students": 431,
            "city": "Riverbend",
            "group": "North",
            "is_active": True,
            "created_at": lincoln.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "updated_at": lincoln.updated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
    ]


def test_one_school_by_its_id(district: District) -> None:
    lincoln = make_school(district, "Lincoln")
    reader = with_key(district)

    answer = reader.get(f"schools/{lincoln.pk}")

    assert [answer.json()] == reader.rows("schools")


def test_a_school_of_another_district_is_as_absent_as_one_that_never_was(
    district: District,
) -> None:
    theirs = make_school(make_district("Millbrook"), "Lincoln")
    reader = with_key(district)

    answers = [reader.get(f"schools/{school_id}") for school_id in (theirs.pk, district.pk)]

    assert [problem(answer) for answer in answers] == [(404, "not_found")] * 2
    assert answers[0].content == answers[1].content


def test_a_principal_cannot_read_the_school_next_door(district: District) -> None:
    lincoln, garfield = make_school(district, "Lincoln"), make_school(district, "Garfield")
    reader = signed_in(seat(district, Role.PRINCIPAL, lincoln).user, district)

    assert reader.get(f"schools/{lincoln.pk}").status_code == 200
    assert problem(reader.get(f"schools/{garfield.pk}")) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Lincoln", "Garfield", "Central"}),
        ({"level": "high"}, {"Central"}),
        ({"is_active": "true"}, {"Lincoln", "Central"}),
        ({"is_active": "false"}, {"Garfield"}),
        ({"nces_schid": "010000500870"}, {"Lincoln"}),
        ({"nces_schid": "999999999999"}, set()),
        ({"level": "high", "is_active": "false"}, set()),
    ],
)
def test_filters_narrow_the_list(district: District, query: Any, names: set[str]) -> None:
    make_school(district, "Lincoln", nces_schid="010000500870")
    make_school(district, "Garfield", is_active=False)
    make_school(district, "Central", level=SchoolLevel.HIGH)

    rows = with_key(district).rows("schools", **query)

    assert {row["name"] for row in rows} == names


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ({"levle": "high"}, {"levle": "unknown_parameter"}),
        ({"format": "xml"}, {"format": "unknown_parameter"}),
        ({"level": "High"}, {"level": "invalid_parameter"}),
        ({"is_active": "1"}, {"is_active": "invalid_parameter"}),
        ({"nces_schid": "10000500870"}, {"nces_schid": "invalid_parameter"}),
        ({"level": ["high", "high"]}, {"level": "repeated_parameter"}),
        (
            {"level": "\0", "nces_schid": "\0", "limit": "\0", "cursor": "\0", "\0": "\0"},
            {
                "level": "invalid_parameter",
                "nces_schid": "invalid_parameter",
                "limit": "invalid_parameter",
                "cursor": "invalid_parameter",
                "\0": "unknown_parameter",
            },
        ),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    district: District, query: Any, reasons: dict[str, str]
) -> None:
    answer = with_key(district).get("schools", **query)

    assert refused_parameters(answer) == reasons


def test_a_refusal_says_what_would_be_understood(district: District) -> None:
    answer = with_key(district).get("schools", levle="high")

    assert answer.json()["errors"][0]["detail"] == (
        "This parameter is not known here. "
        "Known are: cursor, id, is_active, level, limit, nces_schid, updated_after."
    )


def test_one_school_takes_no_parameters(district: District) -> None:
    lincoln = make_school(district)

    answer = with_key(district).get(f"schools/{lincoln.pk}", level="high")

    assert refused_parameters(answer) == {"level": "unknown_parameter"}
