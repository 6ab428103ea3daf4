"""What a person chooses for themselves, and how they say who they are."""

from typing import Any, ClassVar, Final

from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import sessions
from accounts.models import User
from accounts.names import without_turns

# Of an app's code: the half minute before, its own and the one after (`MFA_TOTP_TOLERANCE`).
_GOOD_FOR: Final = 3 * 30
# What reading JSON raises that is of another shape.
_NONSENSE: Final = (AttributeError, KeyError, TypeError, ValueError)


class SignInForm(LoginForm):
    """An address, a password, and whether others use this computer."""

    shared = forms.BooleanField(label=_("Others use this computer, too"), required=False)
    field_order = ("login", "password", "shared")

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in, or on to the second factor."""
        request.session[sessions.SHARED] = self.cleaned_data["shared"]
        response: HttpResponse = super().login(request, redirect_url)
        # allauth has just given every session the same end.
        sessions.settle_its_end(request.session)
        return response


def _use_up(person: User, code: str) -> None:
    """
    Raises:
        ValidationError: it was used before.
    """
    plain = "".join(filter(str.isalnum, code))
    if not cache.add(f"factor/{person.pk}/{plain}", "used", _GOOD_FOR):
        raise get_adapter().validation_error("incorrect_code")


class _OnceOnly:
    """A code that was typed opens one door. allauth remembers it a third as long as it is good.

    Whoever has looked over a shoulder must not come in with it half a minute later.
    """

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code.

        Raises:
            ValidationError: it is not the right one, or was used before.
        """
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use_up(self.user, code)
        return code


class CodeForm(_OnceOnly, AuthenticateForm):
    """The second step of signing in: an app's code, or a recovery code."""


class CodeAgainForm(_OnceOnly, ReauthenticateForm):
    """The same, of somebody who is signed in."""


class AppForm(ActivateTOTPForm):
    """An app is set up by the code that it shows, which opens nothing afterwards."""

    def clean_code(self) -> str:
        """The code.

        Raises:
            ValidationError: it is not the right one, or was used before.
        """
        code: str = super().clean_code()
        _use_up(self.user, code)
        return code


class _Understood:
    """What a device has said is JSON that nobody has checked: what makes no sense is refused."""

    def clean_credential(self) -> Authenticator:
        """The passkey that was shown.

        Raises:
            ValidationError: there is none such, or nothing that one could understand.
        """
        try:
            shown: Authenticator = super().clean_credential()  # type: ignore[misc]
        except _NONSENSE as nonsense:
            raise get_adapter().validation_error("incorrect_code") from nonsense
        return shown


class PasskeyAloneForm(_Understood, LoginWebAuthnForm):
    """Signing in by a passkey."""


class PasskeyStepForm(_Understood, AuthenticateWebAuthnForm):
    """The second step of signing in."""


class PasskeyAgainForm(_Understood, ReauthenticateWebAuthnForm):
    """The same, of somebody who is signed in."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey. What the device has made of it, a script fills in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")
        self.fields["name"].max_length = 60
        self.fields["passwordless"].label = _("It signs me in without my password")
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        """All of it.

        Raises:
            ValidationError: it is no passkey of ours.
        """
        try:
            cleaned: dict[str, Any] = super().clean()
        except _NONSENSE as nonsense:
            raise get_adapter().validation_error("incorrect_code") from nonsense
        return cleaned


class PersonForm(forms.ModelForm):
    """A name and a language."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("What my browser asks for")), *settings.LANGUAGES],
        required=False,
    )

    class Meta:
        model = User
        fields = ("name", "language")
        labels: ClassVar = {"name": _("Name")}

    def clean_name(self) -> str:
        """One line, and something to be seen: it stands in mails and in lists."""
        name = " ".join(without_turns(self.cleaned_data["name"]).split())
        if not any(character.isalnum() for character in name):
            raise forms.ValidationError(_("Please tell us your name."), code="required")
        return name


class MailForm(forms.ModelForm):
    """Which mails: two boxes."""

    class Meta:
        model = User
        fields = ("gets_comments_by_mail", "gets_reminders_by_mail")
        labels: ClassVar = {
            "gets_comments_by_mail": _("Comments on a cycle that are for me"),
            "gets_reminders_by_mail": _("Reminders of due dates and commitments"),
        }
