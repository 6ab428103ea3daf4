"""The audit log: who did what, when, from where. One row in the transaction of what was done.

Words of a school have a history of their own and never stand here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone, translation

from accounts.models import User
from schools.models import (
    ApiClient,
    AuditEntry,
    BreakGlass,
    District,
    Event,
    Invitation,
    Membership,
)
from schools.text import one_line

__all__ = ["Event", "asked_from", "record", "record_each"]

By = Membership | ApiClient | BreakGlass | User | None

_address: ContextVar[Callable[[], str | None]] = ContextVar("address", default=lambda: None)
_LONGEST: Final = 200


@contextmanager
def asked_from(address: Callable[[], str | None]) -> Iterator[None]:
    """What is recorded meanwhile came from there; asked for only if anything is."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def record(
    event: Event,
    *,
    by: By,
    about: models.Model | None = None,
    by_name: bool = True,
    details: Mapping[str, Any] | None = None,
    district: District | UUID | None = None,
) -> None:
    """Write down that `by` did this, once and for all; inside the district's scope.

    Args:
        by: who did it; None is Ninefold itself.
        about: what it was done to; its name is kept as it is now.
        by_name: whether its name may stand there: not if a school's words may be in it.
        details: codes, figures and names, as JSON takes them; never a word of a school.
        district: where, for an operator or Ninefold itself, who have no place in one.
    """
    where = district if district is not None else getattr(by, "district_id", None)
    if where is None:
        raise TypeError("Somebody without a district did it: say in which one.")
    district_id = where.pk if isinstance(where, District) else where
    _add(event, by, district_id, [(about, details or {})], by_name=by_name)


def record_each(
    event: Event, *, by: Membership, rows: Iterable[tuple[models.Model, Mapping[str, Any]]]
) -> None:
    """The same of many at once: each has an entry of its own, with its details."""
    _add(event, by, by.district_id, rows)


def _add(
    event: Event,
    by: By,
    district_id: UUID,
    rows: Iterable[tuple[models.Model | None, Mapping[str, Any]]],
    *,
    by_name: bool = True,
) -> None:
    common = {
        **{"district_id": district_id, "at": timezone.now(), "event": event},
        **{"address": _address.get()(), **_actor(by)},
    }
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(**common, **_object(about, by_name), details=dict(details))
            for about, details in rows
        ],
        batch_size=1_000,
    )


def _actor(by: By) -> dict[str, Any]:
    if by is None:
        return {"actor_kind": AuditEntry.Actor.NINEFOLD}
    user: User = by if isinstance(by, User) else by.user
    kind = AuditEntry.Actor.PERSON
    if isinstance(by, ApiClient):
        kind = AuditEntry.Actor.PROGRAM
    elif isinstance(by, User | BreakGlass):
        kind = AuditEntry.Actor.OPERATOR
    return {"actor_kind": kind, "actor": user.pk, "actor_name": (user.name or user.email)[:150]}


def _object(about: models.Model | None, by_name: bool) -> dict[str, Any]:
    if about is None:
        return {}
    key = about.pk if isinstance(about.pk, UUID) else None
    return {
        "object_kind": about._meta.model_name,
        "object_id": key,
        "object_name": one_line(_named(about))[:_LONGEST] if by_name else "",
    }


def _named(about: models.Model) -> str:
    """The same whatever language somebody speaks who does it: others read it, and search for it."""
    if isinstance(about, Membership):
        person = about.user
        # Names are alike.
        return ", ".join(dict.fromkeys((str(person), person.email)))
    if isinstance(about, Invitation):
        return about.email
    with translation.override(settings.LANGUAGE_CODE):
        return str(about)
