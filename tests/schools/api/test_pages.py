"""Pages: every row once, however many changed at one moment, and none is ever skipped."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from django.core.signing import Signer
from django.db import connection
from django.utils import timezone

from schools.api.pages import Position, as_rows, read_page
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, seat
from tests.reading import problem, refused_parameters, with_key

pytestmark = pytest.mark.django_db(transaction=True)

AT_NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


def import_schools(district: District, number: int, *, at: datetime = AT_NOON) -> None:
    """As a roster does: many at once, all with the same last change."""
    with district_scope(district.pk):
        rows = [School(district=district, name=f"School {n}") for n in range(number)]
        School.objects.bulk_create(rows)
        School.objects.filter(pk__in=[row.pk for row in rows]).update(updated_at=at)


def changed(district: District, name: str, at: datetime) -> School:
    school = make_school(district, name)
    with district_scope(district.pk):
        School.objects.filter(pk=school.pk).update(updated_at=at)
    return school


def rename(school: School, meanwhile: Callable[[], object] = lambda: None) -> None:
    school.name = f"{school.name}, renamed"
    with district_scope(school.district_id):
        school.save()
        meanwhile()


def changed_by_clock(school: School, at: datetime) -> None:
    """As a web server does whose clock shows that time."""
    with district_scope(school.district_id):
        School.objects.filter(pk=school.pk).update(updated_at=at)


@contextmanager
def renamed_but_not_committed(school: School) -> Iterator[None]:
    """Somebody else has renamed the school, and commits when the block is left."""
    is_renamed, may_commit = Event(), Event()

    def work() -> None:
        try:
            rename(school, lambda: (is_renamed.set(), may_commit.wait(20)))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as someone:
        working = someone.submit(work)
        assert is_renamed.wait(20)
        try:
            yield
        finally:
            may_commit.set()
            working.result(20)


def test_2500_schools_of_one_import_are_each_read_once(district: District) -> None:
    import_schools(district, 2_500)

    pages = list(with_key(district).pages("schools", limit=100))

    ids = [row["id"] for page in pages for row in page["results"]]
    assert (len(pages), len(ids), len(set(ids))) == (25, 2_500, 2_500)


def test_rows_come_in_the_order_of_their_last_change(district: District) -> None:
    changed(district, "Second", AT_NOON)
    changed(district, "Third", AT_NOON + timedelta(microseconds=1))
    changed(district, "First", AT_NOON - timedelta(microseconds=1))

    rows = with_key(district).rows("schools", limit=1)

    assert [row["name"] for row in rows] == ["First", "Second", "Third"]


def test_a_page_has_a_hundred_rows_unless_another_number_is_asked_for(district: District) -> None:
    import_schools(district, 101)

    pages = list(with_key(district).pages("schools"))

    assert [len(page["results"]) for page in pages] == [100, 1]


def test_the_last_page_may_be_just_full(district: District) -> None:
    import_schools(district, 4)

    pages = list(with_key(district).pages("schools", limit=2))

    assert [len(page["results"]) for page in pages] == [2, 2]


def test_a_district_without_schools_has_one_empty_page(district: District) -> None:
    answer = with_key(district).get("schools")

    assert answer.json() == {"next": None, "previous": None, "results": []}
    assert "Link" not in answer.headers


def test_previous_leads_back_over_the_same_pages(district: District) -> None:
    import_schools(district, 5)
    reader = with_key(district)
    forth = list(reader.pages("schools", limit=2))

    back = [forth[-1]]
    while back[-1]["previous"]:
        back.append(reader.get(back[-1]["previous"]).json())

    assert [page["results"] for page in reversed(back)] == [page["results"] for page in forth]
    assert reader.get(back[-1]["next"]).json()["results"] == forth[1]["results"]


def test_links_are_whole_addresses_that_keep_every_filter(district: District) -> None:
    import_schools(district, 3)

    answer = with_key(district).get(
        "schools", limit=1, is_active="true", updated_after="2026-10-05T14:00:00+02:00"
    )

    begins = f"http://testserver/api/v1/districts/{district.slug}/schools/"
    kept = "?limit=1&is_active=true&updated_after=2026-10-05T14%3A00%3A00%2B02%3A00&cursor="
    assert answer.json()["next"].startswith(begins + kept)
    assert answer.headers["Link"] == f'<{answer.json()["next"]}>; rel="next"'


def test_the_link_header_leads_both_ways(district: District) -> None:
    import_schools(district, 3)
    reader = with_key(district)

    answer = reader.get(reader.get("schools", limit=1).json()["next"])

    page = answer.json()
    assert answer.headers["Link"] == (
        f'<{page["next"]}>; rel="next", <{page["previous"]}>; rel="prev"'
    )


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "abc", "", "1.5", "٣", "9" * 5_000])
def test_a_limit_that_no_page_can_have_is_refused(district: District, limit: str) -> None:
    answer = with_key(district).get("schools", limit=limit)

    assert refused_parameters(answer) == {"limit": "invalid_parameter"}


def test_a_cursor_that_somebody_changed_is_refused(district: District) -> None:
    import_schools(district, 3)
    reader = with_key(district)
    position, _, signature = (
        reader.get("schools", limit=1).json()["next"].partition("cursor=")[2].partition("~")
    )
    made_up = Signer(key="another", salt="schools.api.pages", sep="~").sign_object(["", "", False])

    cursors = [f"{position[:-1]}A~{signature}", f"{position}~", position, "", "~", "é", made_up]
    answers = [reader.get("schools", cursor=cursor) for cursor in cursors]

    assert [problem(answer) for answer in answers] == [(400, "invalid_parameters")] * len(cursors)


def test_a_cursor_leads_into_no_other_district(district: District) -> None:
    import_schools(district, 3)
    elsewhere = make_district("Millbrook")
    import_schools(elsewhere, 1)
    cursor = with_key(district).get("schools", limit=1).json()["next"].partition("cursor=")[2]

    with district_scope(elsewhere.pk):
        theirs = {str(pk) for pk in School.objects.values_list("pk", flat=True)}
    rows = with_key(elsewhere).rows("schools", cursor=cursor)

    assert {row["id"] for row in rows} <= theirs


@pytest.mark.parametrize(
    "moment",
    [
        *("2026-10-05T12:00:00Z", "2026-10-05T12:00:00.000000Z", "2026-10-05t12:00:00z"),
        *("2026-10-05T12:00:00", "2026-10-05 12:00", "2026-10-05T12:00"),
        *("2026-10-05T14:00:00+02:00", "2026-10-05T07:00:00-0500"),
        "2026-10-05T14:00:00 02:00",  # a plus sign that nobody escaped
        "2026-10-05T12:00:00.0000009Z",
    ],
)
def test_reading_on_from_a_moment_includes_it(district: District, moment: str) -> None:
    changed(district, "Before", AT_NOON - timedelta(microseconds=1))
    changed(district, "Then", AT_NOON)

    rows = with_key(district).rows("schools", updated_after=moment)

    assert [row["name"] for row in rows] == ["Then"]


def test_a_date_alone_is_its_midnight(district: District) -> None:
    changed(district, "Then", AT_NOON)
    reader = with_key(district)

    found = [len(reader.rows("schools", updated_after=day)) for day in ("2026-10-05", "2026-10-06")]

    assert found == [1, 0]


@pytest.mark.parametrize(
    "moment",
    [
        *("", "yesterday", "2026-13-01", "2026-10-05T25:00:00Z", "1759665600", "2026-W41-1"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-10-05T12:00:00+99:00"),
        *("2026-10-05T12:00:00Z\0", "٢٠٢٦-10-05"),
    ],
)
def test_what_is_no_moment_is_refused(district: District, moment: str) -> None:
    answer = with_key(district).get("schools", updated_after=moment)

    assert refused_parameters(answer) == {"updated_after": "invalid_parameter"}


def test_a_change_that_is_committed_late_is_not_skipped(district: District) -> None:
    changed(district, "Early", AT_NOON)
    slow, fast = make_school(district, "Slow"), make_school(district, "Fast")
    reader = with_key(district)
    since = timezone.now().isoformat()

    with renamed_but_not_committed(slow):
        rename(fast)
        meanwhile = reader.rows("schools", updated_after=since)
    afterwards = reader.rows("schools", updated_after=since)

    # Had "Fast" been shown, a reader who goes on from there would never see "Slow".
    assert [row["name"] for row in meanwhile] == []
    assert [row["name"] for row in afterwards] == ["Slow, renamed", "Fast, renamed"]


def test_what_settled_before_is_shown_while_somebody_writes(district: District) -> None:
    make_school(district, "Early")
    slow = make_school(district, "Slow")

    with renamed_but_not_committed(slow):
        rows = with_key(district).rows("schools")

    assert [row["name"] for row in rows] == ["Early", "Slow"]


@pytest.mark.parametrize("off", [timedelta(seconds=-30), timedelta(minutes=3)])
def test_a_server_whose_clock_is_wrong_hides_no_change(district: District, off: timedelta) -> None:
    first, second = make_school(district, "First"), make_school(district, "Second")
    reader = with_key(district)

    changed_by_clock(first, timezone.now() + off)
    seen = reader.rows("schools")[-1]
    changed_by_clock(second, timezone.now() + off)
    changed_by_clock(first, timezone.now())
    then = reader.rows("schools", updated_after=seen["updated_at"])

    assert [seen["name"], *(row["name"] for row in then)] == ["First", "Second", "First"]


def test_a_clock_that_was_set_back_hides_no_change(district: District) -> None:
    """The database's own: what it wrote before lies in the future of what it writes now."""
    early, late = make_school(district, "Early"), make_school(district, "Late")
    ahead = timezone.now() + timedelta(seconds=1)
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"]) as connection:
        connection.execute("SET LOCAL session_replication_role = 'replica'")
        connection.execute(
            "UPDATE schools_school SET updated_at = %s WHERE id = %s", [ahead, early.pk]
        )

    changed_by_clock(late, timezone.now())

    with district_scope(district.pk):
        assert School.objects.get(pk=late.pk).updated_at == ahead


def test_a_transaction_that_has_written_holds_lists_back_however_long_it_lasts(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schools.api.times._LONGEST_TRANSACTION", 0)
    slow, fast = make_school(district, "Slow"), make_school(district, "Fast")
    reader = with_key(district)
    since = timezone.now().isoformat()

    with renamed_but_not_committed(slow):
        rename(fast)
        meanwhile = reader.rows("schools", updated_after=since)

    assert meanwhile == []
    assert len(reader.rows("schools", updated_after=since)) == 2


def test_who_idled_for_long_before_they_wrote_comes_after_what_was_shown(
    district: District, second_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schools.api.times._LONGEST_TRANSACTION", 0)
    slow, fast = make_school(district, "Slow"), make_school(district, "Fast")
    reader = with_key(district)
    second_connection.execute("SELECT set_config('app.district_id', %s, true)", [str(district.pk)])
    long_ago = timezone.now()

    rename(fast)
    seen = reader.rows("schools")[-1]
    second_connection.execute(
        "UPDATE schools_school SET updated_at = %s WHERE id = %s", [long_ago, slow.pk]
    )
    second_connection.commit()
    then = reader.rows("schools", updated_after=seen["updated_at"])

    assert seen["name"] == "Fast, renamed"
    assert {row["name"] for row in then} == {"Fast, renamed", "Slow"}


@pytest.mark.parametrize("upwards", [False, True])
def test_a_deep_page_costs_what_the_first_one_does(
    district: District, upwards: bool, owner_connection: psycopg.Connection
) -> None:
    import_schools(district, 5_000)
    specialist = seat(district, Role.SPECIALIST)
    # What earlier tests left in the planner's books would say that the table is small.
    owner_connection.execute("ANALYZE schools_school")
    with district_scope(district.pk):
        deep = as_rows(_schools(specialist).order_by("id"), {"id": "id"})[2_500]["id"]
        position = Position(AT_NOON.isoformat(), deep, upwards)

        first, there = (_rows_looked_at(specialist, query) for query in ({}, {"cursor": position}))

    assert (first, there) == (101, 101)


def _schools(who: Membership) -> Any:
    return School.objects.visible_to(who)


def _rows_looked_at(who: Membership, query: dict[str, Any]) -> int:
    """How many rows of the table the page's statement read to find its own."""
    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read_page(_schools(who), query, fields={"id": "id", "updated_at": "updated_at"})
    sql, params = statements[-1]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return _scanned(plan)


def _scanned(plan: dict[str, Any]) -> int:
    own = plan.get("Actual Rows", 0) + plan.get("Rows Removed by Filter", 0)
    below = [_scanned(child) for child in plan.get("Plans", [])]
    return max([int(own), *below])
