"""Who of a district's people is linked to its providers, and an end to that.

A provider that gives somebody another account names them anew. Who has no other way in than
sign-on cannot say that they are the same: the district's admin says it for them.
"""

from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.account_mails import tell
from accounts.models import User
from schools import audit
from schools.invitations import hold_still
from schools.models import Identity, Membership, SignOnProvider
from schools.permissions import can_change_place

MAIL: Final = "accounts/email/sign_on_unlinked"


def links_of(membership: Membership, *, by: Membership) -> QuerySet[Identity]:
    """How the person is known to the district's providers, as far as `by` may know."""
    rows = Identity.objects.visible_to(by).filter(user=membership.user_id)
    return rows.select_related("provider").order_by("linked_at", "id")


def why_not_unlink(membership: Membership, *, by: Membership) -> str:
    """Why `by` cannot end the person's links; empty when they can."""
    if membership.user_id == by.user_id:
        return _("Your own link, another district admin ends.")
    if not links_of(membership, by=by).exists():
        return _("This person is not linked to a provider.")
    return ""


@transaction.atomic
def unlink(membership: Membership, *, by: Membership) -> int:
    """No provider knows the person any more: sessions begun there are over; the next links anew.

    How many links there were.

    Raises:
        PermissionDenied: `by` may not change this person's role either.
        ValidationError: there was none, or it is one's own.
    """
    # Nobody comes by a provider meanwhile.
    by = hold_still(by)
    held = Membership.objects.visible_to(by).select_related("user").filter(pk=membership.pk).first()
    if held is None or not can_change_place(by, held):
        raise PermissionDenied
    if refused := why_not_unlink(held, by=by):
        raise ValidationError(refused, code="not_to_unlink")
    providers = [link.provider for link in links_of(held, by=by)]
    for provider in providers:
        unlink_from(provider, held.user, by=by)
        tell(held.user, MAIL, provider=provider, district=by.district)
    return len(providers)


def unlink_from(provider: SignOnProvider, person: User, *, by: Membership | None = None) -> None:
    """The provider knows them no more, if it did; it stands in the log.

    Args:
        by: who ends it; the person, if nobody else.
    """
    district = provider.district_id
    rows = Identity.objects.filter(district=district, provider=provider, user=person)
    if not rows.delete()[0]:
        return
    by = by or Membership.objects.select_related("user").get(district=district, user=person)
    details = {"email": person.email, "person": str(person.pk)}
    audit.record(audit.Event.IDENTITY_UNLINKED, by=by, about=provider, details=details)
