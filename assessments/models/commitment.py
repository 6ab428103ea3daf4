"""What a school decided to do: it hangs on its cell and lives across years."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.instrument import CellCode, ContentArea, Context
from assessments.models.responses import Cell
from assessments.querysets import CommitmentQuerySet
from schools.models import DistrictRow, School


class Commitment(DistrictRow):
    """An improvement the school decided to do: what, who, by when. Open until done or dropped.

    `cell` is the cell it was made in; its context and content area stand here too, so that it is
    found beside the same cell of every later year. `who` is a name as the school writes it.
    """

    class Status(models.TextChoices):
        """Whether it is still to be done."""

        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        related_name="commitments",
        db_constraint=False,
        db_index=False,
    )
    cell = models.ForeignKey(
        Cell,
        on_delete=models.PROTECT,
        related_name="commitments",
        db_constraint=False,
        db_index=False,
    )
    school_year = models.PositiveSmallIntegerField(_("school year in which it was made"))
    context = models.CharField(_("context"), max_length=12, choices=Context)
    content_area = models.CharField(_("content area"), max_length=9, choices=ContentArea)
    what = models.TextField(_("what we will do"))
    who = models.CharField(_("who"), max_length=200)
    due_on = models.DateField(_("by when"))
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.OPEN)
    settled_on = models.DateField(_("done or dropped on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    updated_at = models.DateTimeField(_("changed"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="commitment_is_in_the_grid",
                condition=Q(context__in=Context.values) & Q(content_area__in=ContentArea.values),
            ),
            models.CheckConstraint(
                name="commitment_status_is_known",
                condition=Q(status__in=["open", "done", "dropped"]),
            ),
            models.CheckConstraint(
                name="a_settled_commitment_says_when",
                condition=Q(status="open", settled_on__isnull=True)
                | Q(status__in=["done", "dropped"], settled_on__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "school", "due_on"], name="commitments_by_school"),
            models.Index(fields=["district", "updated_at", "id"], name="commitments_by_change"),
            models.Index(
                fields=["district", "due_on"],
                condition=Q(status="open"),
                name="open_commitments_by_date",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def place(self) -> CellCode:
        """The cell it belongs to, whatever the year."""
        return CellCode(Context(self.context), ContentArea(self.content_area))

    @property
    def code(self) -> str:
        """The cell's code, e.g. `team.beliefs`."""
        return str(self.place)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status == self.Status.OPEN

    def is_overdue(self, today: date) -> bool:
        """Whether its date lies before `today`, and it is still to be done."""
        return self.is_open and self.due_on < today
