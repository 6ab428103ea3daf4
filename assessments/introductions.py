"""Two schools are told of each other over a cell. Nothing else makes introductions.

It quotes nobody, and passes on no address: whoever makes it stands between the two.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import notifications, permissions
from assessments.instrument import CellCode, Offer
from assessments.models import Cell, Cycle, Introduction, Notice
from schools import audit
from schools.models import Membership, Role, School, Seat


@transaction.atomic
def introduce(
    looking: School, showing: School, *, by: Membership, school_year: int, place: CellCode
) -> Introduction:
    """Tell a school that looks for an example of one that could show it, and the other way round.

    Twice is once: the second time gives back the first, and nobody gets a second mail.

    Raises:
        PermissionDenied: `by` does not bring schools together.
        ValidationError: it is one school, or one of the two does not, or no longer, say so in what
            it has handed in.
    """
    if not permissions.can_introduce(by):
        raise PermissionDenied
    schools = (looking.pk, showing.pk)
    # A school that takes its answer back and this take turns; always in one order.
    cycles = Cycle.objects.filter(
        district_id=by.district_id, school__in=schools, school_year=school_year
    )
    list(cycles.order_by("pk").select_for_update(of=["self"]))
    about = {
        "district_id": by.district_id,
        "school_year": school_year,
        "context": place.context,
        "content_area": place.content_area,
    }
    pair = about | {"looking": looking, "showing": showing}
    if made := Introduction.objects.filter(**pair).first():
        return made
    cells = Cell.objects.filter(**about, school__in=schools).submitted()
    said = dict(cells.values_list("school_id", "offer"))
    if (said.get(looking.pk), said.get(showing.pk)) != (Offer.SEEKING, Offer.OFFERING):
        raise ValidationError(
            _("One of the two schools has changed its answer meanwhile."), code="offer_changed"
        )
    introduction: Introduction = Introduction.objects.create(
        **pair, made_by=by.user, made_at=timezone.now()
    )
    _tell(introduction)
    details = {
        **{"looking": looking.name, "showing": showing.name},
        **{"cell": str(place), "school_year": school_year},
    }
    audit.record(audit.Event.INTRODUCED, by=by, details=details)
    return introduction


def _tell(introduction: Introduction) -> None:
    principals = Seat.objects.filter(
        district_id=introduction.district_id,
        school__in=(introduction.looking_id, introduction.showing_id),
        membership__role=Role.PRINCIPAL,
        membership__user__is_active=True,
    )
    notifications.tell(
        set(principals.values_list("membership__user_id", flat=True)),
        district_id=introduction.district_id,
        kind=Notice.Kind.INTRODUCTION,
        about_id=introduction.pk,
        key=f"introduction/{introduction.pk}",
    )
