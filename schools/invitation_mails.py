"""The mails of invitations: who is due, and that each goes out once.

One transaction a mail: the invitation is held, its mail is made and handed over, the outbox is
settled, the transaction ends. Whoever dies before that has settled nothing, and the next try makes
the same mail with the same link and the same Message-ID.
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

from schools.letters import address, as_text, refuses_the_address
from schools.models import VALID_FOR, Invitation, hash_of
from schools.text import one_line

# Who was passed to a worker is not passed on again before that time.
LEASE: Final = timedelta(minutes=5)
AT_ONCE: Final = 500
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=2), timedelta(hours=4)
MOST_TRIES: Final = 16
_LOG = logging.getLogger(__name__)


@transaction.atomic
def take_due(now: datetime | None = None) -> list[UUID]:
    """The invitations whose mail is due, whoever waits longest first."""
    now = now or timezone.now()
    waiting = Invitation.objects.waiting().filter(mail_due_at__lte=now)
    due = list(waiting.order_by("mail_due_at").values_list("pk", flat=True)[:AT_ONCE])
    Invitation.objects.filter(pk__in=due, mail_due_at__lte=now).update(mail_due_at=now + LEASE)
    return due


@transaction.atomic
def send(invitation_id: UUID, now: datetime | None = None) -> None:
    """Send one invitation's mail, if it is still wanted. Twice sends it once."""
    now = now or timezone.now()
    rows = Invitation.objects.select_for_update(of=["self"], skip_locked=True)
    rows = rows.select_related("district", "made_by")
    invitation = rows.filter(pk=invitation_id, mail_due_at__isnull=False).first()
    if invitation is None or not invitation.is_waiting:
        return
    try:
        with translation.override(invitation.language):
            _message(invitation, now).send()
    except (smtplib.SMTPException, OSError) as failure:
        _note_failure(invitation, failure, now)
    else:
        invitation.mail_due_at, invitation.mailed_at = None, now
        invitation.token_hash = hash_of(invitation.token)
        # The seven days begin when the mail goes out, not when a server let it wait.
        invitation.expires_at = now + VALID_FOR
    invitation.save()


def _note_failure(invitation: Invitation, failure: Exception, now: datetime) -> None:
    """Later, and later each time; the server's words may name the address, so their kind alone."""
    invitation.mail_tries += 1
    _LOG.warning(
        "An invitation could not be sent (try %s): %s",
        *(invitation.mail_tries, type(failure).__name__),
    )
    if refuses_the_address(failure) or invitation.mail_tries >= MOST_TRIES:
        invitation.mail_due_at, invitation.mail_refused = None, True
        return
    delay = min(FIRST_DELAY * 2 ** (invitation.mail_tries - 1), LONGEST_DELAY)
    invitation.mail_due_at = now + delay


def _message(invitation: Invitation, now: datetime) -> EmailMultiAlternatives:
    words = _words(invitation, now)
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    told = sha256(f"{invitation.pk}/{invitation.sending}".encode()).hexdigest()[:32]
    message = EmailMultiAlternatives(
        subject=words["subject"],
        body=as_text("mails/invitation.txt", words),
        to=[invitation.email],
        headers={"Message-ID": f"<{told}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("mails/invitation.html", words), "text/html")
    return message


def _words(invitation: Invitation, now: datetime) -> dict[str, Any]:
    """Names may hold line breaks, so each is put on one line."""
    district = one_line(invitation.district.name)
    who = one_line(str(invitation.made_by)) if invitation.made_by else district
    name = one_line(invitation.name)
    role = invitation.get_role_display()
    until = invitation.district.local(now + VALID_FOR)
    return {
        "subject": _("You are invited to %(district)s on Ninefold") % {"district": district},
        "language": invitation.language,
        "greeting": _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        "invites": _("%(who)s invites you to join %(district)s on Ninefold. Your role: %(role)s.")
        % {"who": who, "district": district, "role": role},
        "link": address("invitation", invitation.token),
        "until": _("The link works once, until %(day)s.")
        % {"day": date_format(until, "DATE_FORMAT")},
    }
