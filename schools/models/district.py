"""The tenant: a local education agency."""

import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

MONTHS_IN_A_YEAR = 12
# No breakdown over fewer schools is shown to the schools (domain.md); a district may raise it.
FEWEST_SCHOOLS = 5


def known_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a time zone such as `America/Chicago`."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone. Write it like America/Chicago."),
            code="unknown_time_zone",
            params={"name": name},
        )


class District(models.Model):
    """A district. Global: its name and address are known before anyone is inside it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    nces_leaid = models.CharField(
        _("NCES district id"),
        max_length=7,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{7}$", _("Seven digits, leading zeros kept."))],
    )
    state = models.CharField(_("state"), max_length=2, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="America/New_York", validators=[known_time_zone]
    )
    year_begins_month = models.PositiveSmallIntegerField(
        _("month in which the school year begins"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(MONTHS_IN_A_YEAR)],
    )
    fewest_schools = models.PositiveSmallIntegerField(
        _("fewest schools of a figure"),
        default=FEWEST_SCHOOLS,
        db_default=FEWEST_SCHOOLS,
        validators=[MinValueValidator(FEWEST_SCHOOLS)],
        help_text=_("Schools see no figure over fewer schools of the district than this."),
    )
    sign_on_only = models.BooleanField(
        _("sign-on only"), default=False, db_default=False, editable=False
    )
    """Whether its pages open to sessions alone that began with its own sign-on (ADR 22)."""
    requires_second_factor = models.BooleanField(
        _("second factor for everyone"),
        default=False,
        db_default=False,
        help_text=_("District admins need one in any case."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="district_leaid_is_seven_digits",
                condition=Q(nces_leaid__isnull=True) | Q(nces_leaid__regex=r"^\d{7}$"),
            ),
            models.CheckConstraint(
                name="district_year_begins_in_a_month",
                condition=Q(year_begins_month__range=(1, MONTHS_IN_A_YEAR)),
            ),
            models.CheckConstraint(
                name="district_floor_is_never_lowered",
                condition=Q(fewest_schools__gte=FEWEST_SCHOOLS),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def today(self) -> date:
        """The date on the district's own wall."""
        return self.local(timezone.now()).date()

    def local(self, moment: datetime) -> datetime:
        """`moment` on the district's own clock."""
        return moment.astimezone(zoneinfo.ZoneInfo(self.time_zone))

    def midnight_before(self, day: date) -> datetime:
        """The moment at which `day` begins on the district's own clock."""
        return self.midnight_after(day - timedelta(days=1))

    def midnight_after(self, day: date) -> datetime:
        """The moment at which `day` ends on the district's own clock."""
        following = datetime.combine(day + timedelta(days=1), time.min)
        return following.replace(tzinfo=zoneinfo.ZoneInfo(self.time_zone))

    def school_year_of(self, day: date) -> int:
        """The school year `day` lies in, named by the calendar year in which it ends."""
        if self.year_begins_month == 1:
            return day.year
        return day.year + (day.month >= self.year_begins_month)

    def first_day_of(self, school_year: int) -> date:
        """The day on which `school_year` begins here."""
        starts_before = self.year_begins_month > 1
        return date(school_year - starts_before, self.year_begins_month, 1)

    @property
    def this_school_year(self) -> int:
        """The school year that today lies in."""
        return self.school_year_of(self.today())
