"""How an installation is: what waits, and for how long; how fresh each district's figures are.

Counts and moments alone: an operator learns nothing here that anybody has written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import DashboardSnapshot, DirtyMark, Errand, Notice, ThemeMark
from schools.models import AuditSeal, BreakGlassMail, District, Invitation, Webhook, WebhookErrand
from schools.tenancy import district_scope


@dataclass(frozen=True)
class Waiting:
    """Something that a worker should have taken by now."""

    what: str
    number: int
    since: datetime | None


@dataclass(frozen=True)
class Standing:
    """How one district stands."""

    district: District
    computed_at: datetime | None
    sealed_at: datetime | None
    webhooks: int
    failing: int


def queues(now: datetime | None = None) -> list[Waiting]:
    """What is due, oldest first within each."""
    now = now or timezone.now()
    unsent = Notice.objects.filter(sent_at=None).filter(Q(not_before=None) | Q(not_before__lte=now))
    return [
        _waiting(_("figures to be computed anew"), DirtyMark.objects.all(), "at"),
        _waiting(_("texts to be looked through for themes"), ThemeMark.objects.all(), "at"),
        _waiting(_("exports to be made or removed"), Errand.objects.filter(at__lte=now), "at"),
        _waiting(_("mails of the day"), unsent, "created_at"),
        _waiting(
            _("mails with invitations"),
            Invitation.objects.filter(mail_due_at__lte=now),
            "made_at",
        ),
        _waiting(
            _("mails about operators who read"),
            BreakGlassMail.objects.filter(due_at__lte=now),
            "due_at",
        ),
        _waiting(_("calls to webhooks"), WebhookErrand.objects.filter(at__lte=now), "at"),
    ]


def standings(districts: Iterable[District]) -> list[Standing]:
    """Of each district the age of its figures and of its last seal, and its webhooks."""
    return [_standing(district) for district in districts]


def _standing(district: District) -> Standing:
    given_up = Q(state__in=(Webhook.State.FAILING, Webhook.State.GONE))
    with district_scope(district.pk):
        snapshots = DashboardSnapshot.objects.filter(district=district)
        seals = AuditSeal.objects.filter(district=district)
        hooks = Webhook.objects.filter(district=district)
        counted = hooks.aggregate(all=Count("pk"), failing=Count("pk", filter=given_up))
        return Standing(
            district,
            snapshots.aggregate(at=Max("computed_at"))["at"],
            seals.aggregate(at=Max("sealed_at"))["at"],
            counted["all"],
            counted["failing"],
        )


def _waiting(what: str, rows: QuerySet[Any], moment: str) -> Waiting:
    found = rows.order_by().aggregate(number=Count("pk"), since=Min(moment))
    return Waiting(what, found["number"], found["since"])
