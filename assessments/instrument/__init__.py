"""The tool as data: its codes, and its wording by version and language."""

from assessments.instrument.codes import (
    CELL_CODES,
    CELLS,
    CellCode,
    ContentArea,
    Context,
    Disposition,
    Offer,
    OpportunityLevel,
    Quoting,
    Reach,
)
from assessments.instrument.wording import CellPrompts, Field, Option, Question, Wording

__all__ = [
    "CELLS",
    "CELL_CODES",
    "CellCode",
    "CellPrompts",
    "ContentArea",
    "Context",
    "Disposition",
    "Field",
    "Offer",
    "OpportunityLevel",
    "Option",
    "Question",
    "Quoting",
    "Reach",
    "Wording",
]
