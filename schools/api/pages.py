"""Pages of rows, in the order of their last change.

By keys, not by offsets: a deep page costs what the first one does, and thousands of rows that
were changed at the same moment, as a bulk import does, are each seen once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from schools.api.parameters import Parameter, Query, by_ids, by_time
from schools.api.times import settled_until

Row = dict[str, Any]
Fields = Mapping[str, Any]
"""By the name that the API gives it: a column or an expression."""

USUAL_LIMIT: Final = 100
HIGHEST_LIMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Position:
    """Between two rows: after the one of this key or, for a page further up, before it."""

    at: str
    id: UUID
    upwards: bool = False

    @classmethod
    def read(cls, text: str) -> Self:
        """The position that `written` made.

        Raises:
            ValueError: it did not.
        """
        try:
            at, row_id, upwards = _signer().unsign_object(text)
        except BadSignature as error:
            raise ValueError(text) from error
        return cls(at, UUID(row_id), upwards)

    def written(self) -> str:
        """As an opaque text, signed so that nobody makes up their own."""
        return _signer().sign_object((self.at, self.id.hex, self.upwards))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the ones before and after them begin."""

    rows: list[Row]
    before: Position | None
    after: Position | None


def read_limit(text: str) -> int:
    """How many rows a page may have.

    Raises:
        ValueError: no number, or none that a page can have.
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_LIMIT))
    if not (is_number and 0 < int(text) <= HIGHEST_LIMIT):
        raise ValueError(text)
    return int(text)


LIMIT: Final = Parameter(
    "limit",
    "How many rows a page has at most.",
    read=read_limit,
    expected=gettext_lazy("Expected a whole number from 1 to 1000."),
    schema={"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": USUAL_LIMIT},
)
CURSOR: Final = Parameter(
    "cursor",
    "Where a page begins, as `next` and `previous` give it. Follow those; do not make your own.",
    read=Position.read,
    expected=gettext_lazy("Expected a cursor as `next` or `previous` gave it, unchanged."),
    schema={"type": "string"},
)
IDS: Final = by_ids()


def paging(changed_at: str = "updated_at") -> tuple[Parameter, ...]:
    """The parameters of every list; `changed_at` names the column of a row's last change."""
    since = by_time(
        "updated_after",
        f"Rows whose `{changed_at}` is this moment or later. Without an offset it is UTC.",
        lookup=f"{changed_at}__gte",
    )
    return LIMIT, CURSOR, IDS, since


def read_page(
    rows: QuerySet[Any], query: Query, *, fields: Fields, changed_at: str = "updated_at"
) -> Page:
    """The page of `rows` that `query` asks for, with these fields, of which one is `id`."""
    limit: int = query.get(LIMIT.name, USUAL_LIMIT)
    position: Position | None = query.get(CURSOR.name)
    upwards = position is not None and position.upwards
    # What lies before a row that was shown is settled already, and who asks for a row by its id
    # asks for what it is now.
    if not upwards and IDS.name not in query:
        rows = rows.filter(**{f"{changed_at}__lte": settled_until()})
    if position is not None:
        rows = rows.filter(_beyond(position, changed_at))
    order = (f"-{changed_at}", "-id") if upwards else (changed_at, "id")
    found = as_rows(rows.order_by(*order), fields, at_most=limit + 1)
    there_are_more = len(found) > limit
    found = found[:limit]
    if upwards:
        found.reverse()
    has_before, has_after = (there_are_more, True) if upwards else (bool(position), there_are_more)
    return Page(
        rows=found,
        before=_position(found[:1], changed_at, upwards=True) if has_before else None,
        after=_position(found[-1:], changed_at, upwards=False) if has_after else None,
    )


def as_rows(rows: QuerySet[Any], fields: Fields, *, at_most: int | None = None) -> list[Row]:
    """The rows as plain dicts of these fields."""
    tuples = rows.values_list(*fields.values())[:at_most]
    return [dict(zip(fields, values, strict=True)) for values in tuples]


def page_response(request: Request, page: Page, results: list[Row]) -> Response:
    """The answer: the rows as they are shown, with links that keep every filter."""
    links = {"next": _link(request, page.after), "previous": _link(request, page.before)}
    named = [
        f'<{link}>; rel="{rel}"'
        for rel, link in (("next", links["next"]), ("prev", links["previous"]))
        if link
    ]
    headers = {"Link": ", ".join(named)} if named else {}
    return Response({**links, "results": results}, headers=headers)


def _signer() -> Signer:
    # The separator stands in an address as it is.
    return Signer(salt="schools.api.pages", sep="~")


def _beyond(position: Position, changed_at: str) -> Any:
    """As one comparison of rows, which the index on exactly these columns answers."""
    compare = TupleLessThan if position.upwards else TupleGreaterThan
    return compare(Tuple(F(changed_at), F("id")), (position.at, position.id))


def _position(rows: Sequence[Row], changed_at: str, *, upwards: bool) -> Position | None:
    return Position(rows[0][changed_at], rows[0]["id"], upwards) if rows else None


def _link(request: Request, position: Position | None) -> str | None:
    if position is None:
        return None
    query = request.query_params.copy()
    query[CURSOR.name] = position.written()
    link: str = request.build_absolute_uri(f"?{query.urlencode(safe='~')}")
    return link
