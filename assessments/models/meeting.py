"""A team's meeting over its cycle, and what each member noted alone. Apart from the record."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.instrument import CellCode, ContentArea, Context
from assessments.models.cycle import Cycle
from assessments.querysets import MeetingQuerySet, WorkingNoteQuerySet
from schools.models import DistrictRow


class Meeting(DistrictRow):
    """A team before one screen. `at` is the code of the cell on it; at most one is under way."""

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.CASCADE,
        related_name="meetings",
        db_constraint=False,
        db_index=False,
    )
    at = models.CharField(_("cell on the screen"), max_length=40)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "cycle"],
                condition=Q(ended_at__isnull=True),
                name="one_meeting_at_a_time",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["district", "cycle"], name="meetings_by_cycle")]

    def __str__(self) -> str:
        return self.at

    @property
    def place(self) -> CellCode:
        """Where in the grid the screen is."""
        context, content_area = self.at.split(".")
        return CellCode(Context(context), ContentArea(content_area))


class WorkingNote(DistrictRow):
    """What one person notes on a cell or question, for themselves until their team reveals it.

    Never part of the record: not submitted, aggregated, exported or shown to the district.
    """

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.CASCADE,
        related_name="working_notes",
        db_constraint=False,
        db_index=False,
    )
    code = models.CharField(_("cell or question"), max_length=40)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    text = models.TextField(_("note"), blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=0)
    updated_at = models.DateTimeField(_("changed"))
    revealed_at = models.DateTimeField(_("shown to the team"), null=True, blank=True)

    objects = WorkingNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("working note")
        verbose_name_plural = _("working notes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "cycle", "code", "author"], name="one_note_per_person_and_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.author_id}"
