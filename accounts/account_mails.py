"""Mails about a person's own account: allauth's words as a letter of ours, in their language."""

from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User

# A browser says of itself whatever it likes, addresses of other places included.
_SAID_BY_STRANGERS: Final = ("user_agent", "request")


def account_mail(template: str, email: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The mail, ready to be handed over; the language is the person's, else the browser's.

    Args:
        template: where its words are, without `_subject.txt` and `_message.txt`.
    """
    user = User.objects.filter(email__iexact=email).first()
    language = (user and user.language) or translation.get_language() or "en"
    with translation.override(language):
        facts = {k: v for k, v in context.items() if k not in _SAID_BY_STRANGERS}
        facts |= {"email": email, "change_password": public("account_change_password")}
        subject = " ".join(render_to_string(f"{template}_subject.txt", facts).split())
        words = {
            "language": language,
            "subject": subject,
            "greeting": _("Hello %(name)s,") % {"name": user} if user else _("Hello,"),
            "message": render_to_string(f"{template}_message.txt", facts).strip(),
            "home": public("home"),
        }
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("mails/account.txt", words).strip() + "\n",
            to=[email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("mails/account.html", words), "text/html")
        return mail


def tell(person: User, template: str, **facts: Any) -> None:
    """Tell a person what was done about their account, once it is done."""
    mail = account_mail(template, person.email, facts)
    transaction.on_commit(mail.send, robust=True)


def public(name: str) -> str:
    """The whole address of a page, as people reach it."""
    return settings.PUBLIC_URL + reverse(name)


def made_public(address: str) -> str:
    """The same page where people reach it, whatever host a request claimed to ask."""
    parts = urlsplit(address)
    return settings.PUBLIC_URL + parts._replace(scheme="", netloc="").geturl()
