"""What somebody has read is theirs, and can be taken back."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessments.models import Cycle, Reading
from assessments.readings import mark_read, mark_unread
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.factories import make_user, seat, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST, user=make_user("Sam"))


def numbers(who: Membership) -> list[int]:
    with district_scope(who.district_id):
        return sorted(Reading.objects.visible_to(who).values_list("number", flat=True))


def test_reading_twice_is_reading_once(
    cycle: Cycle, alice: Membership, specialist: Membership
) -> None:
    submitted(cycle, alice)

    with district_scope(cycle.district_id):
        mark_read(cycle, by=specialist, number=1)
        first = Reading.objects.get().read_at
        mark_read(cycle, by=specialist, number=1)
        again = Reading.objects.get().read_at

    assert (numbers(specialist), again > first) == ([1], True)


def test_what_is_put_back_is_as_if_it_had_not_been_read(
    cycle: Cycle, alice: Membership, specialist: Membership
) -> None:
    submitted(cycle, alice)

    with district_scope(cycle.district_id):
        mark_read(cycle, by=specialist, number=1)
        mark_unread(cycle, by=specialist, number=1)

    assert numbers(specialist) == []


def test_nobody_sees_what_another_has_read(
    cycle: Cycle, alice: Membership, specialist: Membership, district: District
) -> None:
    submitted(cycle, alice)
    colleague = seat(district, Role.SPECIALIST, user=make_user("Kim"))

    with district_scope(cycle.district_id):
        mark_read(cycle, by=specialist, number=1)

    assert (numbers(colleague), numbers(alice)) == ([], [])


def test_what_was_never_handed_in_cannot_be_read(
    cycle: Cycle, alice: Membership, specialist: Membership
) -> None:
    submitted(cycle, alice)

    with district_scope(cycle.district_id), pytest.raises(ValidationError) as refused:
        mark_read(cycle, by=specialist, number=2)

    assert refused.value.code == "submission_unknown"


@pytest.mark.parametrize("verb", [mark_read, mark_unread])
def test_a_school_s_people_have_no_queue(cycle: Cycle, alice: Membership, verb: Any) -> None:
    with district_scope(cycle.district_id), pytest.raises(PermissionDenied):
        verb(cycle, by=alice, number=1)
