"""What colleagues and the district's specialist say about a cycle or a part of it."""

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.cycle import Cycle
from assessments.querysets import CommentQuerySet
from schools.models import DistrictRow


class Comment(DistrictRow):
    """One remark. The first of a thread is open or resolved; replies hang on it."""

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.CASCADE,
        related_name="comments",
        db_constraint=False,
        db_index=False,
    )
    code = models.CharField(
        _("cell or question"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("Blank: about the whole cycle."),
    )
    thread = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="replies",
        db_constraint=False,
        db_index=False,
    )
    text = models.TextField(_("comment"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    written_at = models.DateTimeField(_("written"))
    updated_at = models.DateTimeField(_("changed"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    objects = CommentQuerySet.as_manager()

    said_since: Sequence["Comment"] = ()
    """The replies of a thread, where a page has loaded them."""
    said_as = ""
    """What its author is in the district, where a page has asked."""

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("written_at", "id")
        indexes: ClassVar = [
            models.Index(fields=["district", "cycle", "written_at"], name="comments_by_cycle"),
            models.Index(fields=["district", "updated_at", "id"], name="comments_by_change"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_resolved(self) -> bool:
        """Whether its thread is settled."""
        return self.resolved_at is not None
