"""What belongs to a person: mail, signing in and out, the password, second factors, sessions.

Of allauth's pages only those that people need here.

Whom an address belongs to, an operator says: nobody changes their own.
"""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

from accounts import own_page
from accounts.views import mail_address, mail_choices, mail_choices_by_token

# Before allauth leads on who is signed in.
_IS_A_FORM = require_http_methods(["GET", "HEAD", "POST"])
_FACTORS = "second-factors/"
_PASSKEY = f"{_FACTORS}passkeys/<int:pk>/"

urlpatterns = [
    path("", own_page.account, name="account"),
    path("mail/", mail_choices, name="mail_choices"),
    path("mail/address/", mail_address, name="mail_address"),
    path("mail/<str:token>/", mail_choices_by_token, name="mail_choices_by_token"),
    path("sessions/", own_page.own_sessions, name="sessions"),
    path("sessions/others/end/", own_page.sessions_end, name="sessions_end"),
    path("sessions/<uuid:session_id>/end/", own_page.session_end, name="session_end"),
    path("login/", views.login, name="account_login"),
    path(
        "login/passkey/",
        login_not_required(_IS_A_FORM(own_page.PasskeySignIn.as_view())),
        name="mfa_login_webauthn",
    ),
    path("login/second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("logout/", views.logout, name="account_logout"),
    # Closed (`accounts.adapter`); allauth's mails name it all the same.
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("reauthenticate/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "reauthenticate/passkey/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("reauthenticate/done/", own_page.still_you, name="still_you"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", own_page.second_factor, name="second_factor"),
    path(_FACTORS, mfa.index, name="mfa_index"),
    path(f"{_FACTORS}app/", totp.activate_totp, name="mfa_activate_totp"),
    path(f"{_FACTORS}app/removal/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(f"{_FACTORS}codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        f"{_FACTORS}codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    # A list of its own is not needed: allauth leads there after a change.
    path(f"{_FACTORS}passkeys/", mfa.index, name="mfa_list_webauthn"),
    path(f"{_FACTORS}passkeys/new/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(f"{_PASSKEY}name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path(f"{_PASSKEY}removal/", own_page.PasskeyRemoval.as_view(), name="mfa_remove_webauthn"),
]
