"""The work itself: campaigns, cycles and their words, submissions, the district's aggregate."""

from assessments.models.campaign import Campaign
from assessments.models.comment import Comment
from assessments.models.commitment import Commitment
from assessments.models.cycle import Cycle, Status
from assessments.models.export import Errand, Export
from assessments.models.extension import Extension
from assessments.models.instrument_version import InstrumentVersion
from assessments.models.introduction import Introduction
from assessments.models.meeting import Meeting, WorkingNote
from assessments.models.notice import Notice
from assessments.models.reading import Reading
from assessments.models.responses import Cell, Reflection, Response, Revision
from assessments.models.snapshot import DashboardSnapshot, DirtyMark, ReleasedFigures
from assessments.models.submission import Reopening, Submission
from assessments.models.theme import Excerpt, Theme
from assessments.models.theme_decision import ReplyRead, ThemeDecision, ThemeReply
from assessments.models.theme_run import ThemeMark, ThemeRun

__all__ = [
    "Campaign",
    "Cell",
    "Comment",
    "Commitment",
    "Cycle",
    "DashboardSnapshot",
    "DirtyMark",
    "Errand",
    "Excerpt",
    "Export",
    "Extension",
    "InstrumentVersion",
    "Introduction",
    "Meeting",
    "Notice",
    "Reading",
    "Reflection",
    "ReleasedFigures",
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
