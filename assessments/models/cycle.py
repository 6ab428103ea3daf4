"""One school in one school year."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.instrument import Quoting
from assessments.models.campaign import Campaign
from assessments.querysets import CycleQuerySet
from schools.models import DistrictRow, School

# For so long a browser keeps what it could not send (`drafts.js`), and we wait for it.
KEPT_ON_A_DEVICE = timedelta(days=60)


class Status(models.TextChoices):
    """Where a cycle is in its life. That a campaign has closed, its dates say."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Submitted")


class Cycle(DistrictRow):
    """Nine cells, the Part 2 reflections, a status. Only `assessments.workflow` changes it."""

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        related_name="cycles",
        db_constraint=False,
        db_index=False,
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="cycles", db_constraint=False, db_index=False
    )
    school_year = models.PositiveSmallIntegerField(_("school year"))
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.NOT_STARTED
    )
    quoting = models.CharField(
        _("may its words be quoted"), max_length=8, choices=Quoting, default=Quoting.NEVER
    )
    extended_to = models.DateField(_("more time until"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"))

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "school_year", "school"],
                name="one_cycle_per_school_and_school_year",
            ),
            models.CheckConstraint(
                name="cycle_status_is_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="cycle_quoting_is_known", condition=Q(quoting__in=Quoting.values)
            ),
            models.CheckConstraint(
                name="a_submitted_cycle_says_when",
                condition=~Q(status=Status.SUBMITTED) | Q(submitted_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "updated_at", "id"], name="cycles_by_change"),
            models.Index(fields=["district", "school", "-school_year"], name="cycles_by_school"),
            models.Index(fields=["district", "campaign"], name="cycles_by_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.campaign}"

    @property
    def is_submitted(self) -> bool:
        """Whether it is in the district's hands."""
        return self.status == Status.SUBMITTED

    @property
    def due_on(self) -> date:
        """The day on which it is due: its campaign's, unless the school was given more time."""
        return max(self.campaign.due_on, self.extended_to or self.campaign.due_on)

    @property
    def closes_on(self) -> date:
        """Its last day: its campaign's, unless the school was given more time than that."""
        return max(self.campaign.closes_on, self.extended_to or self.campaign.closes_on)

    @property
    def opens_at(self) -> datetime:
        """The moment at which its first day begins, on the district's clock."""
        return self.campaign.district.midnight_after(self.campaign.opens_on - timedelta(days=1))

    @property
    def closes_at(self) -> datetime:
        """The moment at which its last day is over, on the district's clock."""
        return self.campaign.district.midnight_after(self.closes_on)

    @property
    def is_open(self) -> bool:
        """Whether the school can write today, by the district's own clock."""
        return self.campaign.opens_on <= self.campaign.district.today() <= self.closes_on

    @property
    def is_closed(self) -> bool:
        """Whether its last day is over."""
        return self.closes_on < self.campaign.district.today()

    def were_typed_in_time(self, typed_at: datetime | None, *, now: datetime) -> bool:
        """Whether words that arrive after the end were typed before it, somewhere cut off."""
        if typed_at is None or typed_at < now - KEPT_ON_A_DEVICE:
            return False
        return self.opens_at <= typed_at < self.closes_at

    @property
    def is_editable(self) -> bool:
        """Whether its words can change now: it is open and not handed in."""
        return self.is_open and not self.is_submitted

    @property
    def is_late(self) -> bool:
        """Whether its due date has passed without a submission."""
        return not self.is_submitted and self.due_on < self.campaign.district.today()

    @property
    def was_late(self) -> bool:
        """Whether it was submitted after its due date, by the district's clock."""
        if not self.is_submitted or self.submitted_at is None:
            return False
        return self.campaign.district.local(self.submitted_at).date() > self.due_on
