"""The mail of an introduction: both schools, the cell, the go-between; no word, no address."""

from typing import Any

import pytest

from assessments import workflow
from assessments.instrument import CellCode, ContentArea, Context
from assessments.introductions import introduce
from assessments.models import Campaign, Notice
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.notifications.telling import at, send
from tests.assessments.writing import CELL, read_cell, save
from tests.factories import answer_everything, cycle_of, make_school, make_user, seat
from tests.mail_server import MailServer, words_of

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = CellCode(Context.TEAM, ContentArea.BELIEFS)


@pytest.fixture
def dana(district: District) -> Membership:
    """The district's specialist."""
    return seat(district, Role.SPECIALIST, user=make_user("Dana"))


@pytest.fixture
def burr(district: District) -> School:
    return make_school(district, "Burr")


@pytest.fixture
def bert(district: District, burr: School) -> Membership:
    """The principal of Burr."""
    return seat(district, Role.PRINCIPAL, burr, user=make_user("Bert"))


@pytest.fixture
def introduced(
    clock: Any,
    server: MailServer,
    burr: School,
    school: School,
    campaign: Campaign,
    alice: Membership,
    bert: Membership,
    dana: Membership,
) -> MailServer:
    """Lincoln looks for what Burr has, and Dana has pressed the button."""
    for room, by, offer in ((school, alice, "seeking"), (burr, bert, "offering")):
        cycle = cycle_of(room, campaign)
        answer_everything(cycle, by)
        save(read_cell(cycle, CELL), by, opportunities=f"Secret of {room}", offer=offer)
        with district_scope(campaign.district_id):
            workflow.submit_cycle(cycle, by=by, quoting="never")
    with district_scope(campaign.district_id):
        introduce(school, burr, by=dana, school_year=campaign.school_year, place=PLACE)
    return server


def test_both_principals_get_the_names_and_no_word_of_either(
    introduced: MailServer, clock: Any, alice: Membership, bert: Membership
) -> None:
    clock.move_to(at(1, hour=10))
    send()

    mails = introduced.mails
    said = [words_of(mail) for mail in mails]
    assert {mail["To"] for mail in mails} == {alice.user.email, bert.user.email}
    assert all("Lincoln" in words and "Burr" in words and "Dana" in words for words in said)
    assert all("Team learning, Beliefs" in words for words in said)
    assert not any("Secret of" in words for words in said)
    assert not any(
        person.user.email in words
        for mail, words in zip(mails, said, strict=True)
        for person in (alice, bert)
        if person.user.email != mail["To"]
    )


def test_each_is_led_to_the_cell_of_their_own_school(
    introduced: MailServer,
    clock: Any,
    campaign: Campaign,
    school: School,
    burr: School,
    alice: Membership,
    bert: Membership,
) -> None:
    own = {
        by.user.email: f"/cycles/{cycle_of(room, campaign).pk}/"
        for by, room in ((alice, school), (bert, burr))
    }

    clock.move_to(at(1, hour=10))
    send()

    led = {
        mail["To"]: [to for to, way in own.items() if way in words_of(mail)]
        for mail in introduced.mails
    }
    assert led == {email: [email] for email in own}


def test_it_is_of_no_use_to_who_is_principal_no_longer(
    introduced: MailServer, clock: Any, bert: Membership
) -> None:
    Membership.objects.filter(pk=bert.pk).update(role=Role.TEAM_MEMBER)

    clock.move_to(at(1, hour=10))
    send()

    assert len(introduced.mails) == 1
    assert Notice.objects.get(user=bert.user).dropped


@pytest.mark.parametrize(
    ("comments", "reminders", "mails"), [(True, False, 2), (False, True, 2), (False, False, 1)]
)
def test_who_wants_no_mail_at_all_gets_none(
    introduced: MailServer,
    clock: Any,
    alice: Membership,
    comments: bool,
    reminders: bool,
    mails: int,
) -> None:
    alice.user.gets_comments_by_mail, alice.user.gets_reminders_by_mail = comments, reminders
    alice.user.save()

    clock.move_to(at(1, hour=10))
    send()

    assert len(introduced.mails) == mails
