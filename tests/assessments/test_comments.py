"""What is said about a cycle: by whom, where, and who hears of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from assessments import comments, workflow
from assessments.models import Comment, Cycle, Notice
from schools.models import District, Membership, Role, School, Seat
from schools.tenancy import district_scope
from tests.assessments.writing import CELL
from tests.factories import (
    answer_everything,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _inside(district: District, cycle: Cycle) -> Iterator[None]:
    with district_scope(district.pk):
        yield


def told(said: Comment) -> set[str]:
    """Who has a notice of the comment."""
    notices = Notice.objects.filter(about_id=said.pk, key=f"comment/{said.pk}", kind="comment")
    return {notice.user.name for notice in notices}


def say(cycle: Cycle, by: Membership, text: str = "How so?", **where: object) -> Comment:
    """A comment on the first cell of the team, or elsewhere."""
    place = where if "thread" in where or "code" in where else {"code": CELL}
    return comments.write_comment(cycle, by=by, text=text, **place)  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["viewer", "reader", "next door", "stranger"])
def test_who_may_not_comment_says_and_settles_nothing(
    who: str, district: District, school: School, cycle: Cycle, alice: Membership
) -> None:
    elsewhere = make_district()
    other = {
        "viewer": lambda: seat(district, Role.VIEWER),
        "reader": lambda: seat(district, Role.VIEWER, school),
        "next door": lambda: seat(district, Role.PRINCIPAL, make_school(district)),
        "stranger": lambda: seat(elsewhere, Role.PRINCIPAL, make_school(elsewhere)),
    }[who]()
    thread = say(cycle, alice)

    for verb in (
        lambda: say(cycle, other),
        lambda: say(cycle, other, thread=thread),
        lambda: comments.resolve_comment(thread, by=other),
        lambda: comments.unresolve_comment(thread, by=other),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert Comment.objects.get().resolved_at is None


@pytest.mark.parametrize("code", ["", "team.beliefs", "balance"])
def test_a_comment_is_about_a_cell_a_question_or_the_whole(
    code: str, cycle: Cycle, bob: Membership
) -> None:
    assert say(cycle, bob, code=code).code == code


@pytest.mark.parametrize("code", ["team", "team.nothing", "moved on", "x" * 41])
def test_there_is_no_other_place(code: str, cycle: Cycle, bob: Membership) -> None:
    with pytest.raises(ValidationError) as error:
        say(cycle, bob, code=code)

    assert error.value.code == "place_unknown"


def test_a_reply_stands_where_its_thread_does(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    thread = say(cycle, sam)

    reply = comments.write_comment(cycle, by=alice, text="So.", code="balance", thread=thread)

    assert (reply.code, reply.thread) == (CELL, thread)


def test_a_thread_of_another_cycle_takes_no_reply_from_here(
    district: District, cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    other = make_school(district)
    past = make_campaign(district, district.this_school_year - 1)
    theirs = say(cycle_of(other, past), sam)

    with pytest.raises(ValidationError) as error:
        say(cycle, alice, thread=theirs)

    assert error.value.code == "place_unknown"


def test_a_reply_is_no_thread(cycle: Cycle, alice: Membership, sam: Membership) -> None:
    reply = say(cycle, alice, thread=say(cycle, sam))

    with pytest.raises(ValidationError):
        say(cycle, sam, thread=reply)
    with pytest.raises(ValidationError):
        comments.resolve_comment(reply, by=sam)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n", "text_missing"),
        ("x" * 5_001, "text_too_long"),
        ("\0", "control_characters"),
        ("\ud800", "control_characters"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    text: str, code: str, cycle: Cycle, alice: Membership
) -> None:
    with pytest.raises(ValidationError) as error:
        say(cycle, alice, text)

    assert [problem.code for problem in error.value.error_dict["text"]] == [code]
    assert not Comment.objects.exists()


def test_pressing_twice_says_it_once(cycle: Cycle, alice: Membership, bob: Membership) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first, second = say(cycle, alice), say(cycle, alice)
        others = [say(cycle, bob), say(cycle, alice, code="balance")]
        clock.shift(timedelta(minutes=2))
        later = say(cycle, alice)

    assert first.pk == second.pk
    assert len({first.pk, later.pk, *(other.pk for other in others)}) == 4


def test_whoever_may_comment_settles_a_thread_once(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    thread = say(cycle, sam)

    comments.resolve_comment(thread, by=alice)
    comments.resolve_comment(thread, by=sam)

    assert Comment.objects.get().resolved_by == alice.user
    assert not comments.unresolve_comment(thread, by=sam).is_resolved


def test_a_reply_takes_a_settled_thread_up_again(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    thread = comments.resolve_comment(say(cycle, sam), by=sam)

    say(cycle, alice, thread=thread)

    assert Comment.objects.get(thread=None).resolved_at is None


def test_a_submitted_cycle_is_commented_on(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    answer_everything(cycle, alice)
    cycle = workflow.submit_cycle(cycle, by=alice, quoting="never")

    assert say(cycle, sam).cycle == cycle


def test_the_district_s_word_reaches_the_principals_alone(
    district: District, school: School, cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    seat(district, Role.PRINCIPAL, school, user=make_user("Carla"))
    seat(district, Role.PRINCIPAL, make_school(district), user=make_user("Next door"))
    sam = seat(district, Role.SPECIALIST, user=make_user("Sam"))

    thread = say(cycle, sam)
    reply = say(cycle, sam, "More.", thread=thread)

    assert (told(thread), told(reply)) == ({"Alice", "Carla"}, {"Alice", "Carla"})


def test_the_school_s_own_new_thread_reaches_nobody(
    cycle: Cycle, alice: Membership, bob: Membership, sam: Membership
) -> None:
    assert told(say(cycle, bob)) == set()


def test_the_school_s_reply_reaches_those_who_took_part(
    cycle: Cycle, alice: Membership, bob: Membership, sam: Membership
) -> None:
    thread = say(cycle, sam)

    first = say(cycle, alice, "So.", thread=thread)
    second = say(cycle, bob, "And so.", thread=thread)

    assert (told(first), told(second)) == ({"Sam"}, {"Sam", "Alice"})


def test_who_has_no_place_there_any_more_hears_nothing(
    cycle: Cycle, alice: Membership, bob: Membership, sam: Membership
) -> None:
    thread = say(cycle, sam)
    say(cycle, bob, "So.", thread=thread)
    sam.delete()
    Seat.objects.filter(membership=bob).delete()

    assert told(say(cycle, alice, "Well.", thread=thread)) == set()


def test_a_principal_who_sits_elsewhere_now_hears_nothing(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    Seat.objects.filter(membership=alice).delete()

    assert told(say(cycle, sam)) == set()


def test_a_comment_says_what_its_author_is_here(
    cycle: Cycle, alice: Membership, bob: Membership, sam: Membership
) -> None:
    said = [say(cycle, who) for who in (alice, bob, sam)]
    bob.delete()

    comments.name_places(said, cycle.district_id)

    assert [comment.said_as for comment in said] == ["principal", "", "district"]
