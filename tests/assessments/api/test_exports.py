"""Whole tables over the API: handed over at once, or made by a worker and fetched."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone

from assessments.models import Campaign, Cycle, Export
from assessments.reports.exports.columns import COLUMNS, SCHEMA_VERSION
from assessments.tasks import run_errand
from schools.api_clients import Wish, add_credential, revoke_credential
from schools.models import ApiClient, District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.taking import book_in, table_in, taken
from tests.factories import cycle_of, make_campaign, make_district, seat, submitted
from tests.reading import Reader, problem, refused_fields, refused_parameters, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def done(cycle: Cycle, alice: Membership) -> Cycle:
    """A cycle that is handed in."""
    return submitted(cycle, alice)


def rows_at_once(reader: Reader, name: str, /, **query: Any) -> Any:
    return reader.get(f"{reader.base}exports/{name}", **query)


def body(answer: Any) -> bytes:
    return b"".join(answer)


def ask(reader: Reader, **wish: Any) -> Any:
    return post(reader, {"kind": "cells", "file_format": "csv", **wish})


def post(reader: Reader, sent: Any) -> Any:
    return reader.client.post(f"{reader.base}exports/", sent, content_type="application/json")


def make(district: District, asked: HttpResponse) -> None:
    """What the worker does when it is sent."""
    run_errand(str(district.pk), asked.json()["id"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_what_is_handed_over_is_what_a_person_takes_along(
    district: District, done: Cycle, sam: Membership, kind: str
) -> None:
    answer = rows_at_once(with_key(district), f"{kind}.csv", school_year=done.school_year)

    assert body(answer) == taken(sam, kind, school_year=done.school_year)


def test_a_file_says_how_long_it_is_and_how_many_rows_it_has(
    district: District, done: Cycle
) -> None:
    answer = rows_at_once(with_key(district), "cells.csv")

    content = body(answer)
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Ninefold-Rows"] == str(len(rows)) == "9"
    assert answer.headers["Ninefold-Schema-Version"] == str(SCHEMA_VERSION)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_each_format_has_the_same_rows(district: District, done: Cycle) -> None:
    reader = with_key(district)
    year = done.school_year

    lines = body(rows_at_once(reader, "cells.ndjson", school_year=year)).splitlines()
    table = table_in(body(rows_at_once(reader, "cells.parquet", school_year=year)))
    book = book_in(body(rows_at_once(reader, "cells.xlsx", school_year=year)))

    assert len([json.loads(line) for line in lines]) == table.num_rows == 9
    assert len(list(book["rows"].rows)) == 10


def test_without_a_year_all_years_are_meant(
    district: District, school: School, done: Cycle, alice: Membership
) -> None:
    submitted(cycle_of(school, make_campaign(district, done.school_year - 1)), alice)
    reader = with_key(district)

    def years(**query: Any) -> set[int]:
        lines = body(rows_at_once(reader, "cells.ndjson", **query)).splitlines()
        return {json.loads(line)["school_year"] for line in lines}

    assert years() == {done.school_year - 1, done.school_year}
    assert years(school_year=done.school_year) == {done.school_year}


def test_a_workbook_of_all_years_is_left_to_a_worker(district: District, done: Cycle) -> None:
    answer = rows_at_once(with_key(district), "cells.xlsx")

    assert problem(answer) == (400, "too_much_at_once")


def test_a_year_without_a_campaign_has_nothing_to_take_along(
    district: District, done: Cycle
) -> None:
    answer = rows_at_once(with_key(district), "cells.csv", school_year=2001)

    assert problem(answer) == (400, "no_campaign")


@pytest.mark.parametrize(
    "name",
    ["cells.pdf", "workbook.xlsx", "notes.csv", "board_report.pdf", "cells.CSV", "themes.csv"],
)
def test_what_is_no_table_is_not_there(district: District, done: Cycle, name: str) -> None:
    assert problem(rows_at_once(with_key(district), name)) == (404, "not_found")


def test_an_unknown_parameter_is_refused(district: District, done: Cycle) -> None:
    answer = rows_at_once(with_key(district), "cells.csv", year=2027)

    assert refused_parameters(answer) == {"year": "unknown_parameter"}


def test_whatever_is_accepted_the_address_says_what_comes(district: District, done: Cycle) -> None:
    answer = with_key(district).get(
        f"/api/v1/districts/{district.slug}/exports/cells.csv", headers={"Accept": "text/csv"}
    )

    assert (answer.status_code, len(body(answer).splitlines())) == (200, 10)


def test_another_district_s_rows_are_in_no_file(district: District, done: Cycle) -> None:
    elsewhere = make_district("Millbrook")
    make_campaign(elsewhere)

    assert body(rows_at_once(with_key(elsewhere), "cells.ndjson")) == b""
    assert problem(rows_at_once(with_key(elsewhere, at=district), "cells.csv"))[0] == 404


@pytest.mark.parametrize("scope", ["roster:read", "dashboards:read"])
def test_words_are_for_a_token_that_reads_words(
    district: District, done: Cycle, scope: str
) -> None:
    reader = with_key(district, scope)

    answers = [rows_at_once(reader, "cells.csv"), ask(reader), reader.get("exports")]

    assert [problem(answer) for answer in answers] == [(403, "forbidden")] * 3


def test_a_school_s_people_take_nothing_along(
    district: District, done: Cycle, alice: Membership
) -> None:
    reader = signed_in(alice.user, district)

    answers = [rows_at_once(reader, "cells.csv"), ask(reader), reader.get("exports")]

    assert [problem(answer) for answer in answers] == [(403, "forbidden")] * 3


def test_a_program_asks_for_a_file_and_fetches_it(district: District, done: Cycle) -> None:
    reader = with_key(district)

    asked = ask(reader, school_year=done.school_year, file_format="ndjson")
    waiting = reader.get(asked.headers["Location"]).json()
    make(district, asked)
    ready = reader.get(asked.headers["Location"]).json()
    fetched = reader.get(ready["file"])

    assert asked.status_code == 201
    assert waiting == asked.json()
    assert (waiting["state"], waiting["file"], waiting["expires_at"]) == ("waiting", None, None)
    assert (ready["state"], ready["done"], ready["total"]) == ("done", 9, 9)
    content = body(fetched)
    assert (len(content), len(content.splitlines())) == (ready["size"], 9)
    assert fetched.headers["Content-Length"] == str(ready["size"])
    assert reader.rows("exports") == [ready]


def test_a_program_asks_for_what_people_read(district: District, done: Cycle) -> None:
    reader = with_key(district)

    asked = ask(reader, kind="workbook", file_format="xlsx", school_year=done.school_year)
    make(district, asked)

    ready = reader.get(asked.headers["Location"]).json()
    assert ready["state"] == "done"
    assert len(book_in(body(reader.get(ready["file"]))).sheetnames) > 1


def test_what_one_asked_for_is_nobody_else_s(
    district: District, done: Cycle, sam: Membership
) -> None:
    reader = with_key(district)
    asked = ask(reader)
    make(district, asked)
    others = [with_key(district), signed_in(sam.user, district), with_key(make_district())]

    for other in others:
        assert other.rows("exports") == []
        for address in (f"exports/{asked.json()['id']}", f"exports/{asked.json()['id']}/file"):
            assert problem(other.get(address)) == (404, "not_found")


def test_the_same_wish_while_the_first_waits_is_the_first(
    district: District, campaign: Campaign
) -> None:
    reader = with_key(district)

    assert ask(reader).json() == ask(reader).json()
    assert len(reader.rows("exports")) == 1


def test_a_program_that_was_taken_away_gets_nothing(district: District, done: Cycle) -> None:
    asked = ask(with_key(district))
    ApiClient.objects.filter(district=district).delete()

    make(district, asked)

    with district_scope(district.pk):
        export = Export.objects.get(pk=asked.json()["id"])
    assert (export.state, export.file.name) == ("failed", "")


def test_a_program_that_may_no_longer_read_words_gets_nothing(
    district: District, done: Cycle
) -> None:
    asked = ask(with_key(district))
    api_client = ApiClient.objects.get(district=district)
    admin = seat(district, Role.DISTRICT_ADMIN)
    words = api_client.credentials.get()
    with district_scope(district.pk):
        add_credential(api_client, by=admin, wish=Wish("key", ["roster:read"], days=30))
        revoke_credential(words, by=admin)

    make(district, asked)

    with district_scope(district.pk):
        assert Export.objects.get(pk=asked.json()["id"]).state == "failed"


def test_after_a_week_there_is_no_file(district: District, done: Cycle) -> None:
    reader = with_key(district)
    asked = ask(reader)
    make(district, asked)
    address = reader.get(asked.headers["Location"]).json()["file"]

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        later = with_key(district)
        gone = signed_in(seat(district, Role.SPECIALIST).user, district)
        assert problem(gone.get(address)) == (404, "not_found")
        assert later.rows("exports") == []


def test_a_person_finds_on_the_api_what_they_asked_for_on_the_page(
    district: District, done: Cycle, sam: Membership
) -> None:
    content = taken(sam)
    reader = signed_in(sam.user, district)

    (row,) = reader.rows("exports", state="done")

    assert body(reader.get(row["file"])) == content


@pytest.mark.parametrize(
    ("wish", "refused"),
    [
        ({"kind": 7}, {"/kind": "invalid_choice"}),
        ({"kind": None}, {"/kind": "null"}),
        ({"school_year": "2027"}, {"/school_year": "invalid"}),
        ({"school_year": True}, {"/school_year": "invalid"}),
        ({"school_year": 1e300}, {"/school_year": "invalid"}),
        ({"school_year": 10**30}, {"/school_year": "invalid"}),
        ({"format": "csv", "a/b": 1}, {"/format": "unknown_field", "/a~1b": "unknown_field"}),
    ],
)
def test_a_wish_that_is_not_understood_is_refused_by_field(
    district: District, campaign: Campaign, wish: dict[str, Any], refused: dict[str, str]
) -> None:
    assert refused_fields(ask(with_key(district), **wish)) == refused


@pytest.mark.parametrize("sent", [[], "cells", 7, None])
def test_a_wish_that_is_no_object_is_refused(
    district: District, campaign: Campaign, sent: Any
) -> None:
    assert problem(post(with_key(district), json.dumps(sent)))[0] == 422


def test_a_wish_without_a_kind_says_what_is_missing(district: District) -> None:
    assert refused_fields(post(with_key(district), {})) == {
        "/kind": "required",
        "/file_format": "required",
    }


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"kind": "rankings"}, "invalid_choice"),
        ({"file_format": "pdf"}, "unknown_format"),
        ({"kind": "workbook", "file_format": "xlsx"}, "one_year_only"),
        ({"school_year": 2001}, "no_campaign"),
        ({"kind": "cells\0"}, "invalid_choice"),
    ],
)
def test_a_file_that_there_is_not_is_refused(
    district: District, campaign: Campaign, wish: dict[str, Any], code: str
) -> None:
    make_campaign(district, campaign.school_year - 1)

    assert problem(ask(with_key(district), **wish)) == (422, code)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_an_export_is_asked_for_and_not_changed(
    district: District, campaign: Campaign, method: str
) -> None:
    reader = with_key(district)

    answer = getattr(reader.client, method)(f"{reader.base}exports/")

    assert problem(answer) == (405, "method_not_allowed")


def test_a_file_is_read_in_a_handful_of_statements(
    district: District, done: Cycle, django_assert_num_queries: Any
) -> None:
    reader = with_key(district)

    # Token, client, BEGIN, scope, SAVEPOINT, the years, the audit, RELEASE, COMMIT; COPY is none
    # of Django's.
    with django_assert_num_queries(9):
        body(rows_at_once(reader, "cells.csv"))
