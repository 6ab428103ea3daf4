"""An invitation is accepted: found by its token, shown, and turned into a place in the district."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses import belongs_to, make_person, person_at
from accounts.models import User
from schools import audit
from schools.invitations import may_use_password, name_of, told_of
from schools.models import Invitation, Membership, School, Seat, hash_of
from schools.tenancy import district_scope


class NotOpenError(Exception):
    """There is no such invitation, or none that can be accepted any more."""


class NotTheirsError(Exception):
    """The invitation is for another address than the person's."""


def found(token: str) -> Invitation | None:
    """The open invitation of that token."""
    rows = Invitation.objects.open().select_related("district", "made_by")
    return rows.filter(token_hash=hash_of(token)).first()


def accepted_before(token: str, person: User) -> Membership | None:
    """The place that this very person has by that token already."""
    rows = Invitation.objects.filter(token_hash=hash_of(token), accepted_by=person.pk)
    invitation = rows.first()
    if invitation is None:
        return None
    memberships = Membership.objects.select_related("district", "user")
    return memberships.filter(district=invitation.district_id, user=person).first()


def schools_of(invitation: Invitation) -> list[School]:
    """Those of its schools that there still are. Enters the district."""
    with district_scope(invitation.district_id):
        rows = School.objects.filter(
            district=invitation.district_id, pk__in=invitation.school_ids, is_active=True
        )
        return list(rows.order_by("name"))


@transaction.atomic
def accept(token: str, *, by: User) -> Membership:
    """The person's place in the district, as they were invited. Accepting twice is harmless.

    A role that they have there already stays as it is; schools come on top if it is the same.

    Raises:
        NotOpenError: there is nothing to accept.
        NotTheirsError: it is for another address.
    """
    try:
        invitation = _open_and_held(token)
    except NotOpenError:
        if membership := accepted_before(token, by):
            return membership
        raise
    if not belongs_to(invitation.email, by):
        raise NotTheirsError
    return _seated(invitation, by)


@transaction.atomic
def accept_as_new(token: str, *, name: str, password: str, language: str) -> Membership:
    """An account for the invited address, and its place in the district.

    Raises:
        NotOpenError: there is nothing to accept.
        ValidationError: the address has an account, or the district has people sign in elsewhere.
    """
    invitation = _open_and_held(token)
    if not may_use_password(invitation.district):
        said = _("Your district has people sign in through its own sign-on.")
        raise ValidationError(said, code="sign_on_only")
    name = name_of(name)
    if person_at(invitation.email):
        said = _("There is an account for this address by now: sign in with it.")
        raise ValidationError(said, code="has_an_account")
    person = make_person(invitation.email, name=name, password=password, language=language)
    return _seated(invitation, person)


def accept_vouched(invitation: Invitation, *, by: User) -> Membership:
    """The same for who comes through the district's own sign-on; the invitation is held already.

    Raises:
        NotOpenError: none of its schools is there any more.
    """
    return _seated(invitation, by)


def _open_and_held(token: str) -> Invitation:
    """Whoever comes second waits, and finds it used."""
    rows = Invitation.objects.select_for_update(of=["self"], no_key=True)
    invitation = rows.select_related("district").filter(token_hash=hash_of(token)).first()
    if invitation is None or not invitation.is_open:
        raise NotOpenError
    return invitation


def _seated(invitation: Invitation, person: User) -> Membership:
    schools = schools_of(invitation)
    if not invitation.sees_whole_district and not schools:
        raise NotOpenError
    membership, is_new = Membership.objects.get_or_create(
        district=invitation.district,
        user=person,
        defaults={
            "role": invitation.role,
            "sees_whole_district": invitation.sees_whole_district,
        },
    )
    if _adds_schools(invitation, membership):
        take_seats(membership, schools)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.mail_due_at = None
    invitation.save(update_fields=["accepted_at", "accepted_by", "mail_due_at"])
    details = told_of(invitation) | {"joined": is_new}
    with district_scope(invitation.district_id):
        audit.record(audit.Event.JOINED, by=membership, about=invitation, details=details)
    return membership


def _adds_schools(invitation: Invitation, membership: Membership) -> bool:
    """Another school for the same role is what they agreed to; another role would not be."""
    same_role = membership.role == invitation.role
    return same_role and not (membership.sees_whole_district or invitation.sees_whole_district)


def take_seats(membership: Membership, schools: Sequence[School]) -> None:
    """Places at these schools; those that are theirs already stay. Enters the district."""
    with district_scope(membership.district_id):
        seats = [
            Seat(district_id=membership.district_id, membership=membership, school=school)
            for school in schools
        ]
        Seat.objects.bulk_create(seats, ignore_conflicts=True)
