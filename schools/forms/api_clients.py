"""The forms of a district's own pages. They read what was sent; the verbs decide."""

from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from schools.api_clients import LONGEST_DAYS, Kind, Wish
from schools.models import ApiClient, Scope

DAYS: Final = (
    (30, _("30 days")),
    (90, _("90 days")),
    (180, _("180 days")),
    (LONGEST_DAYS, _("A year")),
)


def _scopes() -> list[tuple[str, str]]:
    return [(scope.value, f"{scope.label} ({scope.value})") for scope in Scope]


class CredentialForm(forms.Form):
    """How a program shall get in. It carries an id of its own: sent twice, it makes one."""

    kind = forms.ChoiceField(
        label=_("What the program can send"),
        choices=[
            (Kind.SECRET, _("A client id and a secret, for tools that speak OAuth 2")),
            (Kind.KEY, _("One long-lived key, for tools that can only send a fixed header")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.SECRET,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=_scopes,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=180)
    asked_as = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def wish(self) -> Wish:
        """What was asked for."""
        return Wish(**{name: self.cleaned_data[name] for name in CredentialForm.base_fields})


class ApiClientForm(CredentialForm):
    """A new client, with its first credential."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("What your district calls the program, such as “Warehouse”."),
        max_length=ApiClient._meta.get_field("name").max_length,
    )
    field_order = ("name", "kind", "scopes", "days")


def follow_up(api_client: ApiClient, sent: Any = None) -> CredentialForm:
    """A form for another credential, filled in like the latest one."""
    latest = next(iter(api_client.credentials.all()), None)
    if latest is None:
        return CredentialForm(sent)
    return CredentialForm(sent, initial={"kind": latest.kind, "scopes": latest.scopes})
