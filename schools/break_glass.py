"""How an operator comes to read a district, and how that ends. Nothing else lets them in.

The district sees all of it in its audit log, and its admins get a mail (`break_glass_mails`).
"""

from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from schools import audit
from schools.models import (
    LASTS,
    LONGEST_REASON,
    SHORTEST_REASON,
    AuditEntry,
    BreakGlass,
    BreakGlassMail,
    District,
    Event,
    Membership,
    Role,
)
from schools.tenancy import district_scope
from schools.text import clean_text, one_line

End: Final = BreakGlass.End


def is_operator(user: User) -> bool:
    """Whether they may ask for it at all."""
    return user.is_active and user.is_staff


@transaction.atomic
def begin(district: District, *, by: User, reason: str) -> BreakGlass:
    """Let an operator read a district for an hour. It cannot be made longer: only begun anew.

    Raises:
        PermissionDenied: `by` is no operator.
        ValidationError: the reason says too little, they are reading a district already, or have
            a place of their own in this one.
    """
    # Held until the end: nobody begins twice at the same moment.
    operator = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if not is_operator(operator):
        raise PermissionDenied
    reason, now = _checked(reason), timezone.now()
    for each in BreakGlass.objects.over(now).filter(operator=operator):
        end(each)
    if BreakGlass.objects.not_ended().filter(operator=operator).exists():
        said = _("You are reading a district already. End that first.")
        raise ValidationError(said, code="one_at_a_time")
    if Membership.objects.filter(district=district, user=operator).exists():
        said = _("You have a place of your own in this district.")
        raise ValidationError(said, code="has_a_place")
    glass = BreakGlass.objects.create(
        district=district, operator=operator, reason=reason, began_at=now, ends_at=now + LASTS
    )
    told = _tell_the_admins(glass)
    details = {"until": glass.ends_at.isoformat(timespec="seconds"), "mails": told}
    with district_scope(district.pk):
        audit.record(Event.BREAK_GLASS_BEGAN, by=glass, about=glass, details=details)
    return glass


@transaction.atomic
def end(glass: BreakGlass, how: str = "") -> None:
    """It is over. Ending twice ends once.

    Args:
        how: one of `End`; empty when it ended by itself.
    """
    rows = BreakGlass.objects.select_for_update(of=["self"], no_key=True).not_ended()
    held = rows.select_related("operator").filter(pk=glass.pk).first()
    if held is None:
        return
    held.ended_at = min(timezone.now(), held.ends_at)
    held.how_it_ended = how or (End.EXPIRED if is_operator(held.operator) else End.NO_OPERATOR)
    held.save(update_fields=["ended_at", "how_it_ended"])
    with district_scope(held.district_id):
        details = {"how": str(held.how_it_ended), "pages": _pages_of(held).count()}
        audit.record(Event.BREAK_GLASS_ENDED, by=held, about=held, details=details)


def end_what_is_over(now: datetime | None = None) -> None:
    """Write down the end of all that let nobody in any more."""
    for glass in BreakGlass.objects.over(now or timezone.now()):
        end(glass)


def note_page(glass: BreakGlass, page: str, address: str) -> None:
    """That the operator was shown a page; once for each address."""
    with district_scope(glass.district_id):
        if not _pages_of(glass).filter(details__address=address).exists():
            details = {"page": page, "address": address}
            audit.record(Event.LOOKED, by=glass, about=glass, details=details)


def _pages_of(glass: BreakGlass) -> QuerySet[AuditEntry]:
    district, about = glass.district_id, glass.pk
    return AuditEntry.objects.filter(district=district, object_id=about, event=Event.LOOKED)


def _checked(reason: str) -> str:
    reason = one_line(clean_text(reason, longest=LONGEST_REASON))
    if len(reason) < SHORTEST_REASON:
        said = ngettext(
            "The district will read your reason. Please write at least %(n)s character.",
            "The district will read your reason. Please write at least %(n)s characters.",
            SHORTEST_REASON,
        )
        params = {"n": SHORTEST_REASON}
        raise ValidationError(said, code="reason_too_short", params=params)
    return reason


def _tell_the_admins(glass: BreakGlass) -> int:
    """How many of them there are."""
    admins = Membership.objects.filter(
        district=glass.district_id, role=Role.DISTRICT_ADMIN, user__is_active=True
    )
    mails = [
        BreakGlassMail(break_glass=glass, user_id=user, due_at=glass.began_at)
        for user in admins.values_list("user", flat=True)
    ]
    return len(BreakGlassMail.objects.bulk_create(mails))
