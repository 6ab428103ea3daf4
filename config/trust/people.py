"""Who may get in: second factors, memberships that nobody uses, invitations that wait."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from config.trust.finding import Finding, State, counted
from schools.models import BreakGlass, District, Membership, Role

LONG: Final = timedelta(days=180)
LATELY: Final = timedelta(days=30)
_SHOWN: Final = 5


def operators_have_second_factors() -> Iterable[Finding]:
    """Whoever may use the admin."""
    operators = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True)
    return [_with_factors("operators' second factors", operators)]


def admins_have_second_factors(district: District) -> Iterable[Finding]:
    """Whoever may change who gets in."""
    admins = User.objects.filter(
        memberships__district=district, memberships__role=Role.DISTRICT_ADMIN, is_active=True
    )
    return [_with_factors("district admins' second factors", admins.distinct(), district.slug)]


def memberships_are_used(district: District) -> Iterable[Finding]:
    """People who may come in and have not signed in for half a year."""
    long_ago = timezone.now() - LONG
    unused = Membership.objects.filter(district=district, created_at__lt=long_ago).filter(
        Q(user__last_login=None) | Q(user__last_login__lt=long_ago)
    )
    words = f"memberships of people who have not signed in for {LONG.days} days"
    return [counted("unused memberships", district, unused.count(), words)]


def invitations_are_few(district: District) -> Iterable[Finding]:
    """Ways in that nobody has taken yet."""
    invitation = _model("schools", "Invitation")
    if invitation is None:
        return []
    waiting = invitation._default_manager.filter(
        district=district, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    words = "invitations can still be accepted"
    return [counted("pending invitations", district, waiting.count(), words)]


def operators_read(district: District) -> Iterable[Finding]:
    """How often somebody who runs the installation has read here."""
    lately = timezone.now() - LATELY
    number = BreakGlass.objects.filter(district=district, began_at__gte=lately).count()
    words = f"break-glass sessions in the last {LATELY.days} days"
    return [counted("operators who read", district, number, words)]


def _with_factors(topic: str, people: QuerySet[User], district: str = "") -> Finding:
    factors = _model("mfa", "Authenticator")
    number = people.count()
    if not number:
        return Finding(topic, State.LOOK, "there are none", district)
    if factors is None:
        return Finding(topic, State.UNKNOWN, f"{number} people; none are kept here", district)
    have = factors._default_manager.exclude(type="recovery_codes").values("user")
    without = list(people.exclude(pk__in=have).order_by("pk").values_list("pk", flat=True))
    if not without:
        return Finding(topic, State.OK, f"all {number} people have one", district)
    ids = ", ".join(map(str, without[:_SHOWN])) + (", …" if without[_SHOWN:] else "")
    return Finding(topic, State.WRONG, f"{len(without)} of {number} have none: {ids}", district)


def _model(app: str, name: str) -> Any:
    """The model, where this installation has it."""
    try:
        return apps.get_model(app, name)
    except LookupError:
        return None
