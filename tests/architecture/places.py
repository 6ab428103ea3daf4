"""Who asks: every role of `domain.md` in every place from which it could ask for what is ours.

Made of the roles that there are, so that a new one is asked as from the day it is there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final

from django.urls import reverse

from schools import api_clients, people
from schools.models import ApiCredential, Membership, Role, Scope
from schools.models.membership import SCHOOL_ROLES
from schools.tenancy import district_scope
from tests.architecture.callers import Caller, nobody, signed_in, with_key
from tests.architecture.two_districts import Side
from tests.factories import make_district, make_user, seat
from tests.reading import make_key

SCHOOL_VIEWER: Final = "viewer of a school"


@dataclass(frozen=True)
class World:
    """Both districts."""

    ours: Side
    theirs: Side

    @cached_property
    def next_door(self) -> Side:
        """Our district as the second school has it."""
        return replace(self.ours, desk=self.ours.next_door, next_door=self.ours.desk)


Maker = Callable[[World], Caller]


def _seated(role: str, world: World) -> Caller:
    """Somebody of the other district."""
    return signed_in(_place(world.theirs, role).user)


def _next_door(role: str, world: World) -> Caller:
    """Somebody of our second school."""
    return signed_in(_place(world.next_door, role).user)


def _place(side: Side, role: str) -> Membership:
    if role == SCHOOL_VIEWER:
        return side.desk.people[Role.VIEWER]
    everyone = {**side.desk.people, **side.people}
    return everyone[Role(role)]


def _of_two_districts(world: World) -> Caller:
    """As powerful as one can be: admin of one other district and specialist of a third."""
    caller = _seated(Role.DISTRICT_ADMIN, world)
    person = _place(world.theirs, Role.DISTRICT_ADMIN).user
    seat(make_district("Elsewhere"), Role.SPECIALIST, user=person)
    return caller


def _program(world: World) -> Caller:
    """With every scope that there is."""
    return with_key(world.theirs.bearer)


def _operator(_world: World) -> Caller:
    """Whoever runs the installation, without a place in any district."""
    return signed_in(make_user("Olive", is_staff=True, is_superuser=True))


def _former(role: Role, world: World) -> Caller:
    """Somebody who had a place with us until just now, and has not signed out."""
    schools = [world.ours.desk.school] if role in SCHOOL_ROLES else []
    membership = seat(world.ours.district, role, *schools, user=make_user(f"Former {role.label}"))
    caller = signed_in(membership.user)
    caller.ask("GET", reverse("district", args=[world.ours.district.slug]))
    admin = world.ours.people[Role.DISTRICT_ADMIN]
    with district_scope(world.ours.district.pk):
        people.end_membership(membership, by=admin, with_all_they_made=True)
    return caller


def _revoked_program(world: World) -> Caller:
    """One of ours whose key was taken back."""
    value = make_key(world.ours.district, tuple(Scope.values))
    credential: ApiCredential = ApiCredential.objects.latest("created_at")
    admin = world.ours.people[Role.DISTRICT_ADMIN]
    with district_scope(world.ours.district.pk):
        api_clients.revoke_credential(credential, by=admin)
    return with_key(value)


_OF_A_SCHOOL: Final = (*SCHOOL_ROLES, SCHOOL_VIEWER)
# People and programs of another district, who have addresses of their own.
STRANGERS: Final[Mapping[str, Maker]] = {
    "someone of two other districts": _of_two_districts,
    **{f"their {role}": partial(_seated, role) for role in (*Role.values, SCHOOL_VIEWER)},
    "their program": _program,
}
# Those who have no place anywhere, and those who have none any more.
OUTSIDERS: Final[Mapping[str, Maker]] = {
    "nobody": lambda _world: nobody(),
    "an operator": _operator,
    **{f"a former {role}": partial(_former, Role(role)) for role in Role.values},
    "a program whose key was revoked": _revoked_program,
}
# People of another school of our own district.
NEIGHBOURS: Final[Mapping[str, Maker]] = {
    f"{role} next door": partial(_next_door, role) for role in _OF_A_SCHOOL
}
# To whom nothing is refused for their role: what they do not reach, nobody else there reaches.
MOST_POWERFUL: Final = {"someone of two other districts", "their program", "principal next door"}
MAKERS: Final = {**STRANGERS, **OUTSIDERS, **NEIGHBOURS}


def everyone(world: World) -> dict[str, Caller]:
    """By name, signed in as far as they can be."""
    return {name: replace(make(world), name=name) for name, make in MAKERS.items()}
