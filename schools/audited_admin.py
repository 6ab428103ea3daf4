"""What operators do in the admin stands in the audit log of the district that it concerns."""

from typing import Any, cast
from uuid import UUID

from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.narrow_admin import NarrowAdmin
from schools import audit
from schools.models import District, Membership
from schools.tenancy import district_scope

_DONE = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}


class AuditedAdmin(NarrowAdmin):
    """An admin of districts, of rows that have one, or of people who have places in some."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """In the admin's own history, and in the district's log."""
        _record(request, obj, ADDITION, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """In the admin's own history, and in the district's log."""
        if message:
            _record(request, obj, CHANGE, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """In the admin's own history, and in the district's log."""
        for obj in queryset:
            _record(request, obj, DELETION, [])
        return super().log_deletions(request, queryset)


def _record(request: HttpRequest, obj: Model, flag: int, message: Any) -> None:
    changed = [
        name
        for part in message
        if isinstance(part, dict)
        for name in part.get("changed", {}).get("fields", [])
    ]
    done = {"done": _DONE[flag], **({"fields": [str(name) for name in changed]} if changed else {})}
    for district_id in _districts_of(obj):
        with district_scope(district_id):
            audit.record(
                audit.Event.CHANGED_BY_OPERATOR,
                by=cast(User, request.user),
                about=obj,
                details=done,
                district=district_id,
            )


def _districts_of(obj: Any) -> list[UUID]:
    if isinstance(obj, District):
        return [obj.pk]
    if isinstance(obj, User):
        places = Membership.objects.filter(user=obj).order_by("district_id")
        return list(places.values_list("district_id", flat=True))
    return [obj.district_id]
