"""Who must have a second factor, and what is done for somebody who has lost theirs.

Operators and district admins always; everyone of a district that says so. A person is one person:
who needs one for one of their places, needs it for all.
"""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import factors, sessions
from accounts.account_mails import tell
from accounts.models import User
from schools import audit
from schools.models import District, Membership
from schools.permissions import can_change_place, can_manage_security
from schools.sign_on.doors import mark_of
from schools.tenancy import district_scope

MAIL: Final = "accounts/email/factors_reset"


def must_have(person: User) -> bool:
    """Whether a password alone does not let them in. One query, or none for an operator."""
    if not settings.SECOND_FACTOR_ENFORCED:
        return False
    if person.is_staff or person.is_superuser:
        return True
    return Membership.objects.needing_second_factor().filter(user=person).exists()


def is_missing(request: HttpRequest) -> bool:
    """Whether whoever is signed in has yet to show a second factor, or to set one up.

    Inside a district no query is added: the membership was asked for with the answer.
    """
    person = request.user
    if not isinstance(person, User) or not settings.SECOND_FACTOR_ENFORCED:
        return False
    if factors.shown(request):
        return False
    who = getattr(request, "who", None)
    if not (person.is_staff or person.is_superuser):
        # A district's own provider asks for one or does not: that is the district's own rule.
        if mark_of(request) is not None:
            return False
        if isinstance(who, Membership):
            return who.needs_second_factor
    return must_have(person)


def without_a_factor(places: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those of the places whose people have no second factor."""
    return places.exclude(Exists(factors.every_one().filter(user=OuterRef("user"))))


@transaction.atomic
def require_for_all(district: District, *, by: Membership, required: bool) -> None:
    """Whether everyone of the district needs a second factor, from their next request on.

    Raises:
        PermissionDenied: `by` does not manage the district.
    """
    if not can_manage_security(by) or by.district_id != district.pk:
        raise PermissionDenied
    held = District.objects.select_for_update().get(pk=district.pk)
    if held.requires_second_factor == required:
        return
    held.requires_second_factor = district.requires_second_factor = required
    held.save(update_fields=["requires_second_factor"])
    details = {"second_factor_for_all": required}
    audit.record(audit.Event.SECURITY_CHANGED, by=by, about=held, details=details)


def why_not_reset(membership: Membership, *, by: Membership) -> str:
    """Why `by` cannot take the person's second factors away; empty when they can.

    What lets a person into other districts, and an operator into all, is not this district's.
    """
    person = membership.user
    if person.pk == by.user_id:
        return _("Your own, you change on your own page.")
    elsewhere = Membership.objects.filter(user=person).exclude(district=by.district_id)
    if person.is_staff or person.is_superuser or elsewhere.exists():
        return _("This person has places outside your district: please ask an operator.")
    return ""


@transaction.atomic
def reset(membership: Membership, *, by: Membership) -> int:
    """The person has lost them all: none is left, every session is over, and they are told.

    How many there were.

    Raises:
        PermissionDenied: `by` may not change this person's role either.
        ValidationError: the person is not this district's alone.
    """
    held = Membership.objects.visible_to(by).select_related("user").filter(pk=membership.pk).first()
    if held is None or not can_change_place(by, held):
        raise PermissionDenied
    if refused := why_not_reset(held, by=by):
        raise ValidationError(refused, code="not_theirs_to_reset")
    number = _take_away(held.user, by=by.user)
    details = {"person": str(held.user_id), "factors": number}
    audit.record(audit.Event.FACTORS_RESET, by=by, about=held, details=details)
    return number


@transaction.atomic
def reset_from_outside(person: User) -> int:
    """The same at the command line, for an operator or somebody of several districts."""
    number = _take_away(person, by=None)
    details = {"person": str(person.pk), "factors": number}
    for membership in _places_of(person):
        with district_scope(membership.district_id):
            where = membership.district_id
            audit.record(
                audit.Event.FACTORS_RESET,
                by=None,
                about=membership,
                details=details,
                district=where,
            )
    return number


def record_everywhere(
    event: audit.Event, person: User, *, details: dict[str, Any], only: UUID | None = None
) -> None:
    """What a person did about their account stands in the log of each district of theirs.

    Args:
        only: the one district that it concerns.
    """
    places = _places_of(person)
    for membership in places if only is None else places.filter(district=only):
        with district_scope(membership.district_id):
            audit.record(event, by=membership, about=membership, details=details)


def _places_of(person: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=person).select_related("user", "district").order_by("pk")


def _take_away(person: User, *, by: User | None) -> int:
    number = factors.factors_of(person).count()
    factors.all_of(person).delete()
    sessions.end_all(person, by=by)
    tell(person, MAIL)
    return number
