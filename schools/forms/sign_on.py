"""What a district admin enters of a sign-on provider. What may be, `schools.sign_on` decides."""

from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from schools.models import SignOnProvider
from schools.sign_on.fields import LONGEST_NAME
from schools.sign_on.kinds import facts_of

_TYPED = {"autocomplete": "off", "spellcheck": "false"}


class AddForm(forms.Form):
    """Of which kind."""

    kind = forms.ChoiceField(
        label=_("Where your people sign in"),
        choices=SignOnProvider.Kind.choices,
        widget=forms.RadioSelect,
    )


class ProviderForm(forms.Form):
    """Its fields, which differ by kind."""

    name = forms.CharField(
        label=_("What the button is called"),
        max_length=LONGEST_NAME,
        help_text=_("People read “Sign in with …”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, provider: SignOnProvider, sent: Any = None) -> None:
        shown = ("name", "issuer", "tenant", "client_id", "sso_address", "certificate")
        stands = model_to_dict(provider, fields=shown)
        super().__init__(sent, initial=stands)
        add = self._add_saml if provider.is_saml else self._add_openid
        add(provider)

    def _add_openid(self, provider: SignOnProvider) -> None:
        facts = facts_of(provider)
        if facts.issuer:
            self._add("tenant", facts.tenant_label, facts.tenant_help)
        else:
            hint = _("An address that begins with https://, as your provider spells it.")
            self._add("issuer", _("Issuer"), hint)
        self._add("client_id", _("Client ID"))
        hint = _("It is kept encrypted and never shown again.")
        if provider.secret:
            hint = _("There is one. Leave this empty to keep it.")
        self._add("secret", _("Client secret"), hint, required=not provider.secret)
        self.fields["secret"].widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def _add_saml(self, _provider: SignOnProvider) -> None:
        self._add("issuer", _("Entity ID of your provider"))
        self._add("sso_address", _("Sign-on address of your provider"), _("By HTTP redirect."))
        hint = _("For signatures (X.509). Paste it; we do not fetch metadata.")
        self._add("certificate", _("Certificate of your provider"), hint)
        self.fields["certificate"].widget = forms.Textarea(attrs={"rows": 6, **_TYPED})

    def _add(self, name: str, label: Any, hint: Any = "", *, required: bool = True) -> None:
        self.fields[name] = forms.CharField(
            label=label,
            help_text=hint,
            required=required,
            widget=forms.TextInput(attrs=_TYPED),
        )


class WhereForm(forms.Form):
    """Which district's sign-on."""

    district = forms.CharField(
        label=_("Your district’s sign-in address"),
        max_length=300,
        help_text=_("Its last part is enough, such as riverbend-unified."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", **_TYPED}),
    )
