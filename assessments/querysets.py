"""Adjectives for the rows of the work; `visible_to` comes from `schools.querysets`."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Substr, TruncDate
from django.utils import timezone

from assessments.instrument import CELLS
from schools.querysets import DistrictWideQuerySet, TenantQuerySet, Who

# The roles of those who write in a school's cycles (schools.permissions).
WRITERS = ("principal", "team_member")
# A school that lets others quote it, by name or without.
QUOTABLE = ("unnamed", "named")
# Who forgets to end a meeting does not keep the next one from starting.
LONGEST_MEETING = timedelta(days=1)
# A school that was given more time is due later than its campaign; GREATEST passes over null.
DUE_ON = Greatest("campaign__due_on", "extended_to")
CLOSES_ON = Greatest("campaign__closes_on", "extended_to")
# Nothing was saved for so long: someone should ask.
QUIET_AFTER = timedelta(days=14)
# When a school was last heard of; one that has not started, when it could have.
LAST_SIGN = Case(
    When(
        status="not_started",
        then=Greatest(Cast("campaign__opens_on", DateTimeField()), "created_at"),
    ),
    default="updated_at",
)
IN_THE_TOOLS_ORDER = Case(
    *(
        When(context=cell.context, content_area=cell.content_area, then=Value(position))
        for position, cell in enumerate(CELLS)
    ),
    output_field=IntegerField(),
)


class CampaignQuerySet(TenantQuerySet):
    """Campaigns: everyone of the district may know of them."""

    school_lookup = None

    def latest_first(self) -> "CampaignQuerySet":
        """The present year first."""
        return self.order_by("-school_year")


class CycleQuerySet(TenantQuerySet):
    """Cycles; each belongs to one school."""

    def with_campaign(self) -> "CycleQuerySet":
        """With all that says whether it can be edited: the campaign and its district's clock."""
        return self.select_related("campaign__district", "campaign__instrument_version", "school")

    def with_names(self) -> "CycleQuerySet":
        """With its school's name and NCES id and its campaign's due date, for lists that are cut.

        Looked up for the rows that are shown: under row-level security PostgreSQL takes a district
        for far smaller than it is, and would join and sort all its cycles before it cuts.
        """
        return self.annotate(
            school_name=self._looked_up("school", "name"),
            school_nces_schid=self._looked_up("school", "nces_schid"),
            due_on=Greatest(self._looked_up("campaign", "due_on"), F("extended_to")),
        )

    def submitted(self) -> "CycleQuerySet":
        """Handed to the district, and not taken back since."""
        return self.filter(status="submitted")

    def late(self, today: date) -> "CycleQuerySet":
        """Not handed in although their due date lies before `today`."""
        return self.exclude(status="submitted").alias(due=DUE_ON).filter(due__lt=today)

    def with_more_time(self, today: date) -> "CycleQuerySet":
        """Not handed in, and given more time than the others until `today` or later."""
        return self.exclude(status="submitted").filter(extended_to__gte=today)

    def submitted_late(self, time_zone: str) -> "CycleQuerySet":
        """Handed in after their due date, by the clock of `time_zone`."""
        handed_in = TruncDate("submitted_at", tzinfo=ZoneInfo(time_zone))
        return self.submitted().annotate(handed_in=handed_in).filter(handed_in__gt=DUE_ON)

    def open_on(self, today: date) -> "CycleQuerySet":
        """Those that can be written in, or handed in, on that day of their district."""
        begun = self.filter(campaign__opens_on__lte=today, school__is_active=True)
        return begun.alias(closes=CLOSES_ON).filter(closes__gte=today)

    def quiet(self, today: date) -> "CycleQuerySet":
        """Open, not handed in, and nothing saved (or not started) for a while; longest first."""
        still_out = self.open_on(today).exclude(status="submitted")
        rows = still_out.annotate(quiet_since=LAST_SIGN)
        return rows.filter(quiet_since__lt=timezone.now() - QUIET_AFTER).order_by(
            "quiet_since", "school__name", "id"
        )

    def quietest_first(self, today: date) -> "CycleQuerySet":
        """The quiet ones, then all others by the names of their schools."""
        is_quiet = (
            ~Q(status="submitted")
            & Q(campaign__opens_on__lte=today, school__is_active=True)
            & Q(closes__gte=today, last_sign__lt=timezone.now() - QUIET_AFTER)
        )
        rows = self.alias(closes=CLOSES_ON, last_sign=LAST_SIGN).annotate(
            quiet_since=Case(When(is_quiet, then=F("last_sign")), output_field=DateTimeField())
        )
        return rows.order_by(F("quiet_since").asc(nulls_last=True), "school__name", "id")

    def _looked_up(self, relation: str, column: str) -> Subquery:
        related: Any = self.model._meta.get_field(relation).related_model
        its = related._base_manager.filter(district=OuterRef("district"), pk=OuterRef(relation))
        return Subquery(its.order_by().values(column))


class QuotableQuerySet(TenantQuerySet):
    """What a school wrote, which others of its district may read where it agreed to be quoted."""

    def quotable_to(self, who: Who) -> "QuotableQuerySet":
        """Beside `visible_to`, the one other door: words that their school lets others quote."""
        quotable = self.filter(district_id=who.district_id, cycle__district_id=F("district_id"))
        return quotable.filter(cycle__status="submitted", cycle__quoting__in=QUOTABLE)


class CellQuerySet(QuotableQuerySet):
    """Cells of the grid."""

    def in_order(self) -> "CellQuerySet":
        """Contexts before content areas, as the tool has them."""
        return self.annotate(position=IN_THE_TOOLS_ORDER).order_by("position")

    def submitted(self) -> "CellQuerySet":
        """Of submitted cycles only."""
        return self.filter(cycle__status="submitted", cycle__district_id=F("district_id"))


class ReflectionQuerySet(QuotableQuerySet):
    """Answers to the Part 2 questions."""

    def submitted(self) -> "ReflectionQuerySet":
        """Of submitted cycles only."""
        return self.filter(cycle__status="submitted", cycle__district_id=F("district_id"))


class CycleRowQuerySet(TenantQuerySet):
    """Rows that hang on a cycle: revisions and submissions."""

    school_lookup = "cycle__school"


class RevisionQuerySet(CycleRowQuerySet):
    """Versions of a cycle's answers."""

    def latest_first(self) -> "RevisionQuerySet":
        """What was written last comes first."""
        return self.order_by("-edited_at", "-version", "-id")

    def stood_before(self, revision: Any) -> Any:
        """The version of the same answer that stood when `revision` was written, if any."""
        rows = self.filter(code=revision.code, was_refused=False, edited_at__lt=revision.edited_at)
        return rows.latest_first().first()


class MeetingQuerySet(CycleRowQuerySet):
    """Meetings of a school's team."""

    def under_way(self) -> "MeetingQuerySet":
        """Begun within a day and not ended; one that was forgotten is over by itself."""
        return self.filter(ended_at=None, started_at__gt=timezone.now() - LONGEST_MEETING)


class CommitmentQuerySet(TenantQuerySet):
    """Commitments; each is one school's."""

    def still_open(self) -> "CommitmentQuerySet":
        """Neither done nor dropped."""
        return self.filter(status="open")

    def settled(self) -> "CommitmentQuerySet":
        """Done or dropped."""
        return self.exclude(status="open")

    def latest_year_first(self) -> "CommitmentQuerySet":
        """By the year in which they were made, then by what was settled last."""
        return self.order_by("-school_year", "-settled_on", "-id")

    def by_date(self) -> "CommitmentQuerySet":
        """What is due first comes first."""
        return self.order_by("due_on", "made_at", "id")


class WorkingNoteQuerySet(TenantQuerySet):
    """Notes: one's own, and what colleagues of one's school have revealed. Nobody else's."""

    school_lookup = "cycle__school"

    def by_name(self) -> "WorkingNoteQuerySet":
        """With their authors, in the order of their names."""
        return self.select_related("author").order_by("author__name", "id")

    def visible_to(self, who: Who) -> "WorkingNoteQuerySet":
        """A person's own notes, and the revealed ones of the team they write with.

        The district's people, programs and mere readers see none but their own.
        """
        rows = super().visible_to(who)
        author = getattr(who, "user_id", None)
        if author is None:
            return rows.none()
        own = Q(author=author)
        if who.sees_whole_district or who.role not in WRITERS:  # type: ignore[attr-defined]
            return rows.filter(own)
        return rows.filter(own | Q(revealed_at__isnull=False))


class IntroductionQuerySet(TenantQuerySet):
    """Introductions: of the two schools that were told of each other."""

    def visible_to(self, who: Who) -> "IntroductionQuerySet":
        """Those in which one of the two schools is theirs."""
        rows: IntroductionQuerySet = self.filter(district_id=who.district_id)
        if who.sees_whole_district:
            return rows
        theirs = who.school_ids
        return rows.filter(Q(looking__in=theirs) | Q(showing__in=theirs))

    def of_school(self, school_id: Any, school_year: int) -> "IntroductionQuerySet":
        """Those of a school in a year, whichever of the two it is."""
        of_it = Q(looking=school_id) | Q(showing=school_id)
        return self.filter(of_it, school_year=school_year).select_related(
            "looking", "showing", "made_by"
        )

    def latest_first(self) -> "IntroductionQuerySet":
        """What was made last comes first."""
        return self.order_by("-made_at", "-id")


class ReadingQuerySet(TenantQuerySet):
    """What people have read: each sees their own."""

    def visible_to(self, who: Who) -> "ReadingQuerySet":
        """A person's own; a program reads nothing."""
        rows: ReadingQuerySet = self.filter(district_id=who.district_id)
        if getattr(who, "user_id", None) is None:
            return rows.none()
        return rows.filter(reader=who.pk)  # type: ignore[attr-defined]


class SnapshotQuerySet(DistrictWideQuerySet):
    """Dashboard snapshots: about all schools of a district at once."""


class ReleasedQuerySet(TenantQuerySet):
    """Figures that everyone of the district may see."""

    school_lookup = None


class ExportQuerySet(DistrictWideQuerySet):
    """Exports: each belongs to who asked for it, and holds words of all schools."""

    def visible_to(self, who: Who) -> "ExportQuerySet":
        """A person's own, as long as they see the whole district."""
        asked_by = getattr(who, "user_id", None)
        return super().visible_to(who).filter(asked_by=asked_by)

    def latest_first(self) -> "ExportQuerySet":
        """What was asked for last comes first."""
        return self.order_by("-asked_at", "-id")


class ThemeQuerySet(DistrictWideQuerySet):
    """Themes: about all schools of a district at once."""

    def accepted(self) -> "ThemeQuerySet":
        """The district's codebook."""
        return self.filter(status="accepted")

    def undecided(self) -> "ThemeQuerySet":
        """Suggestions of the machine that nobody has touched."""
        return self.filter(status="suggested", found_by_machine=True, decisions=None)


class ExcerptQuerySet(TenantQuerySet):
    """Stretches of schools' texts; each is one school's."""

    def standing(self) -> "ExcerptQuerySet":
        """Not removed, whatever became of the words."""
        return self.filter(removed_at=None)

    def counted(self) -> "ExcerptQuerySet":
        """Those that speak for their school: not removed, still said, in a submitted cycle."""
        return self.standing().filter(
            gone_at=None, cycle__status="submitted", cycle__district_id=F("district_id")
        )

    def with_words(self) -> "ExcerptQuerySet":
        """With the words themselves as `said`, so that nobody reads whole submissions for them."""
        texts = [
            Func(
                *(F("submission__content"), Value(part), F("code"), F("field")),
                function="jsonb_extract_path_text",
                output_field=TextField(),
            )
            for part in ("reflections", "cells")
        ]
        return self.annotate(said=Substr(Coalesce(*texts), F("start") + 1, F("end") - F("start")))


class ThemeReplyQuerySet(TenantQuerySet):
    """Replies to themes: the district's people see all, a school those to what it said."""

    school_lookup = None

    def visible_to(self, who: Who) -> "ThemeReplyQuerySet":
        """All, for who sees the whole district; else those to whose theme a school of theirs spoke.

        A theme that is no longer in the codebook is answered no more.
        """
        rows = super().visible_to(who)
        if who.sees_whole_district:
            return rows
        themes: Any = self.model._meta.get_field("theme").related_model
        excerpts: Any = themes._meta.get_field("excerpts").related_model
        own = excerpts.objects.visible_to(who).counted()
        spoke = own.filter(theme=OuterRef("theme"), school_year=OuterRef("school_year"))
        return rows.filter(Exists(spoke), theme__status="accepted")


class ReplyReadQuerySet(TenantQuerySet):
    """What somebody has put away: nobody's business but theirs."""

    school_lookup = None

    def visible_to(self, who: Who) -> "ReplyReadQuerySet":
        """A person's own."""
        rows = super().visible_to(who)
        person = getattr(who, "user_id", None)
        return rows.filter(user=person) if person else rows.none()
