"""An admin that is asked by what it shows, and by nothing else.

Django lets an operator filter a list by any column of its table, and by the key of whatever refers
to it. What can be asked can be guessed, a letter at a time: a password's hash, a session's key.
"""

from typing import Any

from django.contrib import admin
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest


class NarrowAdmin(admin.ModelAdmin):
    """Takes in an address the filters that stand beside its list."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """One of them, as Django itself allows it."""
        shown = self.get_list_filter(request) if request else self.list_filter
        if lookup.partition(LOOKUP_SEP)[0] not in shown:
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[arg-type]
