"""The control: our own people get through everywhere, and read our words and no others.

So that the nets around a district cannot pass on a typo.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.recent import RECENT
from schools.models import Role
from tests.architecture.bodies import bodies
from tests.architecture.callers import Answer, Caller, signed_in, with_key
from tests.architecture.keeping import kept, put_back
from tests.architecture.methods import methods_of
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side

ROUTES: Final = district_routes()
# What these name, a school's people may not know of.
OF_THE_WHOLE_DISTRICT: Final = {"theme_id", "webhook_id", "provider_id"}
# What these name says the district's word, and no school's.
OF_NO_SCHOOL: Final = {"api_client_id", "webhook_id", "provider_id"}
# Figures alone; keys alone; places in texts; how far a file is; an NCES id.
WITHOUT_WORDS: Final = {
    *("api-changes", "api-dashboard", "api-excerpts", "api-export", "api-exports"),
    *("api-cycle-submission", "people_template"),
}
# What these name is the specialist's alone.
OF_ONE_PERSON: Final = {"export_id"}

every_route = pytest.mark.parametrize("route", ROUTES, ids=str)


@pytest.fixture(scope="module")
def our_own(ours: Side) -> list[Caller]:
    """Those who get through, each somewhere else."""
    wide = ours.people
    people = (wide[Role.SPECIALIST], ours.desk.people[Role.PRINCIPAL], wide[Role.DISTRICT_ADMIN])
    return [*(signed_in(membership.user) for membership in people), with_key(ours.bearer)]


@pytest.mark.in_turn(4)
@every_route
def test_our_own_people_get_through(route: Route, ours: Side, our_own: list[Caller]) -> None:
    through, not_there = set(), []
    specialist, _principal, admin, program = our_own
    may_know = [specialist, admin, program] if route.keywords & OF_THE_WHOLE_DISTRICT else our_own
    if route.keywords & OF_ONE_PERSON:
        may_know = [specialist]
    for method in methods_of(route):
        for caller in may_know:
            with _undone():
                answer = caller.ask(method, route.filled(ours.names), bodies(ours).get(route.name))
            if answer.status == 404:
                not_there.append(f"{method} as {caller}")
            if gets_through(answer):
                through.add(method)

    assert not_there == []
    assert through & {"GET", "POST"} != set()


@pytest.mark.in_turn(2)
@every_route
def test_our_own_people_read_our_words_and_no_others(
    route: Route, ours: Side, theirs: Side, our_own: list[Caller], principals: dict[str, Caller]
) -> None:
    # So that whatever remembers an answer has one of theirs to give away.
    principals["someone of two other districts"].ask("GET", route.filled(theirs.names))

    answers = [caller.ask("GET", route.filled(ours.names)) for caller in our_own]

    read = [it.mentions(_word_there(route, ours)) for it in answers if it.status == 200]
    assert any(read) or not read or route.name in WITHOUT_WORDS
    assert [answer for answer in answers if answer.mentions(theirs.word)] == []


def test_nobody_is_asked_once_more_who_they_are_as_the_nets_take_long(
    theirs: Side, principals: dict[str, Caller]
) -> None:
    admin, address = principals["their district_admin"], f"/d/{theirs.district.slug}/security/"
    later = timezone.now() + RECENT * 0.9
    with time_machine.travel(later, tick=False):
        kept().sign_in_again()
        statuses = [admin.ask("GET", address).status]
    with time_machine.travel(later + RECENT * 0.9, tick=False):
        statuses.append(admin.ask("GET", address).status)
    put_back()

    assert statuses == [200, 200]


def gets_through(answer: Answer) -> bool:
    """Whether it is an answer to what was asked, be it a refusal of the words that were sent."""
    return not answer.wants_sign_in and (answer.status < 400 or answer.status in {400, 409, 422})


def _word_there(route: Route, ours: Side) -> str:
    there = {
        "campaign": f"dear schools, {ours.word}",
        "api-campaign": f"dear schools, {ours.word}",
        "district": f"lincoln {ours.next_door.word}",
        "follow_up_across_schools": ours.word,  # there was no year before
    }
    of_a_school = route.ids and not route.keywords & OF_NO_SCHOOL
    return there.get(route.name, ours.desk.word if of_a_school else ours.word)


@contextmanager
def _undone() -> Iterator[None]:
    """What is removed or changed meanwhile is there again for the next one who asks."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
