"""The feed of changes: everything once, in order, for who may know of it, and for 90 days."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from assessments import comments, commitments
from assessments.models import Campaign, Cell, Cycle, Theme
from schools.api.times import settled_until
from schools.changes import _FEED_NOW, KEPT_FOR, Feed, Position, forget_old_changes
from schools.models import Change, District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell, save
from tests.factories import (
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    seat,
    submitted,
)
from tests.reading import Reader, problem, refused_parameters, signed_in, with_key
from tests.services_plugin import TEMPLATE

pytestmark = pytest.mark.django_db(transaction=True)

NCES = "010000500870"


def the_end(reader: Reader) -> str:
    """Where everything has been read."""
    *_, last = reader.pages("changes", limit=1000)
    cursor: str = last["cursor"]
    return cursor


def latest(reader: Reader) -> str:
    """Where to begin before a full copy: a minute earlier."""
    cursor: str = reader.get("changes", cursor="latest").json()["cursor"]
    return cursor


def told(reader: Reader, **query: Any) -> list[tuple[str, str]]:
    return [(row["resource"], row["operation"]) for row in reader.rows("changes", **query)]


def in_district(district: District, work: Callable[[], Any]) -> Any:
    with district_scope(district.pk):
        return work()


@contextmanager
def meanwhile(district: District, work: Callable[[], Any]) -> Iterator[None]:
    """Somebody else has done this, and commits when the block is left."""
    is_done: Future[None] = Future()
    may_commit = Event()

    def working() -> None:
        try:
            with district_scope(district.pk):
                work()
                is_done.set_result(None)
                may_commit.wait(20)
        except BaseException as error:
            is_done.set_exception(error)
            raise
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as someone:
        someone.submit(working)
        is_done.result(20)
        try:
            yield
        finally:
            may_commit.set()


def test_a_saved_word_is_a_change_of_its_cell_and_of_its_cycle(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    reader = with_key(district)
    since = the_end(reader)
    cell = read_cell(cycle, "team.beliefs")

    save(cell, alice, opportunities="We meet every week.")
    rows = reader.rows("changes", cursor=since)

    assert [(row["resource"], row["id"]) for row in rows] == [
        ("cells", str(cell.pk)),
        ("cycles", str(cycle.pk)),
    ]
    assert rows[0] == {
        "cursor": rows[0]["cursor"],
        "resource": "cells",
        "id": str(cell.pk),
        "operation": "updated",
        "school": str(cycle.school_id),
        "nces_schid": None,
        "cycle": str(cycle.pk),
        "school_year": cycle.school_year,
        "code": "team.beliefs",
        "number": None,
        "changed_at": rows[0]["changed_at"],
        "link": f"http://testserver{reader.base}cells/?id={cell.pk}",
    }


def test_a_link_leads_to_the_row_as_it_is_now(
    district: District, cycle: Cycle, alice: Membership
) -> None:
    reader = with_key(district)
    since = the_end(reader)

    save(read_cell(cycle), alice, opportunities="We meet every week.")
    link = reader.rows("changes", cursor=since)[0]["link"]

    (row,) = reader.get(link).json()["results"]
    assert row["opportunities"] == "We meet every week."


def test_each_resource_tells_of_its_rows(district: District, school: School) -> None:
    principal, specialist = seat(district, Role.PRINCIPAL, school), seat(district, Role.SPECIALIST)
    reader = with_key(district)
    since = the_end(reader)

    cycle = submitted(cycle_of(school, make_campaign(district)), principal)
    cell = read_cell(cycle)
    due_on = district.today() + timedelta(days=9)
    in_district(
        district, lambda: comments.write_comment(cycle, by=specialist, text="Well", code=cell.code)
    )
    in_district(
        district,
        lambda: commitments.make_commitment(
            cell, by=principal, what="Meet", who="All", due_on=due_on
        ),
    )
    in_district(
        district,
        lambda: Theme.objects.create(
            district=district,
            name="Time",
            school_year=2027,
            made_at=timezone.now(),
            updated_at=timezone.now(),
        ),
    )

    rows = reader.rows("changes", cursor=since, limit=7)
    created = {row["resource"]: row for row in rows if row["operation"] == "created"}
    keys = {
        name: (row["code"], row["number"], row["cycle"] == str(cycle.pk), row["school"] is None)
        for name, row in created.items()
        if name not in ("cells", "reflections")
    }
    assert keys == {
        "campaigns": ("", None, False, True),
        "cycles": ("", None, True, False),
        "submissions": ("", 1, True, False),
        "comments": (cell.code, None, True, False),
        "commitments": (cell.code, None, False, False),
        "themes": ("", None, False, True),
    }
    assert {row["school_year"] for row in rows if row["resource"] != "schools"} == {
        cycle.school_year,
        2027,
    }
    assert len({row["cursor"] for row in rows}) == len(rows)


def test_what_was_deleted_leaves_its_natural_keys(district: District) -> None:
    school = make_school(district, "Lincoln", nces_schid=NCES)
    cycle = cycle_of(school, make_campaign(district))
    reader = with_key(district)
    since = the_end(reader)

    def remove() -> None:
        Cycle.objects.filter(pk=cycle.pk).delete()
        School.objects.filter(pk=school.pk).delete()

    in_district(district, remove)
    rows = reader.rows("changes", cursor=since)

    assert {row["operation"] for row in rows} == {"deleted"}
    assert {row["nces_schid"] for row in rows} == {NCES}
    assert {row["link"] for row in rows} == {None}
    assert [row["code"] for row in rows if row["resource"] == "cells"].count("team.beliefs") == 1
    assert {row["school_year"] for row in rows if row["resource"] != "schools"} == {
        cycle.school_year
    }
    assert [row["resource"] for row in rows][-2:] == ["cycles", "schools"]


def test_a_change_of_many_rows_at_once_tells_of_each(
    district: District, campaign: Campaign
) -> None:
    reader = with_key(district)
    since = the_end(reader)

    in_district(
        district, lambda: Cell.objects.filter(context="team").update(opportunities="By hand")
    )

    assert told(reader, cursor=since) == [("cells", "updated")] * 3


def test_what_was_rolled_back_never_was(district: District) -> None:
    reader = with_key(district)
    since = the_end(reader)

    with district_scope(district.pk):
        School.objects.create(district=district, name="Nowhere")
        transaction.set_rollback(True)

    assert told(reader, cursor=since) == []


def test_what_is_committed_late_comes_after_what_was_shown(district: District) -> None:
    reader = with_key(district)
    since = the_end(reader)

    with meanwhile(district, lambda: School.objects.create(district=district, name="Slow")):
        make_school(district, "Fast")
        first = reader.get("changes", cursor=since).json()
    then = reader.rows("changes", cursor=first["cursor"])

    names = {str(pk): name for pk, name in in_district(district, _names)}
    assert first["results"] == []
    assert [names[row["id"]] for row in then] == ["Slow", "Fast"]


def _names() -> list[tuple[Any, str]]:
    return list(School.objects.values_list("pk", "name"))


def test_another_district_s_changes_are_not_told(
    district: District,
) -> None:
    elsewhere = make_district("Millbrook")
    reader = with_key(district)
    since = the_end(reader)

    make_school(elsewhere, "Theirs")
    make_school(district, "Ours")

    assert told(reader, cursor=since) == [("schools", "created")]


def test_a_deletion_overtakes_what_an_earlier_begun_transaction_did_after(
    district: District,
) -> None:
    """The one of the lower number deletes what the one of the higher number has changed."""
    passing, other = make_school(district, "Passing"), make_school(district, "Other")
    reader = with_key(district)
    since = the_end(reader)
    is_numbered, may_delete = Event(), Event()

    def first_to_begin() -> None:
        School.objects.filter(pk=other.pk).update(city="Riverbend")
        is_numbered.set()
        may_delete.wait(20)
        School.objects.filter(pk=passing.pk).delete()

    def work() -> None:
        try:
            in_district(district, first_to_begin)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as someone:
        working = someone.submit(work)
        is_numbered.wait(20)
        in_district(district, lambda: School.objects.filter(pk=passing.pk).update(city="Riverbend"))
        may_delete.set()
        working.result(20)
    rows = reader.rows("changes", cursor=since)

    assert [(row["id"], row["operation"]) for row in rows] == [
        (str(other.pk), "updated"),
        (str(passing.pk), "deleted"),
    ]


def test_any_cursor_can_be_read_on_from_again_and_again(district: District) -> None:
    for number in range(5):
        make_school(district, f"School {number}")
    reader = with_key(district)

    everything = reader.rows("changes", limit=2)

    assert len(everything) == 5
    assert everything == reader.rows("changes")
    for place, row in enumerate(everything, start=1):
        assert reader.rows("changes", cursor=row["cursor"]) == everything[place:]
    cursors = [row["cursor"] for row in everything]
    assert cursors == sorted(cursors)


def test_the_feed_links_to_its_next_page_and_keeps_its_filters(district: District) -> None:
    make_school(district), make_school(district)

    answer = with_key(district).get("changes", limit=1, resource="schools")

    page = answer.json()
    assert page["next"].endswith(f"?limit=1&resource=schools&cursor={page['cursor']}")
    assert answer.headers["Link"] == f'<{page["next"]}>; rel="next"'
    assert page["previous"] is None


def test_the_end_of_the_feed_moves_on_even_when_nothing_in_it_is_for_the_caller(
    district: District, campaign: Campaign
) -> None:
    reader = with_key(district, "roster:read")
    since = the_end(reader)

    make_campaign(district, district.this_school_year - 1)
    page = reader.get("changes", cursor=since).json()

    assert page["results"] == []
    assert page["cursor"] > since


@pytest.mark.parametrize(
    ("scopes", "resources"),
    [
        (["roster:read"], {"schools"}),
        (["cycles:read"], {"campaigns", "cycles", "cells", "reflections"}),
        (["dashboards:read"], set()),
    ],
)
def test_a_program_hears_of_what_its_scopes_may_read(
    district: District, campaign: Campaign, scopes: list[str], resources: set[str]
) -> None:
    reader = with_key(district, *scopes)

    assert {resource for resource, _ in told(reader)} == resources


@pytest.mark.parametrize(("scope", "resource"), [("roster:read", "cells"), ("", "")])
def test_who_may_read_nothing_of_it_is_refused(
    district: District, scope: str, resource: str
) -> None:
    reader = with_key(district, scope or "nothing:known")

    answer = reader.get("changes", **({"resource": resource} if resource else {}))

    assert problem(answer) == (403, "forbidden")


def test_a_school_s_people_hear_of_their_school_and_of_campaigns(
    district: District, school: School
) -> None:
    next_door = make_school(district, "Garfield")
    principal = seat(district, Role.PRINCIPAL, school)
    make_campaign(district)

    rows = signed_in(principal.user, district).rows("changes", limit=1000)

    schools = {row["school"] for row in rows if row["resource"] != "campaigns"}
    assert schools == {str(school.pk)} != {str(next_door.pk)}
    assert [row["operation"] for row in rows if row["resource"] == "campaigns"] == ["created"]


@pytest.mark.parametrize(
    "cursor",
    ["", "now", "1", "0" * 8, "g" * 8 + "-" + "0" * 16 + "-" + "0" * 16, "\0", "latest "],
)
def test_what_is_no_cursor_is_refused(district: District, cursor: str) -> None:
    answer = with_key(district).get("changes", cursor=cursor)

    assert refused_parameters(answer) == {"cursor": "invalid_parameter"}


def test_a_cursor_of_another_history_says_to_begin_anew(district: District) -> None:
    reader = with_key(district)
    cursor = the_end(reader)
    history, number, _ = cursor.split("-")
    of_another = f"{int(history, 16) ^ 1:08x}{cursor[8:]}"
    of_the_future = Position(history, int(number, 16) + 9_999, 0).written()

    answers = [reader.get("changes", cursor=each) for each in (of_another, of_the_future)]

    assert [problem(answer) for answer in answers] == [(410, "cursor_gone")] * 2
    assert "cursor=latest" in answers[0].json()["detail"]


def test_changes_are_kept_for_90_days_and_who_comes_later_is_told(district: District) -> None:
    for number in range(3):
        make_school(district, f"School {number}")
    reader = with_key(district)
    cursors = [row["cursor"] for row in reader.rows("changes")]
    end = the_end(reader)

    _forget_after(district, KEPT_FOR + timedelta(minutes=1))
    make_school(district, "New")

    answers = [reader.get("changes", cursor=cursor) for cursor in (*cursors, end)]
    assert [problem(answer) for answer in answers[:2]] == [(410, "cursor_gone")] * 2
    assert [len(answer.json()["results"]) for answer in answers[2:]] == [1, 1]
    assert told(reader) == [("schools", "created")]


def test_forgetting_twice_changes_nothing_and_forgets_nothing_young(district: District) -> None:
    make_school(district, "Old")
    reader = with_key(district)

    _forget_after(district, KEPT_FOR - timedelta(minutes=1))
    young = told(reader)
    for _ in range(2):
        _forget_after(district, KEPT_FOR + timedelta(minutes=1))

    assert young == [("schools", "created")]
    assert told(reader) == []
    assert in_district(district, lambda: Change.objects.filter(district=district).count()) == 1


def _forget_after(district: District, age: timedelta) -> None:
    in_district(district, lambda: forget_old_changes(district.pk, now=timezone.now() + age))


def test_latest_begins_before_what_lists_still_hold_back(district: District) -> None:
    """A full copy that is made from lists after it and the feed leave no gap between them."""
    reader = with_key(district)
    slow = make_school(district, "Slow")

    with meanwhile(district, lambda: School.objects.select_for_update().get(pk=slow.pk)):
        fresh = make_school(district, "Fresh")
        since = latest(reader)
        listed = {row["id"] for row in reader.rows("schools")}
    after = {row["id"] for row in reader.rows("changes", cursor=since)}

    assert str(fresh.pk) in listed | after


def test_lists_end_before_a_migration_s_transaction(district: District) -> None:
    """It is another role's, of which PostgreSQL says nothing to whoever may not ask."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as migration:
        row = migration.execute("SELECT pg_current_xact_id(), now()").fetchone()

        until = settled_until()

    assert row is not None
    assert until < row[1]


def test_transactions_of_other_databases_hold_nothing_back(district: District) -> None:
    make_school(district)
    url = _superuser_at("postgres")

    with psycopg.connect(url) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        make_school(district)
        rows = told(with_key(district))
        elsewhere.rollback()

    assert rows == [("schools", "created")] * 2


def _superuser_at(name: str) -> str:
    return f"{os.environ['DATABASE_SUPERUSER_URL'].rpartition('/')[0]}/{name}"


def test_a_page_costs_the_same_however_many_changes(district: District) -> None:
    feed = Feed.now()

    plan = in_district(district, lambda: _plan(feed, district))

    assert "changes_in_order" in plan


def _plan(feed: Feed, district: District) -> str:
    rows = feed.after(feed.beginning, Change.objects.filter(district=district))
    with connection.cursor() as cursor:
        # Of a few rows anything is quick: whether it can do without sorting is asked.
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
    return str(rows[:100].explain())


def test_rows_are_found_by_their_ids(district: District, cycle: Cycle) -> None:
    reader = with_key(district)
    ids = [row["id"] for row in reader.rows("cells")][:3]
    absent = str(district.pk)

    rows = reader.rows("cells", id=",".join([*ids, absent]))

    assert {row["id"] for row in rows} == set(ids)


@pytest.mark.parametrize("ids", ["", ",", "1", "\0", ",".join(["0" * 8] * 2)])
def test_what_is_no_list_of_ids_is_refused(district: District, ids: str) -> None:
    assert refused_parameters(with_key(district).get("cells", id=ids)) == {
        "id": "invalid_parameter"
    }


def test_no_more_than_fifty_ids_at_once(district: District) -> None:
    ids = [str(district.pk)] * 51
    reader = with_key(district)

    assert refused_parameters(reader.get("cells", id=",".join(ids))) == {"id": "invalid_parameter"}
    assert reader.rows("cells", id=",".join(ids[1:])) == []


def test_a_database_that_was_restored_has_a_history_of_its_own() -> None:
    here, elsewhere = (
        psycopg.connect(os.environ["DATABASE_URL"]),
        psycopg.connect(_superuser_at(TEMPLATE)),
    )

    with here, elsewhere:
        histories = [connection.execute(_FEED_NOW).fetchone() for connection in (here, elsewhere)]

    assert len({row[0] for row in histories if row}) == 2
