"""Seals upon the audit log: whoever edits, removes or slips in an entry behind our back is found.

A seal is a keyed hash (HMAC, RFC 2104) over the seal before it and over entries that no seal had
yet. Its key is not in the database: who can change rows there, even its owner, cannot make the seal
that would fit. ADR 19 says what this does not show.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from schools.models import AuditEntry, AuditSeal

# A transaction ends within it; what is older and has no seal was not written by one of ours.
SEALED_WITHIN: Final = timedelta(hours=3)
MOST_IN_A_SEAL: Final = 5_000
LATE: Final = "sealed_late"
_SALT: Final = "schools.audit_seals"
_BEFORE_ALL: Final = "0" * 64


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed."""

    code: str
    """What is wrong; `LATE` may be the trace of an hour in which nothing could be sealed."""
    seal: int
    said: str


@dataclass(frozen=True)
class Verified:
    """How much was looked at, where the chain of seals ends, and what was found."""

    seals: int
    entries: int
    head: str
    findings: list[Finding]


def seal(district_id: UUID, *, until: datetime | None = None) -> list[AuditSeal]:
    """Seal all entries that have no seal yet; inside the district's scope.

    Two at once make one: the second fails upon the number that the first took.

    Args:
        until: only those that are no younger.
    """
    last, made = _seals(district_id).last(), []
    waiting = _waiting(district_id, last, until)
    # A seal's entries at a time: whatever has piled up, it is never in memory at once.
    for start in range(0, len(waiting), MOST_IN_A_SEAL):
        some = waiting[start : start + MOST_IN_A_SEAL]
        entries = AuditEntry.objects.filter(district=district_id, pk__in=some).order_by("pk")
        last = _sealed(district_id, last, list(entries))
        made.append(last)
    return made


def verify(district_id: UUID, *, now: datetime, since: tuple[int, str] | None = None) -> Verified:
    """Look at every seal and every entry of a district, inside its scope. Changes nothing.

    Args:
        since: number and digest of a seal that was seen earlier and kept elsewhere. It shows
            whether the end of the log was cut off, entries, seals and all; and up to it nothing
            was sealed late that was not said then.
    """
    findings: list[Finding] = []
    digests, sealed, number = {0: _BEFORE_ALL}, set[int](), 0
    for each in _seals(district_id).iterator():
        number += 1
        if each.number != number:
            findings.append(Finding("seal_missing", number, f"Seal {number} is missing."))
            number = each.number
        sealed.update(each.entries)
        seen_then = since is not None and number <= since[0]
        findings += _flaws_of(each, digests.get(number - 1, ""), seen_then=seen_then)
        digests[number] = each.digest
    if since and digests.get(since[0]) != since[1]:
        said = f"Seal {since[0]} is not the one that was seen earlier."
        findings.append(Finding("cut_off", since[0], said))
    old = AuditEntry.objects.filter(district=district_id, at__lt=now - SEALED_WITHIN)
    if bare := sum(pk not in sealed for pk in old.values_list("pk", flat=True).iterator()):
        findings.append(Finding("not_sealed", number, f"{bare} entries have no seal."))
    return Verified(number, len(sealed), digests.get(number, _BEFORE_ALL), findings)


def _flaws_of(seal: AuditSeal, before: str, *, seen_then: bool) -> Iterator[Finding]:
    rows = _entries_of(seal)
    if missing := len(seal.entries) - len(rows):
        said = f"Of the entries under seal {seal.number}, {missing} are missing."
        yield Finding("entries_missing", seal.number, said)
    elif not _fits(seal, before, rows):
        said = f"Seal {seal.number} does not fit the entries it was put on."
        yield Finding("seal_broken", seal.number, said)
    # Whoever takes the last seals away and changes what they were on, is given new ones by us.
    late = sum(row.at < seal.sealed_at - SEALED_WITHIN for row in rows)
    if late and not seen_then:
        said = f"Of the entries under seal {seal.number}, {late} were hours old when it was put on."
        yield Finding(LATE, seal.number, said)


def _waiting(district_id: UUID, last: AuditSeal | None, until: datetime | None) -> list[int]:
    """The entries that no seal has named yet, by their ids, in order."""
    entries = AuditEntry.objects.filter(district=district_id)
    if until:
        entries = entries.filter(at__lte=until)
    sealed: set[int] = set()
    if last:
        lately = last.sealed_at - SEALED_WITHIN
        entries = entries.filter(at__gte=lately)
        seals = _seals(district_id).filter(sealed_at__gte=lately)
        sealed = {pk for named in seals.values_list("entries", flat=True) for pk in named}
    return [pk for pk in entries.order_by("pk").values_list("pk", flat=True) if pk not in sealed]


def _sealed(district_id: UUID, last: AuditSeal | None, entries: list[AuditEntry]) -> AuditSeal:
    made = AuditSeal(
        district_id=district_id,
        number=last.number + 1 if last else 1,
        entries=[entry.pk for entry in entries],
        sealed_at=timezone.now(),
    )
    made.digest = _digest(made, last.digest if last else _BEFORE_ALL, entries, _keys()[0])
    made.save(force_insert=True)
    return made


def _seals(district_id: UUID) -> models.QuerySet[AuditSeal]:
    return AuditSeal.objects.filter(district=district_id).order_by("number")


def _entries_of(seal: AuditSeal) -> list[AuditEntry]:
    """Those that are still there, in the order in which they were sealed."""
    found = AuditEntry.objects.filter(district=seal.district_id, pk__in=seal.entries)
    by_id = {entry.pk: entry for entry in found}
    return [by_id[pk] for pk in seal.entries if pk in by_id]


def _fits(seal: AuditSeal, before: str, entries: list[AuditEntry]) -> bool:
    made = (_digest(seal, before, entries, key) for key in _keys())
    return any(hmac.compare_digest(seal.digest, each) for each in made)


def _digest(seal: AuditSeal, before: str, entries: Iterable[AuditEntry], key: bytes) -> str:
    hashed = hmac.new(key, digestmod=hashlib.sha256)
    hashed.update(_canonical([seal.district_id, seal.number, seal.sealed_at, before]))
    for entry in entries:
        hashed.update(_canonical([getattr(entry, field.attname) for field in entry._meta.fields]))
    return hashed.hexdigest()


def _canonical(values: list[Any]) -> bytes:
    """The same values give the same bytes, and no two lists the same."""
    try:
        return orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS) + b"\n"
    except TypeError:
        # Too large a number, or too deep: nothing of ours, and to be found like all that is not.
        return json.dumps(values, default=str, sort_keys=True).encode() + b"\n"


def _keys() -> list[bytes]:
    """The key that seals, and those of earlier days that still verify."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(_SALT, "", secret=each, algorithm="sha256").digest() for each in secrets]
