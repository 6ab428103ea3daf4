"""When a year's words were read for themes, and what asks for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.theme import REFLECTIONS
from schools.models import DistrictRow
from schools.querysets import DistrictWideQuerySet


class ThemeRun(DistrictRow):
    """One look at what schools have in common: the last one of a year and source."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Looking")
        DONE = "done", _("Done")

    school_year = models.PositiveSmallIntegerField(_("school year"))
    source = models.CharField(_("read for it"), max_length=40, default=REFLECTIONS)
    state = models.CharField(_("state"), max_length=7, choices=State)
    # Answers read, of them those that said nothing, schools, themes suggested and found again.
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    asked_at = models.DateTimeField(_("asked"))
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = DistrictWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("look for themes")
        verbose_name_plural = _("looks for themes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "school_year", "source"], name="one_look_per_year_and_source"
            ),
            models.CheckConstraint(
                name="theme_run_state_is_known",
                condition=Q(state__in=["waiting", "running", "done"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_year} {self.source}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether its result is still to come."""
        return self.state != self.State.DONE


class ThemeMark(models.Model):
    """A year's submissions have changed since themes were looked for, or someone asked to look.

    Global and append-only, as `DirtyMark` is; a mark goes with the result that has seen its write.
    """

    district = models.ForeignKey(
        "schools.District", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    school_year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=40, default=REFLECTIONS)
    was_asked_for = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("theme mark")
        verbose_name_plural = _("theme marks")
        indexes: ClassVar = [
            models.Index(fields=["district", "school_year", "source"], name="theme_marks_by_year"),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.school_year} {self.source}"
