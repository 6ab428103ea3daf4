"""The forms of the pages. They read what was sent; the verbs decide."""

from assessments.forms.beside import (
    CommentForm,
    CommitmentForm,
    NewCommitmentForm,
    NoteForm,
    RestorationForm,
)
from assessments.forms.campaigns import CampaignChangeForm, CampaignForm
from assessments.forms.cycles import ExtensionForm, ReopeningForm, SubmissionForm
from assessments.forms.exports import ExportForm, RowsForm
from assessments.forms.reading import ReadingForm
from assessments.forms.responses import CellForm, ReflectionForm, ResponseForm

__all__ = [
    "CampaignChangeForm",
    "CampaignForm",
    "CellForm",
    "CommentForm",
    "CommitmentForm",
    "ExportForm",
    "ExtensionForm",
    "NewCommitmentForm",
    "NoteForm",
    "ReadingForm",
    "ReflectionForm",
    "ReopeningForm",
    "ResponseForm",
    "RestorationForm",
    "RowsForm",
    "SubmissionForm",
]
