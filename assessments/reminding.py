"""One click of the district's: remind the schools that have yet to hand in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import permissions
from assessments.models import Cycle
from assessments.notifications import asked
from schools import audit
from schools.models import Membership


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of it: how many schools and people, and whom it could not reach."""

    schools: int
    people: int
    passed_over: int
    """Handed in already, or not open: nothing to remind them of."""
    unreachable: tuple[str, ...]
    """Schools without anyone who takes reminders."""


@transaction.atomic
def remind_schools(cycle_ids: Iterable[UUID], *, by: Membership) -> Reminded:
    """Leave a mail for the principals of those cycles that are open and not handed in.

    Twice on one day changes nothing. The cycles are locked: one that is handed in just now is not
    reminded.

    Raises:
        PermissionDenied: `by` does not manage campaigns.
        ValidationError: no school was chosen.
    """
    if not permissions.can_remind(by):
        raise PermissionDenied
    wanted = set(cycle_ids)
    if not wanted:
        raise ValidationError(_("Choose at least one school."), code="no_school_chosen")
    rows = Cycle.objects.filter(district=by.district_id, pk__in=wanted)
    rows = rows.open_on(by.district.today()).exclude(status="submitted")
    cycles = list(rows.select_related("school").select_for_update(of=["self"]))
    people = asked.leave_reminders(by.district, cycles)
    if people:
        audit.record(audit.Event.REMINDED, by=by, details={"schools": len(people)})
    without = sorted(it.school.name for it in cycles if not people.get(it.school_id))
    return Reminded(
        schools=len(cycles) - len(without),
        people=len({user_id for users in people.values() for user_id in users}),
        passed_over=len(wanted) - len(cycles),
        unreachable=tuple(without),
    )
