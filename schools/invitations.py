"""Who is asked into a district, and what becomes of it: invited, sent again, revoked, accepted.

The mail goes out later (`schools.invitation_mails`): nothing here speaks to a server.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses import one_spelling, person_at
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
)
from schools.permissions import can_grant
from schools.tenancy import district_scope
from schools.text import clean_text, one_line

LONGEST_NAME = 150


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


def has_admin(district: District) -> bool:
    """Whether there is somebody who can invite everybody else."""
    admins = Membership.objects.filter(district=district, role=Role.DISTRICT_ADMIN)
    return admins.filter(user__is_active=True).exists()


def may_use_password(district: District) -> bool:
    """Whether a new person signs in here by e-mail and password, or by sign-on alone."""
    return not district.sign_on_only


@transaction.atomic
def invite(*, by: Membership, wish: Wish) -> Invitation:
    """Leave an invitation, whose mail goes out by itself.

    Raises:
        PermissionDenied: `by` may not give this role, or not at these schools.
        ValidationError: they are here already or invited already, or the wish cannot be.
    """
    by = hold_still(by)
    check_grant(by, wish)
    invitation = row_of(by.district, by.user, checked(wish))
    if said := why_not(by, invitation.email):
        raise said
    invitation.save()
    audit.record(audit.Event.INVITED, by=by, about=invitation, details=told_of(invitation))
    return invitation


@transaction.atomic
def invite_first_admin(
    district: District, *, email: str, name: str = "", language: str = "en"
) -> Invitation:
    """For operators: whoever shall invite the others. Inviting the same address twice invites once.

    Raises:
        ValidationError: the district has an admin, who can do this, or the address cannot be.
    """
    district = District.objects.select_for_update(no_key=True).get(pk=district.pk)
    role = Role.DISTRICT_ADMIN
    if has_admin(district):
        said = _("This district has an admin, who can invite others.")
        raise ValidationError(said, code="has_an_admin")
    wish = checked(Wish(email, role, name=name, language=language))
    same = district.invitations.waiting().filter(email=wish.email, role=role)
    if waits := same.filter(expires_at__gt=timezone.now()).first():
        return waits
    for expired in same:
        end(expired)
    invitation = row_of(district, None, wish)
    invitation.save()
    with district_scope(district.pk):
        details = told_of(invitation)
        audit.record(
            audit.Event.INVITED, by=None, about=invitation, details=details, district=district
        )
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
        audit.Event.INVITATION_SENT_AGAIN, by=by, about=invitation, details=told_of(invitation)
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
    return replace(wish, email=one_spelling(wish.email), name=name_of(wish.name))


def name_of(typed: str) -> str:
    """A name as it is kept.

    Raises:
        ValidationError: it is too long, or holds what nobody can see.
    """
    return one_line(clean_text(typed, longest=LONGEST_NAME))


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


def row_of(district: District, made_by: User | None, wish: Wish) -> Invitation:
    """The row of a wish that was checked, not saved yet; its mail is due at once."""
    now = timezone.now()
    return Invitation(
        district=district,
        email=wish.email,
        name=wish.name,
        role=wish.role,
        sees_whole_district=wish.sees_whole_district,
        school_ids=sorted({school.pk for school in wish.schools}),
        language=wish.language,
        made_by=made_by,
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
