"""Who is here as what: roles and schools change, and memberships end. And when somebody was here.

What ends here ends everywhere on the next request: pages and API ask for the membership each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.account_mails import tell
from accounts.models import User
from schools import audit
from schools.acceptance import take_seats
from schools.api_clients import revoke_credential
from schools.invitations import Wish, check_grant, check_schools, end, hold_still, told_of
from schools.models import ApiCredential, Identity, Invitation, Membership, Role, School, Seat
from schools.permissions import can_change_roles, can_grant, can_manage_api_clients

# A visit is noted once in so long: requests stay cheap.
NOTED_EVERY: Final = timedelta(minutes=10)
NEW_ADDRESS_MAIL: Final = "accounts/email/person_s_address"


@dataclass(frozen=True)
class LeftBehind:
    """What somebody made that lets others in, or lets themselves in again."""

    invitations: Sequence[Invitation]
    credentials: Sequence[ApiCredential]


@transaction.atomic
def change_role(
    membership: Membership, *, by: Membership, role: str, schools: Sequence[School]
) -> Membership:
    """Give a person this role, at these schools. Changing to what is there changes nothing.

    Raises:
        PermissionDenied: `by` changes no roles, or neither the old nor the new one.
        ValidationError: nobody would be left to manage the people, or the schools do not fit.
    """
    membership = _held(membership, by := hold_still(by))
    if not can_change_roles(by):
        raise PermissionDenied
    wish = Wish(email="", role=role, schools=schools)
    check_grant(by, wish)
    check_schools(wish)
    if role != Role.DISTRICT_ADMIN:
        _refuse_the_last_admin(membership)
    before = _standing(membership)
    membership.role, membership.sees_whole_district = role, wish.sees_whole_district
    membership.save(update_fields=["role", "sees_whole_district"])
    seats = Seat.objects.filter(district=membership.district_id, membership=membership)
    seats.exclude(school__in=schools).delete()
    take_seats(membership, schools)
    if (after := _standing(membership)) != before:
        details = {"before": before, "after": after}
        audit.record(audit.Event.ROLE_CHANGED, by=by, about=membership, details=details)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: Membership, with_all_they_made: bool) -> bool:
    """The person has left: they are in no district page and no API of it from the next request on.

    A principal takes a person off their own schools' team; who has a place at another school keeps
    that. Whether the whole membership has ended.

    Args:
        with_all_they_made: their open invitations and their valid credentials end, too.

    Raises:
        PermissionDenied: `by` may not take this role from anyone.
        ValidationError: nobody would be left to manage the people.
    """
    membership = _held(membership, by := hold_still(by))
    _refuse_the_last_admin(membership)
    before = _standing(membership)
    seats = Seat.objects.filter(district=membership.district_id, membership=membership)
    if not by.sees_whole_district:
        seats.filter(school__in=by.school_ids).delete()
        if seats.exists():
            details = {"before": before, "after": _standing(membership)}
            audit.record(audit.Event.ROLE_CHANGED, by=by, about=membership, details=details)
            return False
    if with_all_they_made:
        _end_all(left_behind(membership, by), by)
    audit.record(audit.Event.LEFT, by=by, about=membership, details=before)
    # Whoever is invited again may have another account at the district's provider by then.
    Identity.objects.filter(district=membership.district_id, user=membership.user_id).delete()
    membership.delete()
    return True


def left_behind(membership: Membership, by: Membership) -> LeftBehind:
    """What the person made here that is still good, as far as `by` could end it."""
    user = membership.user_id
    invitations = Invitation.objects.visible_to(by).waiting().filter(made_by=user)
    credentials: Sequence[ApiCredential] = ()
    if can_manage_api_clients(by):
        valid = ApiCredential.objects.visible_to(by).filter(made_by=user, revoked_at=None)
        valid = valid.filter(expires_at__gt=timezone.now())
        credentials = list(valid.select_related("api_client", "client"))
    return LeftBehind([each for each in invitations if can_grant(by, each.role)], credentials)


def is_last_admin(membership: Membership) -> bool:
    """Whether nobody else could manage the people of the district."""
    if membership.role != Role.DISTRICT_ADMIN:
        return False
    admins = Membership.objects.filter(
        district=membership.district_id, role=Role.DISTRICT_ADMIN, user__is_active=True
    )
    return not admins.exclude(pk=membership.pk).exists()


def note_visit(membership: Membership) -> None:
    """That the person is here; at most once in ten minutes, and without waiting for anyone."""
    now = timezone.now()
    if membership.last_visit_at and membership.last_visit_at > now - NOTED_EVERY:
        return
    stale = Q(last_visit_at=None) | Q(last_visit_at__lte=now - NOTED_EVERY)
    rows = Membership.objects.filter(stale, pk=membership.pk)
    free = rows.select_for_update(skip_locked=True, no_key=True).values("pk")
    with transaction.atomic():
        Membership.objects.filter(pk__in=free).update(last_visit_at=now)


def _held(membership: Membership, by: Membership) -> Membership:
    rows = Membership.objects.visible_to(by).select_for_update(of=["self"])
    held = rows.select_related("user", "district").filter(pk=membership.pk).first()
    if held is None or not can_grant(by, held.role):
        raise PermissionDenied
    return held


def _refuse_the_last_admin(membership: Membership) -> None:
    if is_last_admin(membership):
        raise ValidationError(
            _(
                "This is the district’s last admin: nobody would be left to invite people. Make"
                " somebody else a district admin first."
            ),
            code="last_district_admin",
        )


def _standing(membership: Membership) -> dict[str, object]:
    schools: list[UUID] = sorted(seat["school"] for seat in membership.school_ids)
    return {
        "person": str(membership.user_id),
        "role": str(membership.role),
        "schools": [str(school_id) for school_id in schools],
    }


def _end_all(left: LeftBehind, by: Membership) -> None:
    for invitation in left.invitations:
        end(invitation)
        details = told_of(invitation)
        audit.record(audit.Event.INVITATION_REVOKED, by=by, about=invitation, details=details)
    for credential in left.credentials:
        revoke_credential(credential, by=by)


def tell_of_new_address(person: User) -> None:
    """An operator gave a person another address, whose holder can get in as them: the admins of
    their districts learn of it by mail, each once."""
    places = Membership.objects.filter(user=person)
    admins = User.objects.filter(
        is_active=True,
        memberships__role=Role.DISTRICT_ADMIN,
        memberships__district__in=places.values("district"),
    )
    for admin in admins.exclude(pk=person.pk).distinct():
        tell(admin, NEW_ADDRESS_MAIL, whose=person)
