"""One row of a resource, by the id in its address."""

from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from schools.api.bodies import Sent, read_body
from schools.api.pages import Fields, Row
from schools.api.resources import DistrictView, the_one_of
from schools.api.versions import (
    VersionStale,
    answer_unless_known,
    is_held,
    version_of,
    versioned,
)
from schools.overtaken import Overtaken
from schools.text import clean_text


class DetailView(DistrictView):
    """Finds the row first and then asks; says its version, and only that to who holds it.

    Who changes it says what they hold, so that nobody writes over what they have not seen.
    """

    asks_first = False
    fields: ClassVar[Fields]
    named_by: ClassVar[str]
    """The part of the address that holds the id."""
    sent: ClassVar[type[Sent]]
    """What may be sent to change it."""

    def get(self, request: Request, **route: Any) -> HttpResponseBase:
        """The row."""
        row = self.one(route[self.named_by])
        self.check_may()
        return answer_unless_known(request, row)

    def one(self, row_id: UUID) -> Row:
        """The row as the API writes it.

        Raises:
            Http404: there is none, or none that the caller may know of.
        """
        (row,) = self.shown([the_one_of(self.rows().filter(pk=row_id), self.fields)])
        return row

    def hold(self, row: Row, row_id: UUID) -> None:
        """Let nobody change the row until this request is over.

        Raises:
            Overtaken: somebody has changed it since it was read.
        """
        mine = self.rows().filter(pk=row_id).order_by()
        list(mine.select_for_update(of=("self",)).values_list("pk"))
        if version_of(self.one(row_id)) != version_of(row):
            raise Overtaken

    def rows(self) -> QuerySet[Any]:
        """All rows that the caller may know of."""
        raise NotImplementedError

    def shown(self, rows: list[Row]) -> list[Row]:
        """The rows as the API writes them; the fields say most of it."""
        return rows


class ChangeableView(DetailView):
    """A row that can be changed, by who holds it as it stands."""

    http_method_names: tuple[str, ...] = ("get", "head", "patch")

    def patch(self, request: Request, **route: Any) -> HttpResponseBase:
        """The row, changed. Saying what stands there already changes nothing, and is no conflict.

        Raises:
            VersionMissing, VersionStale: as RFC 9110 (13.1.1) has it.
        """
        row_id = route[self.named_by]
        row = self.one(row_id)
        self.check_may()
        holds_it = is_held(request, version_of(row))
        sent = read_body(request, self.sent)
        if not holds_it and not self.says(row, sent):
            self.set_aside(row, sent)
            raise VersionStale(row)
        try:
            self.change(row, sent)
        except Overtaken as overtaken:
            raise VersionStale(self.one(row_id)) from overtaken
        changed = self.one(row_id)
        return versioned(changed, version_of(changed))

    def change(self, row: Row, sent: dict[str, Any]) -> None:
        """Do it.

        Raises:
            Overtaken: somebody else was faster.
        """
        raise NotImplementedError

    def says(self, row: Row, sent: dict[str, Any]) -> bool:
        """Whether the row says all of this already."""
        said, wanted = orjson.loads(orjson.dumps([row, sent]))
        return all(name in said and said[name] == _kept(value) for name, value in wanted.items())

    def set_aside(self, row: Row, sent: dict[str, Any]) -> None:
        """Keep what came too late, where nobody's words may be lost."""


class RemovableView(DetailView):
    """A row that can be removed, by who holds it as it stands."""

    def delete(self, request: Request, **route: Any) -> HttpResponseBase:
        """Gone."""
        row_id = route[self.named_by]
        row = self.one(row_id)
        self.check_may()
        holds_it = is_held(request, version_of(row))
        read_body(request, Sent)
        if not holds_it:
            raise VersionStale(row)
        try:
            self.remove(row)
        except Overtaken as overtaken:
            raise VersionStale(self.one(row_id)) from overtaken
        return Response(status=204)

    def remove(self, row: Row) -> None:
        """Do it.

        Raises:
            Overtaken: somebody else was faster.
        """
        raise NotImplementedError


def _kept(value: Any) -> Any:
    """A text as it would be kept, so that sending it again is known as that."""
    try:
        return clean_text(value) if isinstance(value, str) else value
    except ValidationError:
        return value
