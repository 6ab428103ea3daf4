"""Adjectives for campaigns and cycles: when they are due, open, late, quiet."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, DateTimeField, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Greatest, TruncDate
from django.utils import timezone

from schools.querysets import TenantQuerySet

# A school that was given more time is due later than its campaign; GREATEST passes over null.
DUE_ON = Greatest("campaign__due_on", "extended_to")
CLOSES_ON = Greatest("campaign__closes_on", "extended_to")
# Nothing was saved for so long: someone should ask.
QUIET_AFTER = timedelta(days=14)
# When a school was last heard of; one that has not started, when it could have.
LAST_SIGN = Case(
    When(
        status="not_started",
        then=Greatest(Cast("campaign__opens_on", DateTimeField()), "created_at"),
    ),
    default="updated_at",
)


class CampaignQuerySet(TenantQuerySet):
    """Campaigns: everyone of the district may know of them."""

    school_lookup = None

    def latest_first(self) -> "CampaignQuerySet":
        """The present year first."""
        return self.order_by("-school_year")


class CycleQuerySet(TenantQuerySet):
    """Cycles; each belongs to one school."""

    def with_campaign(self) -> "CycleQuerySet":
        """With all that says whether it can be edited: the campaign and its district's clock."""
        return self.select_related("campaign__district", "campaign__instrument_version", "school")

    def with_names(self) -> "CycleQuerySet":
        """With its school's name and NCES id and its campaign's due date, for lists that are cut.

        Looked up for the rows that are shown: under row-level security PostgreSQL takes a district
        for far smaller than it is, and would join and sort all its cycles before it cuts.
        """
        return self.annotate(
            school_name=self._looked_up("school", "name"),
            school_nces_schid=self._looked_up("school", "nces_schid"),
            due_on=Greatest(self._looked_up("campaign", "due_on"), F("extended_to")),
        )

    def with_commitments(self) -> "CycleQuerySet":
        """With `promised`: the versions of the commitments made in it, added up.

        They only go up, and no commitment is ever taken away: it is another after every change.
        """
        schools: Any = self.model._meta.get_field("school").related_model
        made = schools._meta.get_field("commitments").related_model
        its = made._base_manager.filter(
            district=OuterRef("district"),
            school=OuterRef("school"),
            school_year=OuterRef("school_year"),
        )
        versions = its.order_by().values("school").annotate(sum=Sum("version")).values("sum")
        return self.annotate(promised=Subquery(versions))

    def submitted(self) -> "CycleQuerySet":
        """Handed to the district, and not taken back since."""
        return self.filter(status="submitted")

    def late(self, today: date) -> "CycleQuerySet":
        """Not handed in although their due date lies before `today`."""
        return self.exclude(status="submitted").alias(due=DUE_ON).filter(due__lt=today)

    def with_more_time(self, today: date) -> "CycleQuerySet":
        """Not handed in, and given more time than the others until `today` or later."""
        return self.exclude(status="submitted").filter(extended_to__gte=today)

    def submitted_late(self, time_zone: str) -> "CycleQuerySet":
        """Handed in after their due date, by the clock of `time_zone`."""
        handed_in = TruncDate("submitted_at", tzinfo=ZoneInfo(time_zone))
        return self.submitted().annotate(handed_in=handed_in).filter(handed_in__gt=DUE_ON)

    def open_on(self, today: date) -> "CycleQuerySet":
        """Those that can be written in, or handed in, on that day of their district."""
        begun = self.filter(campaign__opens_on__lte=today, school__is_active=True)
        return begun.alias(closes=CLOSES_ON).filter(closes__gte=today)

    def quiet(self, today: date) -> "CycleQuerySet":
        """Open, not handed in, and nothing saved (or not started) for a while; longest first."""
        still_out = self.open_on(today).exclude(status="submitted")
        rows = still_out.annotate(quiet_since=LAST_SIGN)
        return rows.filter(quiet_since__lt=timezone.now() - QUIET_AFTER).order_by(
            "quiet_since", "school__name", "id"
        )

    def quietest_first(self, today: date) -> "CycleQuerySet":
        """The quiet ones, then all others by the names of their schools."""
        is_quiet = (
            ~Q(status="submitted")
            & Q(campaign__opens_on__lte=today, school__is_active=True)
            & Q(closes__gte=today, last_sign__lt=timezone.now() - QUIET_AFTER)
        )
        rows = self.alias(closes=CLOSES_ON, last_sign=LAST_SIGN).annotate(
            quiet_since=Case(When(is_quiet, then=F("last_sign")), output_field=DateTimeField())
        )
        return rows.order_by(F("quiet_since").asc(nulls_last=True), "school__name", "id")

    def _looked_up(self, relation: str, column: str) -> Subquery:
        related: Any = self.model._meta.get_field(relation).related_model
        its = related._base_manager.filter(district=OuterRef("district"), pk=OuterRef(relation))
        return Subquery(its.order_by().values(column))
