"""What programs are connected: credentials that end or lie about, webhooks that fail."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from config.trust.finding import Finding, counted
from schools.models import ApiCredential, District
from schools.models.api_client import SOON
from schools.models.webhook import Webhook
from schools.tenancy import district_scope

UNUSED: Final = timedelta(days=90)


def credentials_are_looked_after(district: District) -> Iterable[Finding]:
    """Valid ones that end soon, and valid ones that nobody shows."""
    now = timezone.now()
    valid = ApiCredential.objects.filter(
        api_client__district=district, revoked_at=None, expires_at__gt=now
    )
    ending = valid.filter(expires_at__lte=now + SOON).count()
    long_ago = now - UNUSED
    idle = valid.filter(
        Q(last_used_at__lt=long_ago) | Q(last_used_at=None, created_at__lt=long_ago)
    ).count()
    return [
        counted("credentials that end", district, ending, f"end within {SOON.days} days"),
        counted("unused credentials", district, idle, f"not used for {UNUSED.days} days"),
    ]


def webhooks_arrive(district: District) -> Iterable[Finding]:
    """Receivers that were given up."""
    with district_scope(district.pk):
        given_up = (Webhook.State.FAILING, Webhook.State.GONE)
        failing = Webhook.objects.filter(district=district, state__in=given_up)
        number = failing.count()
    return [counted("failing webhooks", district, number, "webhooks are paused after failures")]
