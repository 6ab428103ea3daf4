"""What is decided about themes. The verbs decide whether it can be."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.forms.fields import VersionField
from assessments.models import ThemeReply
from assessments.models.theme import LONGEST_THEME_NAME, REFLECTIONS

_NAMELESS = {"required": _("Give the theme a name.")}


def _name(**options: Any) -> forms.CharField:
    attrs = {"autocomplete": "off", "maxlength": LONGEST_THEME_NAME}
    return forms.CharField(
        label=_("Name"),
        widget=forms.TextInput(attrs=attrs),
        error_messages=_NAMELESS,
        **options,
    )


class NewThemeForm(forms.Form):
    """A theme of one's own."""

    name = _name()
    source = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_source(self) -> str:
        """All reflections, unless it is about one cell."""
        return self.cleaned_data["source"] or REFLECTIONS


class ThemeNameForm(forms.Form):
    """Another name for a theme as it was read."""

    name = _name()
    version = VersionField()


class AcceptForm(forms.Form):
    """A suggestion as it was read, perhaps under another name."""

    name = _name(required=False)
    version = VersionField()


class VersionForm(forms.Form):
    """A decision that needs no words."""

    version = VersionField()


class ExcerptForm(forms.Form):
    """A stretch of a text: its words and, when a script has counted, where they begin."""

    code = forms.CharField()
    field = forms.CharField()
    words = forms.CharField(strip=False, error_messages={"required": _("Copy the words first.")})
    start = forms.IntegerField(required=False, min_value=0)

    def span_in(self, text: str) -> tuple[int, int]:
        """Where the words stand in `text`; nowhere (0, 0) when they do not."""
        words = self.cleaned_data["words"].replace("\r\n", "\n").strip()
        start = self.cleaned_data["start"]
        if start is None or text[start : start + len(words)] != words:
            start = text.find(words)
        return (start, start + len(words)) if words and start >= 0 else (0, 0)


class ReplyForm(forms.Form):
    """You said, we did."""

    reply = forms.CharField(
        label=_("You said: what we heard"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what you heard.")},
    )
    action = forms.CharField(
        label=_("We did: what we do about it, by when"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what you do about it, or why nothing can be done.")},
    )
    version = VersionField()

    def __init__(self, *, present: ThemeReply | None, data: QueryDict | None = None) -> None:
        initial: dict[str, Any] = {"version": 0}
        if present:
            initial = {
                "reply": present.reply,
                "action": present.action,
                "version": present.version,
            }
        super().__init__(data, initial=initial)

    def took_over(self, current: ThemeReply) -> None:
        """The next send is based on what is there now."""
        sent = self.data.copy()  # type: ignore[attr-defined]
        sent["version"] = current.version
        self.data = sent
