"""What is taken along: asked for by a person or a program, made by a worker."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from assessments.querysets import ExportQuerySet
from schools.models import District, DistrictRow

KEPT_FOR = timedelta(days=7)
LONGEST_QUERY = 1_000


def place_of(export: Any, _name: str) -> str:
    """Where its file lies in the private storage; nothing in it can be guessed or typed."""
    return f"exports/{export.district_id}/{export.pk}.{export.file_format}"


class Export(DistrictRow):
    """One file for one person. Only `assessments.exports` asks; only `reports.exports` makes it.

    `query` is the dashboard's address at the time, without the year: the filters that were set.
    """

    class Kind(models.TextChoices):
        """What is in it."""

        CELLS = "cells", _("The nine cells")
        REFLECTIONS = "reflections", _("Part 2: looking across")
        COMMITMENTS = "commitments", _("Commitments")
        CYCLES = "cycles", _("Progress: one row a school")
        WORKBOOK = "workbook", _("The workbook")
        BOARD_REPORT = "board_report", _("The board report")

    class Format(models.TextChoices):
        """How it is written down; the codes are the files' endings."""

        CSV = "csv", "CSV"
        NDJSON = "ndjson", "NDJSON"
        PARQUET = "parquet", "Parquet"
        XLSX = "xlsx", "Excel (XLSX)"
        PDF = "pdf", "PDF"

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Not made")
        EXPIRED = "expired", _("Removed")

    # In which formats a kind can be had.
    FORMATS: ClassVar[dict[str, tuple[str, ...]]] = {
        **dict.fromkeys(
            (Kind.CELLS, Kind.REFLECTIONS, Kind.COMMITMENTS, Kind.CYCLES),
            (Format.CSV, Format.NDJSON, Format.PARQUET, Format.XLSX),
        ),
        Kind.WORKBOOK: (Format.XLSX,),
        Kind.BOARD_REPORT: (Format.PDF,),
    }

    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    file_format = models.CharField(_("format"), max_length=7, choices=Format)
    first_year = models.PositiveSmallIntegerField(_("from school year"))
    last_year = models.PositiveSmallIntegerField(_("to school year"))
    query = models.CharField(_("filters"), max_length=LONGEST_QUERY, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(_("asked for"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    done = models.PositiveIntegerField(_("rows written"), default=0)
    total = models.PositiveIntegerField(_("rows"), null=True)
    started_at = models.DateTimeField(_("begun"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    file = models.FileField(_("file"), upload_to=place_of, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="export_kind_is_known",
                condition=Q(
                    kind__in=(
                        *("cells", "reflections", "commitments", "cycles"),
                        *("workbook", "board_report"),
                    )
                ),
            ),
            models.CheckConstraint(
                name="export_state_is_known",
                condition=Q(state__in=("waiting", "running", "done", "failed", "expired")),
            ),
            models.CheckConstraint(
                name="export_years_are_in_order", condition=Q(first_year__lte=F("last_year"))
            ),
            models.CheckConstraint(
                name="a_finished_export_has_its_file",
                condition=~Q(state="done") | (~Q(file="") & Q(finished_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "asked_by", "-asked_at"], name="exports_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.years}"

    @property
    def years(self) -> str:
        """Its school years as people write them: "2026–27", or "2024–25 to 2026–27"."""
        first, last = (f"{year - 1}–{year % 100:02}" for year in (self.first_year, self.last_year))
        return (
            first
            if first == last
            else _("%(first)s to %(last)s")
            % {
                "first": first,
                "last": last,
            }
        )

    @property
    def is_under_way(self) -> bool:
        """Whether it has yet to be made."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_ready(self) -> bool:
        """Whether its file can be fetched."""
        return self.state == self.State.DONE and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether its file has been kept for as long as it is kept."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def expires_at(self) -> Any:
        """When its file is removed; None while there is none."""
        return self.finished_at and self.finished_at + KEPT_FOR

    @property
    def file_name(self) -> str:
        """How it is called when it is saved: letters, digits and hyphens alone."""
        years = f"{self.first_year - 1}-{self.last_year % 100:02}"
        kind = self.kind.replace("_", "-")
        return f"{slugify(self.district.name) or 'district'}-{kind}-{years}.{self.file_format}"


class Errand(models.Model):
    """An export wants attention at a certain moment: it is to be made, or its file removed.

    Global, like dirty marks: the sweep reads errands across districts, and they hold ids only.
    Written with the export in one transaction, so that nothing asked for is lost with the queue.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    export_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("errand")
        verbose_name_plural = _("errands")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "export_id"], name="one_errand_per_export"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="errands_by_time")]

    def __str__(self) -> str:
        return str(self.export_id)
