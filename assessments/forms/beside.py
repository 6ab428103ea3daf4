"""What stands beside an answer: commitments, comments, notes, its history. The verbs decide."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.commitments import CommitmentConflict
from assessments.forms.fields import VersionField, day_input
from assessments.models import Cell, Commitment


class NewCommitmentForm(forms.Form):
    """What, who, by when; first of all what could improve in the cell."""

    what = forms.CharField(
        label=_("What will you do?"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what you will do.")},
    )
    who = forms.CharField(
        label=_("Who takes it on?"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say who takes it on: a name, or “all of us”.")},
    )
    due_on = forms.DateField(
        label=_("By when?"),
        input_formats=["%Y-%m-%d"],
        widget=day_input(),
        error_messages={"invalid": _("Give a date."), "required": _("Give a date.")},
    )

    def __init__(self, *, cell: Cell, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id=f"new-{cell.code}-%s", initial={"what": cell.improvements})


class CommitmentForm(NewCommitmentForm):
    """A commitment with the version that was read."""

    version = VersionField()

    def __init__(self, *, commitment: Commitment, data: QueryDict | None = None) -> None:
        initial = {
            "what": commitment.what,
            "who": commitment.who,
            "due_on": commitment.due_on,
            "version": commitment.version,
        }
        forms.Form.__init__(self, data, auto_id=f"change-{commitment.pk}-%s", initial=initial)
        self.present: Commitment | None = None

    def took_over(self, conflict: CommitmentConflict) -> None:
        """Show what is there now; the next send is based on it."""
        self.present = conflict.current
        sent = self.data.copy()  # type: ignore[attr-defined]
        sent["version"] = conflict.current.version
        self.data = sent


class CommentForm(forms.Form):
    """A remark, and the cell or question it is about; none: the cycle as a whole."""

    text = forms.CharField(strip=False, error_messages={"required": _("Write something first.")})
    code = forms.CharField(required=False)


class NoteForm(forms.Form):
    """Somebody's own note, with the version that was read."""

    text = forms.CharField(required=False, strip=False)
    version = VersionField()


class RestorationForm(forms.Form):
    """Bring an earlier version back, based on the one that the reader has seen."""

    version = VersionField()
