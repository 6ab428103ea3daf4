"""A school of a district."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.models.tenant import DistrictRow
from schools.querysets import TenantQuerySet

LONGEST_GROUP = 60


class SchoolLevel(models.TextChoices):
    """The level by the grades a school teaches (`schools.rosters.nces` says how)."""

    ELEMENTARY = "elementary", _("Elementary")
    MIDDLE = "middle", _("Middle")
    HIGH = "high", _("High")
    OTHER = "other", _("Other")


class SchoolQuerySet(TenantQuerySet["School"]):
    """Schools; each is its own school."""

    school_lookup = "pk"

    def active(self) -> "SchoolQuerySet":
        """Schools that teach now, and so take part in a new campaign."""
        return self.filter(is_active=True)

    def groups(self) -> list[str]:
        """The labels that the district has given its schools, each once."""
        labels = self.exclude(group="").order_by("group").values_list("group", flat=True)
        return list(labels.distinct())


class School(DistrictRow):
    """A school. A school that closes becomes inactive; its years stay."""

    # Null, not blank: schools without an id are many, and each id is unique.
    nces_schid = models.CharField(  # noqa: DJ001
        _("NCES school id"), max_length=12, null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=200)
    level = models.CharField(
        _("level"), max_length=12, choices=SchoolLevel, default=SchoolLevel.OTHER
    )
    low_grade = models.CharField(_("lowest grade"), max_length=2, blank=True)
    high_grade = models.CharField(_("highest grade"), max_length=2, blank=True)
    students = models.PositiveIntegerField(_("students"), null=True, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    group = models.CharField(
        _("group"),
        max_length=LONGEST_GROUP,
        blank=True,
        default="",
        db_default="",
        help_text=_("A label of the district’s own, such as a network or a region."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "nces_schid"], name="one_school_per_nces_id"
            ),
            models.CheckConstraint(
                name="school_nces_id_is_twelve_digits",
                condition=Q(nces_schid__isnull=True) | Q(nces_schid__regex=r"^\d{12}$"),
            ),
            models.CheckConstraint(
                name="school_level_is_known", condition=Q(level__in=SchoolLevel.values)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "updated_at", "id"], name="schools_by_change"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def grades(self) -> str:
        """The grades as people write them: "KG–05", or nothing when they are not known."""
        return "–".join(filter(None, (self.low_grade, self.high_grade)))
