"""Who is asked into a district, and what becomes of it: invited, sent again, revoked, accepted.

The mail goes out later (`schools.invitation_mails`): nothing here speaks to a server.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses import belongs_to, make_person, one_spelling, person_at
from accounts.models import User
from schools import audit
from schools.models import (
    DISTRICT_ROLES,
    VALID_FOR,
    District,
    Invitation,
    Membership,
    Role,
    School,
    Seat,
    hash_of,
)
from schools.permissions import can_grant
from schools.tenancy import district_scope
from schools.text import clean_text, one_line

LONGEST_NAME = 150


class NotOpenError(Exception):
    """There is no such invitation, or none that can be accepted any more."""


class NotTheirsError(Exception):
    """The invitation is for another address than the person's."""


@dataclass(frozen=True)
class Wish:
    """Who shall be what here.

    Args:
        schools: the schools of a principal, a team member or a school's viewer.
        language: of the mail.
    """

    email: str
    role: str
    schools: Sequence[School] = field(default=())
    name: str = ""
    language: str = "en"

    @property
    def sees_whole_district(self) -> bool:
        """A viewer without schools does; the other roles bring it along, or do not."""
        return self.role in DISTRICT_ROLES or (self.role == Role.VIEWER and not self.schools)


def may_use_password(_district: District) -> bool:
    """Whether a new person signs in here by e-mail and password, or by sign-on alone."""
    return True


@transaction.atomic
def invite(*, by: Membership, wish: Wish) -> Invitation:
    """Leave an invitation, whose mail goes out by itself.

    Raises:
        PermissionDenied: `by` may not give this role, or not at these schools.
        ValidationError: they are here already or invited already, or the wish cannot be.
    """
    by = hold_still(by)
    check_grant(by, wish)
    invitation = row_of(by, checked(wish))
    if said := why_not(by, invitation.email):
        raise said
    invitation.save()
    audit.record(audit.Event.INVITED, by=by, about=invitation, details=told_of(invitation))
    return invitation


@transaction.atomic
def resend(invitation: Invitation, *, by: Membership) -> Invitation:
    """Another mail with another link, for seven days from now. The link before is dead at once.

    Raises:
        PermissionDenied: `by` could not have invited them.
        ValidationError: it was accepted or revoked meanwhile.
    """
    invitation = _held(invitation, hold_still(by))
    if not invitation.is_waiting:
        raise ValidationError(_("This invitation has ended meanwhile."), code="ended")
    invitation.sending += 1
    invitation.token_hash, invitation.mail_refused = "", False
    invitation.mail_due_at, invitation.mail_tries = timezone.now(), 0
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.save()
    audit.record(
        audit.Event.INVITATION_RESENT, by=by, about=invitation, details=told_of(invitation)
    )
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: Membership) -> Invitation:
    """Its link is dead from now on. Revoking twice changes nothing.

    Raises:
        PermissionDenied: `by` could not have invited them.
        ValidationError: it has been accepted: then the membership is what can be ended.
    """
    invitation = _held(invitation, hold_still(by))
    if invitation.accepted_at:
        said = _("This invitation has been accepted already: end the membership instead.")
        raise ValidationError(said, code="accepted")
    if invitation.revoked_at:
        return invitation
    end(invitation)
    audit.record(
        audit.Event.INVITATION_REVOKED, by=by, about=invitation, details=told_of(invitation)
    )
    return invitation


def end(invitation: Invitation) -> None:
    """Dead, with its mail if that is still to go."""
    invitation.revoked_at, invitation.mail_due_at = timezone.now(), None
    invitation.token_hash = ""
    invitation.save(update_fields=["revoked_at", "mail_due_at", "token_hash"])


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
    name = one_line(clean_text(name, longest=LONGEST_NAME))
    if person_at(invitation.email):
        said = _("There is an account for this address by now: sign in with it.")
        raise ValidationError(said, code="has_an_account")
    person = make_person(invitation.email, name=name, password=password, language=language)
    return _seated(invitation, person)


def hold_still(by: Membership) -> Membership:
    """`by` as they are now, while nobody else changes who is who in their district.

    Raises:
        PermissionDenied: they have left, or have another role by now.
    """
    District.objects.select_for_update(no_key=True).get(pk=by.district_id)
    rows = Membership.objects.select_related("district", "user")
    now = rows.filter(pk=by.pk, role=by.role).first()
    if now is None:
        raise PermissionDenied
    return now


def check_grant(by: Membership, wish: Wish) -> None:
    """
    Raises:
        PermissionDenied: `by` may not give this role, or not at these schools.
    """
    if not can_grant(by, wish.role):
        raise PermissionDenied
    if by.sees_whole_district:
        return
    own = {seat["school"] for seat in by.school_ids}
    if not wish.schools or not {school.pk for school in wish.schools} <= own:
        raise PermissionDenied


def checked(wish: Wish) -> Wish:
    """The wish as it is kept.

    Raises:
        ValidationError: it cannot be.
    """
    check_schools(wish)
    name = one_line(clean_text(wish.name, longest=LONGEST_NAME))
    return replace(wish, email=one_spelling(wish.email), name=name)


def check_schools(wish: Wish) -> None:
    """A role of schools has some, and one of the district none.

    Raises:
        ValidationError: it is otherwise.
    """
    if not wish.sees_whole_district and not wish.schools:
        said = _("Choose at least one school.")
        raise ValidationError({"schools": ValidationError(said, code="no_school")})
    if wish.role in DISTRICT_ROLES and wish.schools:
        said = _("This role sees the whole district: leave its schools empty.")
        raise ValidationError({"schools": ValidationError(said, code="schools_of_a_district_role")})


def row_of(by: Membership, wish: Wish) -> Invitation:
    """The row of a wish that was checked, not saved yet; its mail is due at once."""
    now = timezone.now()
    return Invitation(
        district_id=by.district_id,
        email=wish.email,
        name=wish.name,
        role=wish.role,
        sees_whole_district=wish.sees_whole_district,
        school_ids=sorted({school.pk for school in wish.schools}),
        language=wish.language,
        made_by=by.user,
        expires_at=now + VALID_FOR,
        mail_due_at=now,
    )


def why_not(by: Membership, email: str) -> ValidationError | None:
    """Why nobody of that address can be invited: they are here, or invited, as `by` can see."""
    here = Membership.objects.visible_to(by).filter(user=person_at(email)).first()
    if here:
        said = _("This person is here already as %(role)s.")
        return ValidationError(
            {"email": ValidationError(said % {"role": here.get_role_display()}, code="here")}
        )
    if Invitation.objects.visible_to(by).waiting().filter(email=email).exists():
        said = _("This address is invited already. Look at the invitations to send it again.")
        return ValidationError({"email": ValidationError(said, code="invited")})
    return None


def told_of(invitation: Invitation) -> dict[str, object]:
    """What the log keeps of it."""
    return {
        "email": invitation.email,
        "role": invitation.role,
        "schools": [str(school_id) for school_id in invitation.school_ids],
    }


def _held(invitation: Invitation, by: Membership) -> Invitation:
    rows = Invitation.objects.visible_to(by).select_for_update(of=["self"])
    held: Invitation | None = rows.filter(pk=invitation.pk).first()
    if held is None or not can_grant(by, held.role):
        raise PermissionDenied
    return held


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
        audit.record(
            audit.Event.INVITATION_ACCEPTED, by=membership, about=invitation, details=details
        )
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
