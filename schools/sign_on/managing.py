"""Every change that a district's admins make to its sign-on."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from schools import audit
from schools.models import District, Identity, Membership, SignOnProvider
from schools.permissions import can_manage_security
from schools.sign_on.fields import checked
from schools.sign_on.finding import is_on
from schools.sign_on.kinds import FACTS, Kind
from schools.tenancy import district_scope

MOST_PROVIDERS: Final = 10


@transaction.atomic
def add_provider(kind: str, *, by: Membership) -> SignOnProvider:
    """One more, with nothing in it but its kind: its address is needed to fill it in.

    Raises:
        PermissionDenied: `by` does not manage the district.
        ValidationError: there is no such kind, or the district has as many as it may.
    """
    _hold(by)
    if kind not in FACTS:
        raise ValidationError(_("Choose one of these."), code="no_such_kind")
    if SignOnProvider.objects.filter(district=by.district_id).count() >= MOST_PROVIDERS:
        said = _("There are %(most)d providers already. Remove one first.")
        raise ValidationError(said % {"most": MOST_PROVIDERS}, code="too_many_providers")
    is_known = kind not in {Kind.OIDC, Kind.SAML}
    name = str(Kind(kind).label) if is_known else by.district.name[:60]
    made: SignOnProvider = SignOnProvider.objects.create(
        district_id=by.district_id, kind=kind, name=name, made_by=by.user
    )
    audit.record(audit.Event.SIGN_ON_MADE, by=by, about=made, details={"kind": kind})
    return made


@transaction.atomic
def change_provider(
    provider: SignOnProvider, *, by: Membership, fields: Mapping[str, str]
) -> SignOnProvider:
    """What was entered. Whatever changes but its name, it is off until it was tried again.

    Raises:
        PermissionDenied: `by` does not manage the district.
        ValidationError: something cannot be so, or nobody could sign in any more.
    """
    held = _held(provider, by)
    wanted = checked(held, fields)
    changed = sorted(name for name, value in wanted.items() if getattr(held, name) != value)
    if not changed:
        return held
    # Another issuer, tenant or client: the names by which it calls people may be others, too.
    if set(changed) & {"issuer", "tenant", "client_id"} and held.identities.exists():
        said = _(
            "People are linked to it. For another issuer, tenant or client, add another provider,"
            " and remove this one afterwards."
        )
        raise ValidationError(said, code="people_are_linked")
    for name in changed:
        setattr(held, name, wanted[name])
    if changed == ["name"]:
        # `updated_at` stays: sessions, and who is away there just now, go by it.
        held.save(update_fields=changed)
    else:
        _refuse_the_last(held)
        held.is_on, held.tried_at = False, None
        held.save()
    audit.record(audit.Event.SIGN_ON_CHANGED, by=by, about=held, details={"changed": changed})
    return held


def note_trial_of(provider: SignOnProvider, *, by: Membership) -> None:
    """An admin has come back from it, as it was then. Enters the district.

    Raises:
        PermissionDenied: `by` does not manage the district.
    """
    with transaction.atomic(), district_scope(by.district_id):
        held = _held(provider, by)
        rows = SignOnProvider.objects.filter(district=held.district_id, pk=held.pk)
        # What was changed meanwhile was not tried.
        rows.filter(updated_at=provider.updated_at).update(tried_at=timezone.now())


@transaction.atomic
def switch(provider: SignOnProvider, *, by: Membership, on: bool) -> SignOnProvider:
    """Let people in by it, or not any more; sessions that began with it are over at once.

    Raises:
        PermissionDenied: `by` does not manage the district.
        ValidationError: it was not tried, or nobody could sign in any more.
    """
    held = _held(provider, by)
    if held.is_on == on:
        return held
    if on and held.tried_at is None:
        raise ValidationError(_("Try it first."), code="not_tried")
    if not on:
        _refuse_the_last(held)
    held.is_on = on
    held.save(update_fields=["is_on", "updated_at"])
    audit.record(audit.Event.SIGN_ON_SWITCHED, by=by, about=held, details={"on": on})
    return held


@transaction.atomic
def remove(provider: SignOnProvider, *, by: Membership) -> int:
    """It is gone, and nobody is linked to it any more; how many were.

    Raises:
        PermissionDenied: `by` does not manage the district.
        ValidationError: nobody could sign in any more.
    """
    held = _held(provider, by)
    _refuse_the_last(held)
    people = Identity.objects.filter(district=held.district_id, provider=held).count()
    audit.record(audit.Event.SIGN_ON_REMOVED, by=by, about=held, details={"people": people})
    held.delete()
    return people


@transaction.atomic
def require(*, by: Membership, only: bool, came_by: UUID | None) -> None:
    """Whether the district opens to its own sign-on alone, from everyone's next request on.

    Args:
        came_by: the provider with which the session of `by` began: who shuts the other ways must
            have come by this one.

    Raises:
        PermissionDenied: `by` does not manage the district.
        ValidationError: they have come by another way.
    """
    district = _hold(by)
    if district.sign_on_only == only:
        return
    if only and (came_by is None or not is_on(district.pk, came_by)):
        said = _("Sign out and in again by your district’s sign-on first: then you know it works.")
        raise ValidationError(said, code="came_by_another_way")
    _set_only(district, only)
    audit.record(audit.Event.SIGN_ON_ONLY, by=by, about=district, details={"only": only})


@transaction.atomic
def allow_other_ways(district: District, *, by: User | None = None, reason: str) -> bool:
    """For operators, when a provider has broken: whether there was anything to allow."""
    held = District.objects.select_for_update(no_key=True).get(pk=district.pk)
    if not held.sign_on_only:
        return False
    _set_only(held, False)
    details = {"only": False, "reason": reason}
    with district_scope(held.pk):
        audit.record(audit.Event.SIGN_ON_ONLY, by=by, about=held, details=details, district=held.pk)
    return True


def _set_only(district: District, only: bool) -> None:
    district.sign_on_only = only
    district.save(update_fields=["sign_on_only"])


def _hold(by: Membership) -> District:
    """The district, while nobody else changes how it is entered."""
    if not can_manage_security(by):
        raise PermissionDenied
    held: District = District.objects.select_for_update(no_key=True).get(pk=by.district_id)
    return held


def _held(provider: SignOnProvider, by: Membership) -> SignOnProvider:
    district = _hold(by)
    rows = SignOnProvider.objects.visible_to(by).select_for_update()
    held: SignOnProvider | None = rows.filter(pk=provider.pk).first()
    if held is None:
        raise PermissionDenied
    held.district = district
    return held


def _refuse_the_last(provider: SignOnProvider) -> None:
    """Where sign-on is the only way, one way stays."""
    if not provider.district.sign_on_only or not provider.is_on:
        return
    others = SignOnProvider.objects.filter(district=provider.district_id, is_on=True)
    if not others.exclude(pk=provider.pk).exists():
        said = _("People get in by this alone. Allow other ways first, or switch on another one.")
        raise ValidationError(said, code="last_provider")
