"""One click brings two schools together: who may, when it can be, and who hears of it once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessments import workflow
from assessments.instrument import CellCode, ContentArea, Context
from assessments.introductions import introduce
from assessments.models import Campaign, Introduction, Notice
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import CELL, read_cell, save
from tests.factories import answer_everything, cycle_of, make_school, make_user, seat
from tests.racing import all_at_once, in_scope

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = CellCode(Context.TEAM, ContentArea.BELIEFS)


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST, user=make_user("Sam"))


@pytest.fixture
def burr(district: District) -> School:
    """The school that has an example."""
    return make_school(district, "Burr")


@pytest.fixture
def bert(district: District, burr: School) -> Membership:
    """Its principal."""
    return seat(district, Role.PRINCIPAL, burr, user=make_user("Bert"))


@pytest.fixture
def pair(
    burr: School, school: School, campaign: Campaign, alice: Membership, bert: Membership
) -> tuple[School, School]:
    """Lincoln looks for an example, Burr has one; both have handed in."""
    for room, by, offer in ((school, alice, "seeking"), (burr, bert, "offering")):
        say(room, campaign, by, offer)
    return school, burr


def say(school: School, campaign: Campaign, by: Membership, offer: str) -> None:
    cycle = cycle_of(school, campaign)
    answer_everything(cycle, by)
    save(read_cell(cycle, CELL), by, offer=offer)
    with district_scope(cycle.district_id):
        workflow.submit_cycle(cycle, by=by, quoting="never")


def bring_together(pair: tuple[School, School], by: Membership, year: int) -> Introduction:
    with district_scope(by.district_id):
        return introduce(*pair, by=by, school_year=year, place=PLACE)


def told(campaign: Campaign) -> list[str]:
    notices = Notice.objects.filter(district=campaign.district_id, kind="introduced")
    return sorted(notices.values_list("user__name", flat=True))


def test_both_principals_hear_of_it_once(
    pair: tuple[School, School], campaign: Campaign, specialist: Membership
) -> None:
    first = bring_together(pair, specialist, campaign.school_year)
    again = bring_together(pair, specialist, campaign.school_year)

    assert (first.pk == again.pk, told(campaign)) == (True, ["Alice", "Bert"])
    assert (first.code, first.made_by) == (CELL, specialist.user)


def test_two_clicks_at_once_are_one(
    pair: tuple[School, School], campaign: Campaign, specialist: Membership
) -> None:
    def click() -> Introduction:
        return introduce(*pair, by=specialist, school_year=campaign.school_year, place=PLACE)

    made = all_at_once(*[in_scope(campaign.district_id, click)] * 2)

    assert (made[0].pk == made[1].pk, told(campaign)) == (True, ["Alice", "Bert"])


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.VIEWER])
def test_it_is_for_the_district_s_own_people(
    pair: tuple[School, School], campaign: Campaign, district: District, role: Role
) -> None:
    schools = pair if role == Role.PRINCIPAL else ()
    by = seat(district, role, *schools)

    with pytest.raises(PermissionDenied):
        bring_together(pair, by, campaign.school_year)


def test_the_other_way_round_there_is_nothing_to_show(
    pair: tuple[School, School], campaign: Campaign, specialist: Membership
) -> None:
    looking, showing = pair

    with pytest.raises(ValidationError) as refused:
        bring_together((showing, looking), specialist, campaign.school_year)
    with pytest.raises(ValidationError):
        bring_together((looking, looking), specialist, campaign.school_year)

    assert (refused.value.code, told(campaign)) == ("offer_changed", [])


def test_a_school_that_took_its_cycle_back_is_not_passed_on(
    pair: tuple[School, School], campaign: Campaign, specialist: Membership, bert: Membership
) -> None:
    with district_scope(campaign.district_id):
        workflow.reopen_cycle(cycle_of(pair[1], campaign), by=bert, reason="Not so sure")

    with pytest.raises(ValidationError):
        bring_together(pair, specialist, campaign.school_year)
