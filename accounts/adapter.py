"""How allauth behaves here: nobody signs up alone; an operator adds people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts import known_browsers
from accounts.account_mails import account_mail, made_public
from accounts.addresses import one_spelling
from accounts.recent import recently_signed_in


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up; mails in our own form, sent once what they are about is written."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No one makes an account from outside."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand it over after the transaction; a mail server that is away fails no request.

        Whether there is an account at an address, neither an error nor its absence may tell.
        """
        mail = account_mail(template_prefix, email, context)
        transaction.on_commit(mail.send, robust=True)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where people reach it: whoever asks for somebody else may claim any host that we have."""
        return made_public(super().get_reset_password_from_key_url(key))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By the account alone. allauth's own begins with the host, and a host has many ports.

        A browser that its person knows is counted apart: no stranger keeps them out of it. What is
        no address at all is counted as one: PostgreSQL finds "alıce" where "ALICE" stands.
        """
        try:
            address = one_spelling(str(credentials.get("email") or ""))
        except ValidationError:
            return "no address"
        return known_browsers.counted_as(request, address)

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """Before changing how one gets in. Who has just signed in has just said who they are."""
        return not recently_signed_in(context.request)
