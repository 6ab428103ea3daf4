"""The work itself: campaigns, cycles and their words, submissions, the district's aggregate."""

from assessments.models.campaign import Campaign
from assessments.models.comment import Comment
from assessments.models.commitment import Commitment
from assessments.models.cycle import Cycle, Status
from assessments.models.extension import Extension
from assessments.models.instrument_version import InstrumentVersion
from assessments.models.meeting import Meeting, WorkingNote
from assessments.models.notice import Notice
from assessments.models.responses import Cell, Reflection, Response, Revision
from assessments.models.snapshot import DashboardSnapshot, DirtyMark
from assessments.models.submission import Reopening, Submission
from assessments.models.theme import (
    Excerpt,
    ReplyRead,
    Theme,
    ThemeDecision,
    ThemeMark,
    ThemeReply,
    ThemeRun,
)

__all__ = [
    "Campaign",
    "Cell",
    "Comment",
    "Commitment",
    "Cycle",
    "DashboardSnapshot",
    "DirtyMark",
    "Excerpt",
    "Extension",
    "InstrumentVersion",
    "Meeting",
    "Notice",
    "Reflection",
    "Reopening",
    "ReplyRead",
    "Response",
    "Revision",
    "Status",
    "Submission",
    "Theme",
    "ThemeDecision",
    "ThemeMark",
    "ThemeReply",
    "ThemeRun",
    "WorkingNote",
]
