"""A published version of the tool's wording."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from assessments.instrument import Wording


class InstrumentVersion(models.Model):
    """The tool as data. Global, and never changed: a cycle keeps the words it was opened with.

    `definition` has the shape of `assessments/instrument/advancing_equity_2026_1.toml`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("instrument"), max_length=60)
    version = models.CharField(_("version"), max_length=20)
    definition = models.JSONField(_("definition"))
    published_at = models.DateTimeField(_("published"), auto_now_add=True)

    class Meta:
        verbose_name = _("instrument version")
        verbose_name_plural = _("instrument versions")
        ordering = ("-published_at",)
        get_latest_by = "published_at"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="a_version_is_published_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def wording(self, language: str | None = None) -> Wording:
        """The wording in `language`, by default the language of the present request."""
        return Wording(self.definition, language)
