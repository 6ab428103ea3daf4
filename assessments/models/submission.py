"""What a school handed in, and why it was taken back."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.instrument import Quoting
from assessments.models.cycle import Cycle
from assessments.querysets import CycleRowQuerySet
from schools.models import DistrictRow


class Submission(DistrictRow):
    """The numbered copy of a cycle as it was submitted. The database refuses to change it."""

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.PROTECT,
        related_name="submissions",
        db_constraint=False,
        db_index=False,
    )
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.JSONField(_("the cycle as it was"))
    quoting = models.CharField(_("may its words be quoted"), max_length=8, choices=Quoting)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    submitted_at = models.DateTimeField(_("submitted"))

    objects = CycleRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "cycle", "number"], name="each_submission_has_its_number"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "submitted_at", "id"], name="submissions_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} no. {self.number}"


class Reopening(DistrictRow):
    """Why a submitted cycle went back to work. The database refuses to change it."""

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.PROTECT,
        related_name="reopenings",
        db_constraint=False,
        db_index=False,
    )
    reason = models.TextField(_("reason"))
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reopened_at = models.DateTimeField(_("reopened"))

    objects = CycleRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        indexes: ClassVar = [
            models.Index(fields=["district", "cycle"], name="reopenings_by_cycle"),
        ]

    def __str__(self) -> str:
        return self.reason
