"""A district's launch of one instrument version for one school year."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.instrument_version import InstrumentVersion
from assessments.querysets import CampaignQuerySet
from schools.models import DistrictRow

FIRST_SCHOOL_YEAR = 2000
LAST_SCHOOL_YEAR = 2100


class Campaign(DistrictRow):
    """The year's invitation to every school: from when, until when, with which wording."""

    instrument_version = models.ForeignKey(
        InstrumentVersion,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("wording"),
    )
    school_year = models.PositiveSmallIntegerField(_("school year"))
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"))
    closes_on = models.DateField(_("closes on"))
    message = models.TextField(_("message to the schools"), blank=True)
    asks_level = models.BooleanField(_("ask how settled the opportunities are"), default=True)
    asks_reach = models.BooleanField(_("ask whom they reach"), default=True)
    asks_offer = models.BooleanField(_("ask what schools could show each other"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "school_year"], name="one_campaign_per_school_year"
            ),
            models.CheckConstraint(
                name="campaign_dates_are_in_order",
                condition=Q(opens_on__lte=F("due_on")) & Q(due_on__lte=F("closes_on")),
            ),
            models.CheckConstraint(
                name="campaign_school_year_is_a_year",
                condition=Q(school_year__range=(FIRST_SCHOOL_YEAR, LAST_SCHOOL_YEAR)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "updated_at", "id"], name="campaigns_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.school_year - 1}–{self.school_year % 100:02}"

    @staticmethod
    def at_hand(campaigns: "Sequence[Campaign]") -> "Campaign":
        """The one that a page shows unasked: the latest that has opened, else the first to open.

        `campaigns` are one district's, the latest first.
        """
        begun = (campaign for campaign in campaigns if not campaign.is_upcoming)
        return next(begun, campaigns[-1])

    @property
    def is_open(self) -> bool:
        """Whether schools can write today, by the district's own clock."""
        return self.opens_on <= self.district.today() <= self.closes_on

    @property
    def is_upcoming(self) -> bool:
        """Whether it has yet to open."""
        return self.district.today() < self.opens_on

    @property
    def is_closed(self) -> bool:
        """Whether its last day is over."""
        return self.closes_on < self.district.today()

    @property
    def is_past_due(self) -> bool:
        """Whether the day on which cycles are due is over."""
        return self.due_on < self.district.today()
