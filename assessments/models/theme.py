"""What a district's schools have in common: themes, the words behind them, who decided what."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.cycle import Cycle
from assessments.models.submission import Submission
from assessments.querysets import (
    ExcerptQuerySet,
    ThemeQuerySet,
)
from schools.models import DistrictRow, School

REFLECTIONS = "reflections"
LONGEST_THEME_NAME = 120


class Theme(DistrictRow):
    """Something that several schools say. A suggestion until a person has decided.

    Accepted themes are the district's codebook: they live on from year to year. `source` is what
    was read for it: the reflections, or the cell of that code.
    """

    class Status(models.TextChoices):
        """What became of it."""

        SUGGESTED = "suggested", _("Suggested")
        ACCEPTED = "accepted", _("Accepted")
        DROPPED = "dropped", _("Dropped")
        MERGED = "merged", _("Merged into another")

    name = models.CharField(_("name"), max_length=LONGEST_THEME_NAME)
    # A name that the machine took from the texts is some school's own words.
    name_is_given = models.BooleanField(_("named by a person"), default=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.SUGGESTED)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_constraint=False,
        db_index=False,
    )
    source = models.CharField(_("read for it"), max_length=40, default=REFLECTIONS)
    school_year = models.PositiveSmallIntegerField(_("first school year"))
    found_by_machine = models.BooleanField(_("found by machine"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    made_at = models.DateTimeField(_("made"))
    updated_at = models.DateTimeField(_("changed"))

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="theme_status_is_known",
                condition=Q(status__in=["suggested", "accepted", "dropped", "merged"]),
            ),
            models.CheckConstraint(
                name="a_merged_theme_says_into_which",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(name="a_theme_has_a_name", condition=~Q(name="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "source", "status"], name="themes_by_source"),
            models.Index(fields=["district", "updated_at", "id"], name="themes_by_change"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_suggested(self) -> bool:
        """Whether nobody has decided about it yet."""
        return self.status == self.Status.SUGGESTED

    @property
    def is_accepted(self) -> bool:
        """Whether it is in the codebook."""
        return self.status == self.Status.ACCEPTED


class Excerpt(DistrictRow):
    """A stretch of a submission's text that speaks of a theme: exactly its characters.

    It counts while its cycle is submitted, nobody has removed it, and the words still stand in the
    last submission (`gone_at` says since when they do not).
    """

    theme = models.ForeignKey(
        Theme,
        on_delete=models.CASCADE,
        related_name="excerpts",
        db_constraint=False,
        db_index=False,
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        related_name="excerpts",
        db_constraint=False,
        db_index=False,
    )
    school_year = models.PositiveSmallIntegerField(_("school year"))
    code = models.CharField(_("cell or question"), max_length=40)
    field = models.CharField(_("which of its texts"), max_length=20)
    start = models.PositiveIntegerField(_("from"))
    end = models.PositiveIntegerField(_("to"))
    by_machine = models.BooleanField(_("found by machine"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    added_at = models.DateTimeField(_("added"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    gone_at = models.DateTimeField(_("no longer said"), null=True, blank=True)

    objects = ExcerptQuerySet.as_manager()

    class Meta:
        verbose_name = _("excerpt")
        verbose_name_plural = _("excerpts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "theme", "submission", "code", "field", "start", "end"],
                name="each_stretch_once_per_theme",
            ),
            models.CheckConstraint(name="an_excerpt_has_words", condition=Q(start__lt=F("end"))),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["district", "theme", "school_year"], name="excerpts_by_theme_and_year"
            ),
            models.Index(fields=["district", "cycle"], name="excerpts_by_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.start}–{self.end}"

    @property
    def place(self) -> tuple[str, str]:
        """Which text of which answer it lies in."""
        return self.code, self.field

    @property
    def whole(self) -> str:
        """The text that it is a stretch of."""
        return text_at(self.submission.content, self.code, self.field)

    @property
    def words(self) -> str:
        """The school's own words."""
        return self.whole[self.start : self.end]

    @property
    def before(self) -> str:
        """What stands in front of it."""
        return self.whole[: self.start]

    @property
    def after(self) -> str:
        """What follows."""
        return self.whole[self.end :]


def in_years(school_year: int) -> str:
    """2027 as "2026–27", as a decision's detail says it."""
    return f"{school_year - 1}–{school_year % 100:02}"


def text_at(content: dict[str, Any], code: str, field: str) -> str:
    """The text of an answer as a submission holds it; nothing when it holds none."""
    answers = content.get("reflections", {}) | content.get("cells", {})
    text = answers.get(code, {}).get(field)
    # Beside its texts an answer holds choices, which nobody can quote.
    return text if isinstance(text, str) else ""
