"""The district's own labels for its schools: a network, a region, a cohort."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from schools import audit
from schools.models import LONGEST_GROUP, Membership, School
from schools.permissions import Action, may
from schools.text import clean_text


def group_schools(school_ids: Iterable[UUID], *, by: Membership, group: str) -> int:
    """Put the schools into `group`, or into none when it is empty. Twice changes nothing.

    Returns how many schools were moved.

    Raises:
        PermissionDenied: `by` does not manage the district's campaigns.
        ValidationError: the label is too long, or of more than one line.
    """
    if not may(by, Action.MANAGE_CAMPAIGNS):
        raise PermissionDenied
    label = clean_text(group, longest=LONGEST_GROUP)
    if "\n" in label or "\t" in label:
        raise ValidationError(_("The name of a group is one line."), code="group_of_one_line")
    schools = School.objects.filter(district=by.district_id, pk__in=list(school_ids))
    moved = schools.exclude(group=label).update(group=label, updated_at=timezone.now())
    if moved:
        done = {"group": label, "schools": moved}
        audit.record(audit.Event.SCHOOL_CHANGED, by=by, details=done)
    return moved
