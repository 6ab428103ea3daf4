"""What belongs to a person: mail, signing in and out, the password.

Of allauth's pages only those that people need here.

Whom an address belongs to, an operator says: nobody changes their own.
"""

from allauth.account import views
from django.urls import path, re_path

from accounts.views import mail_address, mail_choices, mail_choices_by_token

urlpatterns = [
    path("mail/", mail_choices, name="mail_choices"),
    path("mail/address/", mail_address, name="mail_address"),
    path("mail/<str:token>/", mail_choices_by_token, name="mail_choices_by_token"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    # Closed (`accounts.adapter`); allauth's mails name it all the same.
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
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
]
