"""A mail: its subject, its words as text and as HTML, its headers."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.mail import token_for
from accounts.models import User
from assessments.models import Notice
from assessments.notifications.items import Section
from assessments.notifications.phrases import Item
from schools.letters import address, as_text
from schools.text import one_line


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail to one person says. Call it with their language active."""

    user: User
    sections: list[Section]
    notice_ids: frozenset[UUID]

    @property
    def items(self) -> list[Item]:
        """Everything there is to tell, whatever the district."""
        return [item for section in self.sections for item in section.items]

    @property
    def subject(self) -> str:
        """What to do, by the most urgent: one line, whatever the names hold."""
        first, *others = sorted(self.items, key=lambda item: item.days_left)
        words = first.subject
        if others and all(item.kind == Notice.Kind.COMMENT for item in self.items):
            n = len(self.items)
            words = ngettext("%(n)s comment for you", "%(n)s comments for you", n) % {"n": n}
        elif others:
            n = len(others)
            words = ngettext("%(first)s, and %(n)s more", "%(first)s, and %(n)s more", n)
            words %= {"first": first.about, "n": n}
        return one_line(words)

    @property
    def message_id(self) -> str:
        """The same for the same notices: a mail that comes again can be known by it."""
        told = " ".join(sorted(map(str, self.notice_ids)))
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        return f"<{sha256(told.encode()).hexdigest()[:32]}@{host}>"

    def message(self) -> EmailMultiAlternatives:
        """The mail, ready to be handed over."""
        choices = address("mail_choices_by_token", token_for(self.user))
        words = self._words() | {"choices": choices}
        message = EmailMultiAlternatives(
            subject=self.subject,
            body=as_text("mails/letter.txt", words),
            to=[self.user.email],
            headers={
                "Message-ID": self.message_id,
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{choices}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        message.attach_alternative(render_to_string("mails/letter.html", words), "text/html")
        return message

    def _words(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "language": get_language(),
            "greeting": _("Hello %(name)s,") % {"name": self.user},
            "sections": self.sections,
            "names_districts": len(self.sections) > 1,
            "home": address("home"),
        }
