"""Adjectives for the rows of the work; `visible_to` comes from `schools.querysets`."""

from assessments.querysets.answers import (
    CellQuerySet,
    CommentQuerySet,
    CycleRowQuerySet,
    QuotableQuerySet,
    ReflectionQuerySet,
    RevisionQuerySet,
)
from assessments.querysets.cycles import (
    CampaignQuerySet,
    CycleQuerySet,
)
from assessments.querysets.district import (
    ExportQuerySet,
    IntroductionQuerySet,
    ReadingQuerySet,
    ReleasedQuerySet,
    SnapshotQuerySet,
)
from assessments.querysets.teamwork import (
    WRITERS,
    CommitmentQuerySet,
    MeetingQuerySet,
    WorkingNoteQuerySet,
)
from assessments.querysets.themes import (
    ExcerptQuerySet,
    ReplyReadQuerySet,
    ThemeQuerySet,
    ThemeReplyQuerySet,
)

__all__ = [
    "WRITERS",
    "CampaignQuerySet",
    "CellQuerySet",
    "CommentQuerySet",
    "CommitmentQuerySet",
    "CycleQuerySet",
    "CycleRowQuerySet",
    "ExcerptQuerySet",
    "ExportQuerySet",
    "IntroductionQuerySet",
    "MeetingQuerySet",
    "QuotableQuerySet",
    "ReadingQuerySet",
    "ReflectionQuerySet",
    "ReleasedQuerySet",
    "ReplyReadQuerySet",
    "RevisionQuerySet",
    "SnapshotQuerySet",
    "ThemeQuerySet",
    "ThemeReplyQuerySet",
    "WorkingNoteQuerySet",
]
