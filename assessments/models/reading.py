"""What a person of the district has read of the schools' cycles."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.cycle import Cycle
from assessments.querysets import ReadingQuerySet
from schools.models import DistrictRow, Membership


class Reading(DistrictRow):
    """One person has read one submission. Theirs alone: nobody sees what another has read."""

    reader = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.CASCADE,
        related_name="readings",
        db_constraint=False,
        db_index=False,
    )
    number = models.PositiveSmallIntegerField(_("number of the submission"))
    read_at = models.DateTimeField(_("read"))

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "reader", "cycle", "number"],
                name="each_submission_is_read_once_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} no. {self.number}"
