"""The settings of this process, and whether there is a fresh backup."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import connection
from django.utils import timezone

from config.trust.finding import Finding, State, all_well

SIX_MONTHS: Final = 15_768_000
# A nightly backup may take a while, and be late once.
FRESH: Final = timedelta(hours=26)
_UNSAFE: Final = {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"}


def settings_are_safe() -> Iterable[Finding]:
    """What production sets, and this process has."""
    flaws = [words for words, is_so in _wishes() if not is_so]
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    flaws += [f"{problem.id}: {problem.msg}" for problem in found if not problem.is_silenced()]
    return all_well("settings", flaws, "as production wants them; check --deploy has no complaint")


def backup_is_fresh() -> Iterable[Finding]:
    """By the file that the backup's job touches last (docs/production.md), or by the archiver."""
    if path := settings.BACKUP_STAMP:
        try:
            made = datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
        except OSError:
            return [Finding("backup", State.WRONG, "BACKUP_STAMP is set, but there is no file")]
        return [_by_age("the last backup ended", made)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_archived_time FROM pg_stat_archiver")
        (archived,) = cursor.fetchone()
    if archived:
        return [_by_age("PostgreSQL last archived a part of its log", archived)]
    words = "nothing here says when the last one was made; set BACKUP_STAMP (docs/production.md)"
    return [Finding("backup", State.UNKNOWN, words)]


def _by_age(what: str, then: datetime) -> Finding:
    hours = (timezone.now() - then) / timedelta(hours=1)
    state = State.OK if timedelta(hours=hours) <= FRESH else State.WRONG
    return Finding("backup", state, f"{what} {hours:.0f} hours ago")


def _wishes() -> Iterator[tuple[str, bool]]:
    yield "DEBUG is on", not settings.DEBUG
    yield "SECRET_KEY is short", len(settings.SECRET_KEY) >= 50
    hosts = settings.ALLOWED_HOSTS
    yield "ALLOWED_HOSTS lets any name in", bool(hosts) and not any("*" in host for host in hosts)
    yield "HTTP is not led to HTTPS", settings.SECURE_SSL_REDIRECT
    yield "HSTS lasts less than six months", settings.SECURE_HSTS_SECONDS >= SIX_MONTHS
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        name = getattr(settings, f"{kind}_COOKIE_NAME")
        yield f"the cookie {name} is not bound to its host", name.startswith("__Host-")
        yield f"the cookie {name} travels in the open", getattr(settings, f"{kind}_COOKIE_SECURE")
    yield "a script may read the session's cookie", settings.SESSION_COOKIE_HTTPONLY
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    yield "the content security policy has an open default", policy["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "connect-src"):
        yield f"the content security policy's {name} is too wide", not _UNSAFE & set(policy[name])
    yield "webhooks may reach this machine", not settings.OUTGOING_LOOPBACK_HOSTS
