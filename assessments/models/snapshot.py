"""A district's aggregate of one school year, and the marks that say it must be computed anew."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.querysets import ReleasedQuerySet, SnapshotQuerySet
from schools.models import District, DistrictRow


class DirtyMark(models.Model):
    """Something of this district and year has changed since the last snapshot.

    Global and append-only: the sweep reads marks across districts, and they hold ids only. A mark
    is deleted only by the transaction that then reads the rows it speaks of (architecture.md).
    """

    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    school_year = models.PositiveSmallIntegerField()
    cycle_id = models.UUIDField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("dirty mark")
        verbose_name_plural = _("dirty marks")
        indexes: ClassVar = [
            models.Index(fields=["district", "school_year"], name="marks_by_district_and_year"),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.school_year}"


class DashboardSnapshot(DistrictRow):
    """What the dashboard of one school year shows, computed by Celery, read as one row."""

    school_year = models.PositiveSmallIntegerField(_("school year"))
    figures = models.JSONField(_("figures"))
    heatmap = models.JSONField(_("schools by cells"))
    computed_at = models.DateTimeField(_("computed"))
    minutes = models.JSONField(
        _("minutes by part"), default=dict, db_default=models.Value({}, models.JSONField())
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("dashboard snapshot")
        verbose_name_plural = _("dashboard snapshots")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "school_year"], name="one_snapshot_per_school_year"
            ),
        ]

    def __str__(self) -> str:
        return str(self.school_year)


class ReleasedFigures(DistrictRow):
    """What the schools themselves may see of a year's figures (`dashboards.disclosure`).

    `schools` holds, for each school that is in them, its block and the number of its submission;
    `blocks` the figures of each block. Schools only ever come in.
    """

    school_year = models.PositiveSmallIntegerField(_("school year"))
    schools = models.JSONField(_("schools that are counted"))
    blocks = models.JSONField(_("figures by block"))
    released_at = models.DateTimeField(_("released"))

    objects = ReleasedQuerySet.as_manager()

    class Meta:
        verbose_name = _("released figures")
        verbose_name_plural = _("released figures")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "school_year"], name="released_once_per_school_year"
            ),
        ]

    def __str__(self) -> str:
        return str(self.school_year)
