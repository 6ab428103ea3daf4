"""`district_scope`: whose rows a transaction sees, and for how long."""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from schools.models import District, School
from schools.tenancy import district_scope
from tests.factories import make_district, make_school
from tests.racing import all_at_once

# Real transactions: one that is never committed keeps the district of the test before.
pytestmark = pytest.mark.django_db(transaction=True)


class Trouble(Exception):
    """Something went wrong inside."""


def names() -> list[str]:
    return list(School.objects.values_list("name", flat=True))


@pytest.fixture
def north() -> District:
    district = make_district("North")
    make_school(district, "Northside")
    return district


@pytest.fixture
def south() -> District:
    district = make_district("South")
    make_school(district, "Southside")
    return district


def test_a_scope_shows_the_schools_of_its_district_alone(north: District, south: District) -> None:
    with district_scope(north.pk):
        in_the_north = names()
    with district_scope(str(south.pk)):
        in_the_south = names()

    assert (in_the_north, in_the_south) == (["Northside"], ["Southside"])


def test_scopes_nest(north: District, south: District) -> None:
    with district_scope(north.pk):
        with district_scope(south.pk):
            with district_scope(north.pk):
                innermost = names()
            inner = names()
        outer = names()

    assert (innermost, inner, outer) == (["Northside"], ["Southside"], ["Northside"])


def test_the_outer_district_comes_back_after_an_exception(north: District, south: District) -> None:
    with district_scope(north.pk):
        with pytest.raises(Trouble), district_scope(south.pk):
            raise Trouble
        after = names()

    assert after == ["Northside"]


def test_the_outer_district_comes_back_after_the_database_refused(
    north: District, south: District
) -> None:
    with district_scope(north.pk):
        with pytest.raises(IntegrityError), district_scope(south.pk):
            School.objects.create(district=south, name="Misspelt", nces_schid="12")
        after = names()

    assert after == ["Northside"]


def test_the_outer_district_comes_back_after_a_released_savepoint(
    north: District, south: District
) -> None:
    with district_scope(north.pk):
        with transaction.atomic(), district_scope(south.pk):
            School.objects.create(district=south, name="Southgate")
        after = names()

    assert after == ["Northside"]


def test_the_outer_district_comes_back_when_the_inner_work_is_to_be_undone(
    north: District, south: District
) -> None:
    with district_scope(north.pk):
        with district_scope(south.pk):
            School.objects.create(district=south, name="Southgate")
            transaction.set_rollback(True)
        after = names()
    with district_scope(south.pk):
        undone = names()

    assert (after, undone) == (["Northside"], ["Southside"])


def test_nothing_is_remembered_after_the_end(north: District) -> None:
    with district_scope(north.pk):
        session = connection.connection.info.backend_pid

    with pytest.raises(ProgrammingError, match="no district is set"):
        names()

    assert connection.connection.info.backend_pid == session


def test_nothing_is_remembered_after_an_exception(north: District) -> None:
    with pytest.raises(Trouble), district_scope(north.pk):
        raise Trouble

    with pytest.raises(ProgrammingError, match="no district is set"):
        names()


def test_outside_a_scope_nothing_can_be_read_or_written(north: District) -> None:
    with pytest.raises(ProgrammingError, match="no district is set"):
        names()
    with pytest.raises(ProgrammingError, match="no district is set"):
        School.objects.create(district=north, name="Nowhere")
    with pytest.raises(ProgrammingError, match="no district is set"):
        School.objects.all().delete()


def test_an_exception_undoes_all_that_was_written_in_the_scope(north: District) -> None:
    with pytest.raises(Trouble), district_scope(north.pk):
        School.objects.create(district=north, name="Half done")
        raise Trouble

    with district_scope(north.pk):
        assert names() == ["Northside"]


def test_a_scope_is_one_transaction(north: District) -> None:
    with district_scope(north.pk):
        inside = connection.in_atomic_block

    assert (inside, connection.in_atomic_block) == (True, False)


def test_a_district_that_does_not_exist_has_no_schools(north: District) -> None:
    unsaved = District(name="Nowhere")

    with district_scope(unsaved.pk):
        assert names() == []


def test_what_is_no_id_at_all_lets_nobody_in(north: District) -> None:
    with pytest.raises(DatabaseError), district_scope("' OR true --"):
        names()


def test_two_connections_stay_in_their_own_districts(north: District, south: District) -> None:
    def look_often(district: District) -> set[str]:
        seen = set()
        for _ in range(50):
            with district_scope(district.pk):
                seen.update(names())
        return seen

    seen = all_at_once(lambda: look_often(north), lambda: look_often(south))

    assert seen == [{"Northside"}, {"Southside"}]
