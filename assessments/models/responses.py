"""A school's words: cells, reflections, and every version that was ever saved or refused."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.instrument import (
    CellCode,
    ContentArea,
    Context,
    Disposition,
    Offer,
    OpportunityLevel,
    Question,
    Reach,
)
from assessments.models.cycle import Cycle
from assessments.querysets import CellQuerySet, ReflectionQuerySet, RevisionQuerySet
from schools.models import DistrictRow, School


class Response(DistrictRow):
    """What a cell and a reflection share: a version, and who wrote last.

    School and school year stand on each row so that a year can be read without joins.
    """

    CONTENT: ClassVar[tuple[str, ...]]
    # Those of them that are free words.
    TEXTS: ClassVar[tuple[str, ...]]

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    school_year = models.PositiveSmallIntegerField(_("school year"))
    version = models.PositiveIntegerField(_("version"), default=0)
    updated_at = models.DateTimeField(_("changed"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        abstract = True

    @property
    def content(self) -> dict[str, Any]:
        """What was answered, as plain data."""
        return {name: getattr(self, name) for name in self.CONTENT}

    @property
    def code(self) -> str:
        """What names this response within its cycle, e.g. `team.beliefs` or `balance`."""
        raise NotImplementedError


class Cell(Response):
    """One context × one content area: where opportunities stand now, how they can be improved."""

    CONTENT = (
        "opportunities",
        "improvements",
        "opportunity_level",
        "reach",
        "offer",
        "disposition",
        "disposition_why",
        "minority_view",
    )
    TEXTS = ("opportunities", "improvements", "disposition_why", "minority_view")

    cycle = models.ForeignKey(
        Cycle, on_delete=models.CASCADE, related_name="cells", db_constraint=False, db_index=False
    )
    context = models.CharField(_("context"), max_length=12, choices=Context)
    content_area = models.CharField(_("content area"), max_length=9, choices=ContentArea)
    opportunities = models.TextField(_("where we are now"), blank=True, default="")
    improvements = models.TextField(_("what could improve"), blank=True, default="")
    opportunity_level = models.PositiveSmallIntegerField(
        _("how settled"), choices=OpportunityLevel, null=True, blank=True
    )
    reach = models.CharField(_("reach"), max_length=8, choices=Reach, blank=True, default="")
    offer = models.CharField(_("offer"), max_length=8, choices=Offer, blank=True, default="")
    disposition = models.CharField(
        _("what became of last year’s improvement"),
        max_length=9,
        choices=Disposition,
        blank=True,
        default="",
        db_default="",
    )
    disposition_why = models.TextField(_("why, in one line"), blank=True, default="", db_default="")
    minority_view = models.TextField(_("a minority view"), blank=True, default="", db_default="")
    # "None yet" is an honest answer; silence is not (domain.md).
    is_answered = models.GeneratedField(
        expression=~Q(opportunities="") | Q(opportunity_level__isnull=False, opportunity_level=0),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "cycle", "context", "content_area"],
                name="each_cell_once_per_cycle",
            ),
            models.CheckConstraint(
                name="cell_is_in_the_grid",
                condition=Q(context__in=Context.values) & Q(content_area__in=ContentArea.values),
            ),
            models.CheckConstraint(
                name="cell_level_is_known",
                condition=Q(opportunity_level__isnull=True)
                | Q(opportunity_level__in=OpportunityLevel.values),
            ),
            models.CheckConstraint(
                name="cell_reach_is_known", condition=Q(reach__in=["", *Reach.values])
            ),
            models.CheckConstraint(
                name="cell_offer_is_known", condition=Q(offer__in=["", *Offer.values])
            ),
            models.CheckConstraint(
                name="cell_disposition_is_known",
                condition=Q(disposition__in=["", *Disposition.values]),
            ),
        ]
        indexes: ClassVar = [
            # The year's grid is counted from this index alone.
            models.Index(
                fields=["district", "school_year", "cycle"],
                include=["context", "content_area", "opportunity_level", "is_answered"],
                name="cells_of_a_year",
            ),
            models.Index(fields=["district", "updated_at", "id"], name="cells_by_change"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The cell's code, e.g. `team.beliefs`."""
        return str(self.place)

    @property
    def place(self) -> CellCode:
        """Where in the grid it lies."""
        return CellCode(Context(self.context), ContentArea(self.content_area))

    @property
    def says_none_yet(self) -> bool:
        """Whether the school said that there are no opportunities yet."""
        return self.opportunity_level == OpportunityLevel.NONE_YET


class Reflection(Response):
    """A school's answer to one Part 2 question: a text and a structured answer."""

    CONTENT = ("text", "answer")
    TEXTS = ("text",)

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.CASCADE,
        related_name="reflections",
        db_constraint=False,
        db_index=False,
    )
    question = models.CharField(_("question"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("our words"), blank=True, default="")
    answer = models.JSONField(_("structured answer"), blank=True, default=dict)
    is_answered = models.BooleanField(_("answered"), default=False)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "cycle", "question"], name="each_question_once_per_cycle"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "school_year", "cycle"], name="reflections_of_a_year"),
            models.Index(fields=["district", "updated_at", "id"], name="reflections_by_change"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def whole_question(self) -> Question:
        """The question, in the wording of its cycle."""
        question = self.cycle.campaign.instrument_version.wording().question(self.question)
        assert question is not None  # noqa: S101 - a cycle's questions are its version's
        return question

    @property
    def code(self) -> str:
        """The question's key."""
        return self.question


class Revision(DistrictRow):
    """What one editor wrote in one sitting, kept for good; also what was refused as stale."""

    cycle = models.ForeignKey(
        Cycle,
        on_delete=models.CASCADE,
        related_name="revisions",
        db_constraint=False,
        db_index=False,
    )
    code = models.CharField(_("cell or question"), max_length=40)
    version = models.PositiveIntegerField(
        _("version"), help_text=_("The version it made or, when refused, the one it was based on.")
    )
    content = models.JSONField(_("content"))
    was_refused = models.BooleanField(_("refused as stale"), default=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    started_at = models.DateTimeField(_("from"))
    edited_at = models.DateTimeField(_("until"))
    # How many characters of earlier texts the saves that were folded into it have lost, at most.
    characters_lost = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        indexes: ClassVar = [
            models.Index(
                fields=["district", "cycle", "code", "-edited_at"], name="revisions_of_a_response"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
