"""That the district's specialist has brought two schools together over a cell."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.instrument import CellCode, ContentArea, Context
from assessments.querysets import IntroductionQuerySet
from schools.models import DistrictRow, School


class Introduction(DistrictRow):
    """One school looks for an example, another could show one: they were told of each other.

    Once for each pair, cell and school year. The database refuses to change it.
    """

    looking = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    showing = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    school_year = models.PositiveSmallIntegerField(_("school year"))
    context = models.CharField(_("context"), max_length=12, choices=Context)
    content_area = models.CharField(_("content area"), max_length=9, choices=ContentArea)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    made_at = models.DateTimeField(_("made"))

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions of schools")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    *("district", "school_year", "context", "content_area"),
                    *("looking", "showing"),
                ],
                name="two_schools_are_introduced_once",
            ),
            models.CheckConstraint(
                name="introduction_is_in_the_grid",
                condition=Q(context__in=Context.values) & Q(content_area__in=ContentArea.values),
            ),
            models.CheckConstraint(
                name="nobody_is_introduced_to_themselves", condition=~Q(looking=F("showing"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["district", "looking", "school_year"], name="introductions_who_look"
            ),
            models.Index(
                fields=["district", "showing", "school_year"], name="introductions_who_show"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.looking_id} → {self.showing_id}, {self.code}"

    @property
    def place(self) -> CellCode:
        """The cell it is about."""
        return CellCode(Context(self.context), ContentArea(self.content_area))

    @property
    def code(self) -> str:
        """The cell's code, e.g. `team.beliefs`."""
        return str(self.place)
