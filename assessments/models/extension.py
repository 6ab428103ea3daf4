"""More time for one school."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.cycle import Cycle
from assessments.querysets import CycleRowQuerySet
from schools.models import DistrictRow


class Extension(DistrictRow):
    """That a school was given more time, and why. The latest counts (`Cycle.extended_to`).

    The database refuses to change it.
    """

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.PROTECT,
        related_name="extensions",
        db_constraint=False,
        db_index=False,
    )
    until = models.DateField(_("until"))
    reason = models.TextField(_("reason"), blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    given_at = models.DateTimeField(_("given"))

    objects = CycleRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        indexes: ClassVar = [
            models.Index(fields=["district", "cycle"], name="extensions_by_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} until {self.until}"
