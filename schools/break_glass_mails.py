"""The mails that tell a district's admins that an operator reads there: each goes out once.

As with invitations: one transaction a mail, and whoever dies in it makes the same mail again.
"""

import logging
import smtplib
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail import note_refusal
from schools.letters import address, as_text, refuses_the_address
from schools.models import BreakGlassMail
from schools.text import one_line

LEASE: Final = timedelta(minutes=5)
AT_ONCE: Final = 500
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=2), timedelta(hours=4)
MOST_TRIES: Final = 16
_LOG = logging.getLogger(__name__)


@transaction.atomic
def take_due(now: datetime | None = None) -> list[UUID]:
    """The mails that are due, the oldest first."""
    now = now or timezone.now()
    waiting = BreakGlassMail.objects.filter(due_at__lte=now)
    due = list(waiting.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    BreakGlassMail.objects.filter(pk__in=due, due_at__lte=now).update(due_at=now + LEASE)
    return due


@transaction.atomic
def send(mail_id: UUID, now: datetime | None = None) -> None:
    """Send one, if it was not sent. Twice sends it once."""
    now = now or timezone.now()
    rows = BreakGlassMail.objects.select_for_update(of=["self"], skip_locked=True)
    rows = rows.select_related("break_glass__district", "break_glass__operator", "user")
    mail = rows.filter(pk=mail_id, due_at__isnull=False).first()
    if mail is None:
        return
    if not mail.user.is_active or mail.user.mail_refused_at:
        mail.due_at = None
    else:
        _hand_over(mail, now)
    mail.save()


def _hand_over(mail: BreakGlassMail, now: datetime) -> None:
    try:
        with translation.override(mail.user.language or "en"):
            _message(mail).send()
    except (smtplib.SMTPException, OSError) as failure:
        _note_failure(mail, failure, now)
    else:
        mail.due_at, mail.sent_at = None, now


def _note_failure(mail: BreakGlassMail, failure: Exception, now: datetime) -> None:
    mail.tries += 1
    kind = type(failure).__name__
    _LOG.warning("A mail about a break-glass session failed (try %s): %s", mail.tries, kind)
    if refuses_the_address(failure):
        note_refusal(mail.user, at=now)
        mail.due_at = None
    elif mail.tries >= MOST_TRIES:
        mail.due_at = None
    else:
        mail.due_at = now + min(FIRST_DELAY * 2 ** (mail.tries - 1), LONGEST_DELAY)


def _message(mail: BreakGlassMail) -> EmailMultiAlternatives:
    words = _words(mail)
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        subject=words["subject"],
        body=as_text("mails/break_glass.txt", words),
        to=[mail.user.email],
        headers={
            "Message-ID": f"<{sha256(mail.pk.bytes).hexdigest()[:32]}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("mails/break_glass.html", words), "text/html")
    return message


def _words(mail: BreakGlassMail) -> dict[str, Any]:
    """Names may hold line breaks, so each is put on one line."""
    glass = mail.break_glass
    district, who = one_line(glass.district.name), one_line(str(glass.operator))
    local = glass.district.local
    return {
        "subject": _("An operator is reading in %(district)s") % {"district": district},
        "language": translation.get_language(),
        "greeting": _("Hello %(name)s,") % {"name": one_line(str(mail.user))},
        "said": _(
            "%(who)s, an operator of this Ninefold installation, has begun to read in %(district)s."
            " They see what a viewer of the district sees and can change nothing."
        )
        % {"who": who, "district": district},
        "reason": glass.reason,
        "until": _("From %(begin)s until %(end)s at the latest (%(zone)s).")
        % {
            "begin": date_format(local(glass.began_at), "DATETIME_FORMAT"),
            "end": date_format(local(glass.ends_at), "TIME_FORMAT"),
            "zone": glass.district.time_zone,
        },
        "link": address("audit_log", glass.district.slug),
    }
