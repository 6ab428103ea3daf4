"""What a district's schools have in common: themes, the words behind them, who decided what."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.cycle import Cycle
from assessments.models.submission import Submission
from assessments.querysets import (
    ExcerptQuerySet,
    ReplyReadQuerySet,
    ThemeQuerySet,
    ThemeReplyQuerySet,
)
from schools.models import DistrictRow, School
from schools.querysets import DistrictWideQuerySet

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


class ThemeDecision(DistrictRow):
    """Who decided what about a theme, and when. The database refuses to change it."""

    class What(models.TextChoices):
        """What was decided."""

        MADE = "made", _("Made by hand")
        ACCEPTED = "accepted", _("Accepted")
        RENAMED = "renamed", _("Renamed")
        MERGED = "merged", _("Merged into another")
        TOOK_IN = "took_in", _("Took another in")
        SPLIT = "split", _("Split")
        DROPPED = "dropped", _("Dropped")
        RESTORED = "restored", _("Taken up again")
        EXCERPT_ADDED = "excerpt_added", _("Words added")
        EXCERPT_REMOVED = "excerpt_removed", _("Words taken out")
        CARRIED_ON = "carried_on", _("Found again in a new year")
        ANSWERED = "answered", _("Answered")

    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        related_name="decisions",
        db_constraint=False,
        db_index=False,
    )
    what = models.CharField(_("what"), max_length=15, choices=What)
    detail = models.TextField(_("detail"), blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(_("when"))

    objects = DistrictWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about a theme")
        verbose_name_plural = _("decisions about themes")
        ordering = ("-at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="theme_decision_is_known",
                condition=Q(
                    what__in=[
                        *("made", "accepted", "renamed", "merged", "took_in", "split", "dropped"),
                        *("restored", "excerpt_added", "excerpt_removed", "carried_on"),
                        "answered",
                    ]
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "theme", "at"], name="decisions_by_theme"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.detail}".strip()


class ThemeReply(DistrictRow):
    """You said, we did: what the district answers the schools behind a theme in a school year."""

    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        related_name="replies",
        db_constraint=False,
        db_index=False,
    )
    school_year = models.PositiveSmallIntegerField(_("school year"))
    reply = models.TextField(_("what we heard"))
    action = models.TextField(_("what we do"))
    version = models.PositiveIntegerField(_("version"), default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(_("when"))

    objects = ThemeReplyQuerySet.as_manager()

    own_words: Sequence[Any] = ()
    """What the reader's own school said, where a page has loaded it."""
    about = ""
    """The theme's name, where the reader's school may know it."""

    class Meta:
        verbose_name = _("reply to a theme")
        verbose_name_plural = _("replies to themes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "theme", "school_year"], name="one_reply_per_theme_and_year"
            ),
        ]

    def __str__(self) -> str:
        return self.reply


class ReplyRead(DistrictRow):
    """Somebody has read a reply as it stood at a version, and put it away."""

    reply = models.ForeignKey(
        ThemeReply,
        on_delete=models.CASCADE,
        related_name="readings",
        db_constraint=False,
        db_index=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("when"))

    objects = ReplyReadQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply that was read")
        verbose_name_plural = _("replies that were read")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "reply", "user"], name="a_person_puts_a_reply_away_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} v{self.version}"


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


def in_years(school_year: int) -> str:
    """2027 as "2026–27", as a decision's detail says it."""
    return f"{school_year - 1}–{school_year % 100:02}"


def text_at(content: dict[str, Any], code: str, field: str) -> str:
    """The text of an answer as a submission holds it; nothing when it holds none."""
    answers = content.get("reflections", {}) | content.get("cells", {})
    text: str = answers.get(code, {}).get(field) or ""
    return text
