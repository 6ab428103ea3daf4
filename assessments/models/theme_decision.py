"""What was decided about a theme and when; what the district answers it, and who has seen that."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.theme import Theme
from assessments.querysets import ReplyReadQuerySet, ThemeReplyQuerySet
from schools.models import DistrictRow
from schools.querysets import DistrictWideQuerySet


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
