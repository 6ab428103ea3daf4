"""What a person of the district has read. Nothing else writes readings."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import permissions
from assessments.models import Cycle, Reading, Submission
from schools.models import Membership


@transaction.atomic
def mark_read(
    cycle: Cycle, *, by: Membership, number: int, shown_at: datetime | None = None
) -> None:
    """`by` has read this submission, with the comments until it was shown; twice is once.

    Raises:
        PermissionDenied: `by` does not read the whole district.
        ValidationError: there is no submission of that number.
    """
    _check(by)
    submission = Submission.objects.filter(cycle=cycle, number=number).first()
    if submission is None:
        raise ValidationError(_("There is no such submission."), code="submission_unknown")
    now = timezone.now()
    reading = Reading(
        district_id=cycle.district_id,
        reader=by,
        cycle=cycle,
        number=number,
        # A page's own time is taken at its word, as far as it can be true.
        read_at=max(submission.submitted_at, min(shown_at or now, now)),
    )
    Reading.objects.bulk_create(
        [reading],
        update_conflicts=True,
        unique_fields=["district", "reader", "cycle", "number"],
        update_fields=["read_at"],
    )


@transaction.atomic
def mark_unread(cycle: Cycle, *, by: Membership, number: int) -> None:
    """`by` wants to read it again; what they had read before that still counts.

    Raises:
        PermissionDenied: `by` does not read the whole district.
    """
    _check(by)
    Reading.objects.filter(cycle=cycle, reader=by, number=number).delete()


def _check(by: Membership) -> None:
    if not permissions.can_read_along(by):
        raise PermissionDenied
