"""The details of an entry in its reader's words: what they are called, roles, schools by name.

The export has them as they are kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from schools.models import AuditEntry, Role, School, SignOnProvider
from schools.querysets import Who

# Of a longer list the page shows the beginning.
MOST_OF_A_LIST: Final = 10
CALLED: Final[dict[str, Any]] = {
    "address": _("Address"),
    "after": _("After"),
    "api_client": _("Program"),
    "before": _("Before"),
    "by_mail": _("By a link in a mail"),
    "cell": _("Cell"),
    "changed": _("Changed"),
    "closes_on": _("Closes on"),
    "created": _("New schools"),
    "days": _("Days"),
    "deliveries": _("Deliveries"),
    "district": _("About the district"),
    "done": _("Done"),
    "due_on": _("Due on"),
    "email": _("E-mail address"),
    "event_types": _("Events"),
    "factors": _("Second factors"),
    "fields": _("Fields"),
    "file_format": _("Format"),
    "first_year": _("From school year"),
    "group": _("Group"),
    "how": _("How it ended"),
    "joined": _("New here"),
    "kind": _("Kind"),
    "last_year": _("To school year"),
    "looking": _("School that looks for help"),
    "mails": _("Mails"),
    "number": _("Number"),
    "on": _("Switched on"),
    "only": _("Sign-on only"),
    "page": _("Page"),
    "pages": _("Pages"),
    "people": _("People"),
    "quoting": _("May be quoted"),
    "reason": _("Reason"),
    "role": _("Role"),
    "school_year": _("School year"),
    "schools": _("Schools"),
    "schools_added": _("Schools added"),
    "scopes": _("Scopes"),
    "second_factor": _("With a second factor"),
    "second_factor_for_all": _("Second factor for everyone"),
    "sessions": _("Devices"),
    "showing": _("School that could show"),
    "sign_on": _("By sign-on"),
    "state": _("State"),
    "until": _("Until"),
    "url": _("Address"),
    "what": _("What"),
}
# Of a provider, the names of its fields are written down alone.
_FIELDS: Final = {field.name: field.verbose_name for field in SignOnProvider._meta.fields}
# Of second factors and of sign-on providers; other kinds are named elsewhere in their entry.
_KINDS: Final[dict[str, Any]] = {
    "recovery_codes": _("Recovery codes"),
    "totp": _("An app"),
    "webauthn": _("A passkey"),
    **dict(SignOnProvider.Kind.choices),
}
# Who it was stands in the entry by name.
_LEFT_OUT: Final = {"person"}
_LAST: Final = {"after", "last_year"}


@dataclass(frozen=True)
class Told:
    """An entry, and its details for the page."""

    entry: AuditEntry
    facts: list[tuple[str, str]]
    email: str
    """Of the person who did it: names are alike, and people choose their own."""


def told(entries: Iterable[AuditEntry], who: Who) -> list[Told]:
    """Each with its details in words. A query for the people, the schools and the ways in each."""
    entries = list(entries)
    ids = {found for entry in entries for found in _school_ids(entry.details)}
    schools = School.objects.visible_to(who).filter(pk__in=ids) if ids else ()
    names = {str(school.pk): school.name for school in schools}
    if doors := {entry.details["sign_on"] for entry in entries if "sign_on" in entry.details}:
        providers = SignOnProvider.objects.visible_to(who).filter(pk__in=filter(_is_id, doors))
        names |= {str(provider.pk): provider.name for provider in providers}
    kind = AuditEntry.Actor.PERSON
    people = {entry.actor for entry in entries if entry.actor and entry.actor_kind == kind}
    emails: dict[Any, str] = dict(User.objects.filter(pk__in=people).values_list("pk", "email"))
    return [
        Told(entry, _facts(entry.details, names), emails.get(entry.actor, "")) for entry in entries
    ]


def _school_ids(details: Mapping[str, Any]) -> list[str]:
    places = [details, *(details.get(name) for name in ("before", "after"))]
    found = [each.get("schools") for each in places if isinstance(each, Mapping)]
    return [pk for ids in found if isinstance(ids, list) for pk in ids if _is_id(pk)]


def _is_id(said: Any) -> bool:
    try:
        return bool(UUID(said))
    except (ValueError, TypeError, AttributeError):
        return False


def _facts(details: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (str(CALLED.get(name, name)), _said(name, value, names))
        # PostgreSQL has them in an order of its own.
        for name, value in sorted(details.items(), key=lambda item: item[0] in _LAST)
        if name not in _LEFT_OUT and value != []
    ]


def _said(name: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return "; ".join(said for _name, said in _facts(value, names))
    if isinstance(value, list):
        called = _FIELDS if name == "changed" else names
        return _listed([str(called.get(str(each), each)) for each in value])
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "role" and value in Role.values:
        return str(Role(value).label)
    if name == "kind":
        return str(_KINDS.get(value, value))
    return names.get(str(value), str(value))


def _listed(values: list[str]) -> str:
    shown = ", ".join(values[:MOST_OF_A_LIST])
    if not (more := len(values) - MOST_OF_A_LIST) > 0:
        return shown
    return ngettext("%(shown)s and %(n)d more", "%(shown)s and %(n)d more", more) % {
        "shown": shown,
        "n": more,
    }
