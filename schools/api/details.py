"""One row of a resource, by the id in its address."""

import hashlib
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from rest_framework.request import Request

from schools.api.pages import Fields, Row
from schools.api.resources import DistrictView, is_known, not_modified, the_one_of, versioned


class DetailView(DistrictView):
    """Finds the row first and then asks; says its version, and only that to who holds it."""

    asks_first = False
    fields: ClassVar[Fields]
    named_by: ClassVar[str]
    """The part of the address that holds the id."""

    def get(self, request: Request, **route: Any) -> HttpResponseBase:
        """The row."""
        row = the_one_of(self.rows().filter(pk=route[self.named_by]), self.fields)
        self.check_may()
        (shown,) = self.shown([row])
        version = version_of(shown)
        return not_modified(version) if is_known(request, version) else versioned(shown, version)

    def rows(self) -> QuerySet[Any]:
        """All rows that the caller may know of."""
        raise NotImplementedError

    def shown(self, rows: list[Row]) -> list[Row]:
        """The rows as the API writes them; the fields say most of it."""
        return rows


def version_of(seen: Any) -> str:
    """A strong tag: it changes with anything of what is shown."""
    hashed = hashlib.blake2s(orjson.dumps([seen, get_language()]), digest_size=16)
    return f'"{hashed.hexdigest()}"'
