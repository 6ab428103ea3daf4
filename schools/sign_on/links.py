"""Who of a district's people is linked to its providers, and an end to that.

A provider that gives somebody another account names them anew. Who has no other way in than
sign-on cannot say that they are the same: the district's admin says it for them.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from schools import audit
from schools.models import District, Identity, Membership
from schools.permissions import can_change_roles, can_grant


def links_of(membership: Membership, *, by: Membership) -> QuerySet[Identity]:
    """How the person is known to the district's providers, as far as `by` may know."""
    rows = Identity.objects.visible_to(by).filter(user=membership.user_id)
    return rows.select_related("provider").order_by("linked_at", "id")


@transaction.atomic
def unlink(membership: Membership, *, by: Membership) -> int:
    """No provider knows the person any more: sessions begun there are over; the next links anew.

    How many links there were.

    Raises:
        PermissionDenied: `by` may not change this person's role either.
        ValidationError: there was none, or it is one's own.
    """
    held = Membership.objects.visible_to(by).select_related("user").filter(pk=membership.pk).first()
    if held is None or not can_change_roles(by) or not can_grant(by, held.role):
        raise PermissionDenied
    if held.user_id == by.user_id:
        raise ValidationError(_("Your own link, another district admin ends."), code="own_link")
    # Nobody comes by a provider meanwhile.
    District.objects.select_for_update(no_key=True).get(pk=by.district_id)
    found = list(links_of(held, by=by))
    if not found:
        raise ValidationError(_("This person is not linked to a provider."), code="not_linked")
    for link in found:
        details = {"email": held.user.email, "person": str(held.user_id)}
        audit.record(audit.Event.IDENTITY_UNLINKED, by=by, about=link.provider, details=details)
        link.delete()
    return len(found)
