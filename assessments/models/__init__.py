"""The work itself: campaigns, cycles and their words, submissions, the district's aggregate."""

from assessments.models.campaign import Campaign
from assessments.models.cycle import Cycle, Status
from assessments.models.instrument_version import InstrumentVersion
from assessments.models.responses import Cell, Reflection, Response, Revision
from assessments.models.snapshot import DashboardSnapshot, DirtyMark
from assessments.models.submission import Reopening, Submission

__all__ = [
    "Campaign",
    "Cell",
    "Cycle",
    "DashboardSnapshot",
    "DirtyMark",
    "InstrumentVersion",
    "Reflection",
    "Reopening",
    "Response",
    "Revision",
    "Status",
    "Submission",
]
