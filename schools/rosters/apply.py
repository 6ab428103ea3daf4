"""Writes a plan: a district and its schools, whole or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from schools import audit
from schools.models import District, School
from schools.rosters.nces import DistrictRecord, Refusal, SchoolRecord
from schools.rosters.plan import (
    Change,
    DistrictPlan,
    RosterPlan,
    Wishes,
    plan_district,
    plan_schools,
)
from schools.tenancy import district_scope

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """A district as it is now, and what was done to get there."""

    district: District
    plan: DistrictPlan
    schools: RosterPlan


class RosterLoader:
    """Loads districts one after the other, each in a transaction of its own.

    A district is known by its NCES id, never by its name or address. Loading the same file twice
    changes nothing the second time. With `dry_run` everything is compared and nothing written.
    """

    def __init__(self, *, wishes: Wishes | None = None, dry_run: bool = False) -> None:
        """Load as the operator wishes."""
        self._wishes = wishes or Wishes()
        self._dry_run = dry_run
        # Addresses given in a dry run count as taken too, as they would be in earnest.
        self._taken = set(District.objects.order_by().values_list("slug", flat=True))

    def plan(self, record: DistrictRecord) -> DistrictPlan:
        """What would be written about the district itself.

        Raises:
            ValidationError: it cannot be loaded as the operator wishes.
        """
        known = District.objects.filter(nces_leaid=record.leaid).first()
        return plan_district(record, known, wishes=self._wishes, taken=self._taken)

    @transaction.atomic
    def load(
        self,
        record: DistrictRecord,
        schools: Iterable[SchoolRecord],
        *,
        refusals: Sequence[Refusal] = (),
    ) -> Loaded:
        """Create the district or bring it up to date, and its schools with it.

        Raises:
            ValidationError: as for `plan`; nothing is written then.
        """
        # Locked, so that two operators with one file come one after the other.
        rows = District.objects.select_for_update(no_key=True)
        known = rows.filter(nces_leaid=record.leaid).first()
        plan = plan_district(record, known, wishes=self._wishes, taken=self._taken)
        district = known or District(nces_leaid=record.leaid)
        for name, value in plan.values.items():
            setattr(district, name, value)
        self._taken.add(district.slug)
        if plan.values and not self._dry_run:
            district.save()
        with district_scope(district.pk):
            there = School.objects.filter(district=district).order_by("nces_schid", "pk")
            refused = [refusal.nces_id for refusal in refusals]
            roster = plan_schools(schools, there, refused=refused)
            if not self._dry_run:
                _write(district, roster)
                _record(district, plan, roster)
        return Loaded(district, plan, roster)


def _record(district: District, plan: DistrictPlan, roster: RosterPlan) -> None:
    """Nothing, if nothing was written."""
    done = {"created": len(roster.create), "changed": len(roster.writes)}
    if plan.values or any(done.values()):
        details = done | {"district": sorted(plan.values)}
        audit.record(audit.Event.ROSTER_LOADED, by=None, district=district, details=details)


def _write(district: District, plan: RosterPlan) -> None:
    School.objects.bulk_create(
        (
            School(district=district, nces_schid=new.record.schid, **new.values)
            for new in plan.create
        ),
        batch_size=BATCH,
    )
    _write_changes(plan.writes)


def _write_changes(changes: Sequence[Change]) -> None:
    if not changes:
        return
    now = timezone.now()
    for change in changes:
        for name, value in change.values.items():
            setattr(change.row, name, value)
        # A bulk update leaves `auto_now` alone, and the API's clients ask what changed since.
        change.row.updated_at = now
    fields = {name for change in changes for name in change.values}
    School.objects.bulk_update(
        [change.row for change in changes], [*sorted(fields), "updated_at"], batch_size=BATCH
    )
