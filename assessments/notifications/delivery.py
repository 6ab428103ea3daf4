"""One person's mail: when, what, and that it goes out once.

One transaction a person: their notices are locked, the mail is made and handed over, the notices
are settled, the transaction ends. Whoever dies before that has settled nothing, and the next try
makes the same mail. Only between the server's OK and our commit can a mail go out that is not
written down; the next one then bears the same Message-ID.
"""

import logging
import smtplib
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from accounts.mail import note_refusal
from accounts.models import User
from assessments.models import Notice
from assessments.notifications.items import sections_for, wanted
from assessments.notifications.letters import Letter
from assessments.notifications.reminders import FIRST_HOUR
from schools.letters import refuses_the_address
from schools.models import Membership

# A burst of comments is one mail: it waits for a pause, but not for ever.
_COME_IN_BURSTS = (Notice.Kind.COMMENT, Notice.Kind.INTRODUCTION)
PAUSE, LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=1)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=2), timedelta(hours=4)
# After some two days of a server that takes nothing, what there was to say is old.
MOST_TRIES = 16
_LOG = logging.getLogger(__name__)
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 9))"


@transaction.atomic
def send_waiting(user_id: UUID, now: datetime | None = None) -> None:
    """Send the person all that waits for them, if its time has come. Twice changes nothing."""
    now = now or timezone.now()
    if not _is_alone_with(user_id):
        return
    notices = list(
        Notice.objects.select_for_update(skip_locked=True)
        .filter(user=user_id, sent_at__isnull=True)
        .order_by("created_at", "id")
    )
    if not notices:
        return
    user = User.objects.get(pk=user_id)
    if (moment := _moment_for(user, notices, now)) > now:
        _of(notices).update(not_before=moment)
        return
    with translation.override(user.language or "en"):
        sections, told = sections_for(user, [n for n in notices if wanted(n, user)])
        if not told:
            _of(notices).update(sent_at=now, dropped=True)
            return
        _hand_over(Letter(user, sections, frozenset(told)), notices, now)


def _is_alone_with(user_id: UUID) -> bool:
    """Whether no other worker writes to the person now.

    Locked notices do not say so: one that came this moment is locked by nobody. A lock on the
    person's row would keep them from signing in while a mail server takes its time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRY_LOCK, [f"mail to {user_id}"])
        alone: bool = cursor.fetchone()[0]
    return alone


def _moment_for(user: User, notices: list[Notice], now: datetime) -> datetime:
    """When the person's next mail may go: one a day by their clock, none before seven.

    Who serves several districts lives by the clock of the first.
    """
    places = Membership.objects.filter(user=user).order_by("created_at", "pk")
    zone = ZoneInfo(places.values_list("district__time_zone", flat=True).first() or "UTC")
    today = now.astimezone(zone).date()
    mails = Notice.objects.filter(user=user, sent_at__isnull=False, dropped=False)
    last = mails.order_by("-sent_at").values_list("sent_at", flat=True).first()
    if last and last.astimezone(zone).date() >= today:
        today += timedelta(days=1)
    seven = datetime.combine(today, time(FIRST_HOUR), tzinfo=zone)
    return max(seven, _pause_after(notices))


def _pause_after(notices: list[Notice]) -> datetime:
    """When a burst of comments or introductions is over."""
    moments = [n.created_at for n in notices if n.kind in _COME_IN_BURSTS]
    if not moments:
        return notices[0].created_at
    return min(max(moments) + PAUSE, min(moments) + LONGEST_PAUSE)


def _hand_over(letter: Letter, notices: list[Notice], now: datetime) -> None:
    try:
        letter.message().send()
    except (smtplib.SMTPException, OSError) as failure:
        if refuses_the_address(failure):
            note_refusal(letter.user, at=now)
            _of(notices).update(sent_at=now, dropped=True)
        else:
            _put_off(notices, now, failure)
        return
    left_out = [notice for notice in notices if notice.pk not in letter.notice_ids]
    _of(left_out).update(sent_at=now, dropped=True)
    Notice.objects.filter(pk__in=letter.notice_ids).update(sent_at=now)


def _put_off(notices: list[Notice], now: datetime, failure: Exception) -> None:
    """Later, and later each time; the server's words may name the address, so their kind alone."""
    tries = max(notice.tries for notice in notices) + 1
    _LOG.warning("A mail could not be sent (try %s): %s", tries, type(failure).__name__)
    if tries >= MOST_TRIES:
        _of(notices).update(sent_at=now, dropped=True, tries=tries)
        return
    delay = min(FIRST_DELAY * 2 ** (tries - 1), LONGEST_DELAY)
    _of(notices).update(not_before=now + delay, tries=tries)


def _of(notices: list[Notice]) -> QuerySet[Notice]:
    return Notice.objects.filter(pk__in=[notice.pk for notice in notices])
