"""Cells and reflections, as a program writes in them: nothing is lost, nothing is half done."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import psycopg
import pytest
from django.db import connection

from assessments.models import Cycle, Revision
from schools.models import ApiClient, District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import CELL, read_cell, read_reflection, save
from tests.factories import (
    answer_everything,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    seat,
    submitted,
)
from tests.reading import problem, refused_fields, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)


def address_of(cycle: Cycle, code: str = CELL) -> str:
    return f"cells/{read_cell(cycle, code).pk}"


def history(cycle: Cycle, code: str = CELL) -> list[Any]:
    with district_scope(cycle.district_id):
        rows = Revision.objects.filter(cycle=cycle, code=code).order_by("edited_at")
        return list(rows.values_list("content__opportunities", "was_refused", "edited_by__name"))


def elsewhere() -> str:
    """The id of a cell of another district."""
    district = make_district("Elsewhere")
    cycle = cycle_of(make_school(district), make_campaign(district))
    return str(read_cell(cycle).pk)


def test_a_program_writes_in_a_cell_under_its_own_name(district: District, cycle: Cycle) -> None:
    writer = with_key(district)
    name = ApiClient.objects.get(district=district).name

    answer = writer.change(address_of(cycle), {"opportunities": "Monthly circles", "reach": "most"})

    assert answer.status_code == 200, answer.content
    assert (answer.json()["opportunities"], answer.json()["reach"]) == ("Monthly circles", "most")
    assert answer.json()["version"] == 1
    assert history(cycle) == [("Monthly circles", False, name)]


def test_the_answer_to_a_write_is_what_a_read_says(district: District, cycle: Cycle) -> None:
    writer = with_key(district)

    answer = writer.change(address_of(cycle), {"opportunities": "Monthly circles"})
    read = writer.get(address_of(cycle))

    assert (read.json(), read.headers["ETag"]) == (answer.json(), answer.headers["ETag"])


def test_what_is_left_out_stays(district: District, cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle), alice, opportunities="Circles", opportunity_level=3, reach="most")

    answer = with_key(district).change(address_of(cycle), {"improvements": "More of it"})

    row = answer.json()
    said = (row["opportunities"], row["improvements"], row["opportunity_level"], row["reach"])
    assert said == ("Circles", "More of it", 3, "most")


def test_null_takes_a_choice_back(district: District, cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle), alice, opportunity_level=3, reach="most")

    answer = with_key(district).change(
        address_of(cycle), {"opportunity_level": None, "reach": None}
    )

    assert (answer.json()["opportunity_level"], answer.json()["reach"]) == (None, None)


def test_a_reflection_is_written_with_its_choices(district: District, cycle: Cycle) -> None:
    reflection = read_reflection(cycle, "balance")
    said = {"text": "Teams.", "answer": {"most_effort": "team", "most_in_need": "individual"}}

    answer = with_key(district).change(f"reflections/{reflection.pk}", said)

    assert answer.status_code == 200, answer.content
    assert {name: answer.json()[name] for name in said} == said
    assert answer.json()["is_answered"] is True


def test_who_does_not_say_what_they_change_changes_nothing(
    district: District, cycle: Cycle
) -> None:
    answer = with_key(district).send("PATCH", address_of(cycle), {"opportunities": "Anew"})

    assert problem(answer) == (428, "if_match_missing")
    assert read_cell(cycle).opportunities == ""


def test_a_stale_write_overwrites_nothing_and_its_words_are_kept(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    writer = with_key(district)
    held = writer.get(address_of(cycle)).headers["ETag"]
    save(read_cell(cycle), alice, opportunities="Hers")

    answer = writer.send("PATCH", address_of(cycle), {"opportunities": "Ours"}, held=held)

    assert problem(answer) == (412, "edit_conflict")
    assert answer.json()["current"] == writer.get(address_of(cycle)).json()
    assert read_cell(cycle).opportunities == "Hers"
    assert [(words, refused) for words, refused, _ in history(cycle)] == [
        ("Hers", False),
        ("Ours", True),
    ]


def test_a_stale_write_of_what_stands_there_is_no_conflict(
    district: District, cycle: Cycle
) -> None:
    writer = with_key(district)
    held = writer.get(address_of(cycle)).headers["ETag"]
    writer.send("PATCH", address_of(cycle), {"opportunities": "Ours"}, held=held)

    again = writer.send("PATCH", address_of(cycle), {"opportunities": "Ours"}, held=held)

    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_a_version_that_compression_weakened_is_held(district: District, cycle: Cycle) -> None:
    writer = with_key(district)
    held = writer.get(address_of(cycle), headers={"Accept-Encoding": "gzip"}).headers["ETag"]

    answer = writer.send("PATCH", address_of(cycle), {"opportunities": "Ours"}, held=held)

    assert (held.startswith("W/"), answer.status_code) == (True, 200)


def test_a_star_writes_onto_whatever_stands_there(district: District, cycle: Cycle) -> None:
    answer = with_key(district).send("PATCH", address_of(cycle), {"opportunities": "A"}, held="*")

    assert answer.json()["opportunities"] == "A"


def test_words_for_a_submitted_cycle_change_nothing_and_are_kept(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)

    answer = with_key(district).change(address_of(cycle), {"opportunities": "Too late"})

    assert problem(answer) == (409, "cycle_submitted")
    assert read_cell(cycle).opportunities != "Too late"
    assert ("Too late", True) in [(words, refused) for words, refused, _ in history(cycle)]


def test_a_cell_of_another_district_is_as_absent_as_none(district: District, cycle: Cycle) -> None:
    writer = with_key(district)
    sent = {"opportunities": "Ours"}

    foreign = writer.send("PATCH", f"cells/{elsewhere()}", sent, held="*")
    absent = writer.send("PATCH", f"cells/{cycle.pk}", sent, held="*")

    assert problem(foreign) == (404, "not_found")
    assert foreign.content == absent.content


def test_reading_is_no_leave_to_write(district: District, cycle: Cycle) -> None:
    answer = with_key(district, "cycles:read").send("PATCH", address_of(cycle), {}, held="*")

    assert problem(answer) == (403, "forbidden")


def test_people_write_with_their_own_rights(
    district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    next_door = seat(district, Role.PRINCIPAL, make_school(district))
    writers = {
        "principal": signed_in(alice.user, district),
        "specialist": signed_in(seat(district, Role.SPECIALIST).user, district),
        "viewer": signed_in(seat(district, Role.VIEWER, school).user, district),
        "next door": signed_in(next_door.user, district),
    }
    sent = {"opportunities": "Ours"}

    statuses = {
        name: writer.send("PATCH", address_of(cycle), sent, held="*").status_code
        for name, writer in writers.items()
    }

    assert statuses == {"principal": 200, "specialist": 403, "viewer": 403, "next door": 404}


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({"opportunity": "x"}, {"/opportunity": "unknown_field"}),
        ({"opportunities": None}, {"/opportunities": "null"}),
        ({"opportunities": 3}, {"/opportunities": "invalid"}),
        ({"opportunities": ["x"]}, {"/opportunities": "invalid"}),
        ({"opportunities": "x\u0000"}, {"/opportunities": "null_characters_not_allowed"}),
        ({"opportunities": "x\u0007"}, {"/opportunities": "control_characters"}),
        ({"opportunities": "x" * 20_001}, {"/opportunities": "text_too_long"}),
        ({"opportunity_level": "3"}, {"/opportunity_level": "invalid_choice"}),
        ({"opportunity_level": True}, {"/opportunity_level": "invalid_choice"}),
        ({"opportunity_level": 3.0}, {"/opportunity_level": "invalid_choice"}),
        ({"opportunity_level": 5}, {"/opportunity_level": "invalid_choice"}),
        ({"reach": ""}, {"/reach": "invalid_choice"}),
        ({"reach": {}, "x/y": 1}, {"/reach": "invalid_choice", "/x~1y": "unknown_field"}),
        ({"disposition": "done"}, {"/disposition": "nothing_promised"}),
        ([], {"": "invalid"}),
        ("words", {"": "invalid"}),
        (None, {"": "null"}),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(
    district: District, cycle: Cycle, sent: Any, refused: dict[str, str]
) -> None:
    body = b"null" if sent is None else sent

    answer = with_key(district).send("PATCH", address_of(cycle), body, held="*")

    assert refused_fields(answer) == refused
    assert read_cell(cycle).version == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "malformed_request")),
        (b'{"opportunities": NaN}', (400, "malformed_request")),
        (b'{"opportunities": "a", "opportunities": "b"}', (400, "named_twice")),
        (b'{"opportunities": ' + b"9" * 5_000 + b"}", (400, "malformed_request")),
        (b'{"opportunities": "\xff"}', (400, "malformed_request")),
        (b'{"opportunities": "\\ud800"}', (400, "malformed_request")),
        (b"[" * 10_000 + b"]" * 10_000, (400, "too_deep")),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, (400, "too_deep")),
        (b'"' + rb"\"" * 1_000_000, (400, "malformed_request")),
        (b'{"opportunities": "' + b"x" * 3_000_000 + b'"}', (413, "too_large")),
    ],
)
def test_what_cannot_be_read_is_refused(
    district: District, cycle: Cycle, body: bytes, expected: tuple[int, str]
) -> None:
    answer = with_key(district).send("PATCH", address_of(cycle), body, held="*")

    assert problem(answer) == expected


def test_a_body_without_a_length_is_not_taken_for_an_empty_one(
    district: District, cycle: Cycle
) -> None:
    writer = with_key(district)
    address = f"{writer.base}{address_of(cycle)}/"
    headers = {"If-Match": "*", "Transfer-Encoding": "chunked"}

    answer = writer.client.generic("PATCH", address, "", headers=headers)

    assert problem(answer) == (411, "length_required")


def test_of_many_unknown_fields_some_are_named(district: District, cycle: Cycle) -> None:
    sent = {f"field{number}": 1 for number in range(10_000)}

    answer = with_key(district).send("PATCH", address_of(cycle), sent, held="*")

    assert len(refused_fields(answer)) == 50


def test_brackets_in_words_are_not_levels(district: District, cycle: Cycle) -> None:
    words = "[" * 100 + '"' + "\\" + "{" * 100

    answer = with_key(district).change(address_of(cycle), {"opportunities": words})

    assert answer.json()["opportunities"] == words


def test_another_content_type_is_refused(district: District, cycle: Cycle) -> None:
    writer = with_key(district)

    answer = writer.client.patch(
        f"{writer.base}{address_of(cycle)}/",
        "opportunities=x",
        content_type="application/x-www-form-urlencoded",
        headers={"If-Match": "*"},
    )

    assert problem(answer) == (415, "unsupported_media_type")


def test_a_compressed_body_is_refused(district: District, cycle: Cycle) -> None:
    writer = with_key(district)

    answer = writer.client.patch(
        f"{writer.base}{address_of(cycle)}/",
        gzip.compress(b"{}"),
        content_type="application/json",
        headers={"If-Match": "*", "Content-Encoding": "gzip"},
    )

    assert problem(answer) == (415, "unsupported_media_type")


def test_a_cycle_is_submitted_as_it_was_read(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    answer_everything(cycle, alice)
    writer, address = with_key(district), f"cycles/{cycle.pk}/submission"
    held = writer.get(address).headers["ETag"]
    save(read_cell(cycle), alice, opportunities="One word more")

    stale = writer.send("PUT", address, {"quoting": "named"}, held=held)
    fresh = writer.change(address, {"quoting": "named"}, method="PUT")
    again = writer.change(address, {"quoting": "named"}, method="PUT")

    assert problem(stale) == (412, "edit_conflict")
    assert (fresh.status_code, fresh.json()["status"]) == (200, "submitted")
    assert again.json() == fresh.json()
    assert len(writer.rows("submissions")) == 1


def test_no_word_slips_in_while_a_cycle_is_submitted(
    district: District, cycle: Cycle, alice: Membership, second_connection: psycopg.Connection
) -> None:
    answer_everything(cycle, alice)
    writer, address = with_key(district), f"cycles/{cycle.pk}/submission"
    held = writer.get(address).headers["ETag"]

    def submit() -> Any:
        try:
            return writer.send("PUT", address, {"quoting": "named"}, held=held)
        finally:
            connection.close()

    here = {"district": str(district.pk), "cycle": cycle.pk}
    second_connection.execute("SELECT set_config('app.district_id', %(district)s, true)", here)
    second_connection.execute(
        "SELECT 1 FROM assessments_cycle WHERE id = %(cycle)s FOR UPDATE", here
    )
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(submit)
        _wait_until_somebody_waits()
        second_connection.execute(
            "UPDATE assessments_cycle SET updated_at = now() WHERE id = %(cycle)s", here
        )
        second_connection.commit()

    assert problem(answer.result()) == (412, "edit_conflict")
    assert writer.rows("submissions") == []


def _wait_until_somebody_waits() -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        sleep(0.1)
    raise AssertionError("nobody waits")


def test_whether_words_may_be_quoted_is_said_anew(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)

    answer = with_key(district).change(
        f"cycles/{cycle.pk}/submission", {"quoting": "named"}, method="PUT"
    )

    assert (answer.status_code, answer.json()["quoting"]) == (200, "named")
    assert answer.json()["status"] == "submitted"


def test_what_a_submission_lacks_is_said(district: District, cycle: Cycle) -> None:
    writer, address = with_key(district), f"cycles/{cycle.pk}/submission"

    answer = writer.change(address, {"quoting": "named"}, method="PUT")

    assert problem(answer) == (409, "answers_missing")
    missing = answer.json()["errors"][0]["missing"]
    assert missing == writer.get(address).json()["missing"]
    assert (len(missing), missing[0]) == (14, "individual.beliefs")


def test_who_says_not_whether_words_may_be_quoted_submits_nothing(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    answer_everything(cycle, alice)

    answer = with_key(district).change(f"cycles/{cycle.pk}/submission", {}, method="PUT")

    assert refused_fields(answer) == {"/quoting": "required"}


def test_a_submitted_cycle_is_reopened_with_a_reason(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)
    writer, address = with_key(district), f"cycles/{cycle.pk}/reopenings"

    silent = writer.send("POST", address, {"reason": " "})
    answer = writer.send("POST", address, {"reason": "The district asks"})

    assert refused_fields(silent) == {"/reason": "reason_missing"}
    assert (answer.status_code, answer.json()["status"]) == (201, "in_progress")
    assert answer.headers["Location"].endswith(f"cycles/{cycle.pk}/submission/")
    assert len(writer.rows("submissions")) == 1


def test_a_team_member_does_not_submit(
    district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    answer_everything(cycle, alice)
    member = signed_in(seat(district, Role.TEAM_MEMBER, school).user, district)

    answer = member.send("PUT", f"cycles/{cycle.pk}/submission", {"quoting": "named"}, held="*")

    assert problem(answer) == (403, "forbidden")


def test_words_that_were_cleaned_are_known_when_they_come_again(
    district: District, cycle: Cycle
) -> None:
    writer, address = with_key(district), address_of(cycle)
    held = writer.get(address).headers["ETag"]
    sent = {"opportunities": " We meet\r\nweekly, cafe\u0301. "}

    answers = [writer.send("PATCH", address, sent, held=held) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json()["version"] == 1


def test_the_version_of_a_row_is_the_same_in_every_language(
    district: District, cycle: Cycle
) -> None:
    reader, address = with_key(district), address_of(cycle)

    tags = {reader.get(address, {"Accept-Language": each}).headers["ETag"] for each in ("en", "es")}

    assert len(tags) == 1


@pytest.mark.parametrize("held", ["abc", '"open', "W/"])
def test_an_if_match_that_is_no_version_is_told_so(
    district: District, cycle: Cycle, held: str
) -> None:
    answer = with_key(district).send("PATCH", address_of(cycle), {}, held=held)

    assert problem(answer) == (400, "if_match_invalid")
