"""What every address of the API inside a district does: ask who may, read the query, answer."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from schools.api.pages import Fields, Row, as_rows, page_response, paging, read_page
from schools.api.parameters import Parameter, Query, conditions, read_query
from schools.models import District
from schools.permissions import SCOPE_TABLE, Action, may
from schools.querysets import Who


class ByHeaderAlone(DefaultContentNegotiation):
    """What to answer with, the header `Accept` asks; a parameter `format` is one too many."""

    def filter_renderers(
        self, renderers: Iterable[BaseRenderer], _wanted: str
    ) -> list[BaseRenderer]:
        """All of them, whatever the query says."""
        return list(renderers)


class AnyAccepted(ByHeaderAlone):
    """What to answer with, the address says: whatever `Accept` asks, it is that."""

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first one, which errors have no use for either."""
        first = next(iter(renderers))
        return first, str(first.media_type)


class DistrictView(APIView):
    """An address inside a district: for those with a place there who may do `action`."""

    http_method_names: tuple[str, ...] = ("get", "head")
    content_negotiation_class = ByHeaderAlone
    action: ClassVar[Action | None] = None
    asks_first: ClassVar[bool] = True
    """False where a row is found first: what is not there for the caller is 404 and not 403."""
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    who: Who
    district: District
    query: Query

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, whether they may, and whether the query is understood: in this order."""
        super().initial(request, *args, **kwargs)
        asked: Any = request
        self.who, self.district = asked.user.who, asked.district
        if self.asks_first:
            self.check_may()
        self.query = read_query(request.query_params, self.understood())

    def check_may(self) -> None:
        """Whether the caller may do what this address is for.

        Raises:
            PermissionDenied: the role, or the scopes of the token, do not allow it.
        """
        if self.action and not may(self.who, self.action):
            raise PermissionDenied

    @classmethod
    def understood(cls) -> tuple[Parameter, ...]:
        """All query parameters that this address knows."""
        return cls.parameters

    @property
    def scope(self) -> str | None:
        """The scope that a token needs, for the schema."""
        scopes = (scope for scope, actions in SCOPE_TABLE.items() if self.action in actions)
        return next(map(str, scopes), None)


class ListView(DistrictView):
    """The rows of a resource, a page at a time."""

    fields: ClassVar[Fields]
    changed_at: ClassVar[str] = "updated_at"

    @classmethod
    def understood(cls) -> tuple[Parameter, ...]:
        """Those of every list, and its own."""
        return (*paging(cls.changed_at), *cls.parameters)

    def get(self, request: Request, **_route: Any) -> Response:
        """A page."""
        rows = self.rows().filter(**conditions(self.query, self.understood()))
        page = read_page(rows, self.query, fields=self.fields, changed_at=self.changed_at)
        return page_response(request, page, self.shown(page.rows))

    def rows(self) -> QuerySet[Any]:
        """All rows that the caller may know of."""
        raise NotImplementedError

    def shown(self, rows: list[Row]) -> list[Row]:
        """The rows as the API writes them; the fields say most of it."""
        return rows


def the_one_of(rows: QuerySet[Any], fields: Fields) -> Row:
    """The only one of `rows`.

    Raises:
        Http404: there is none, or none that the caller may know of.
    """
    found = as_rows(rows, fields)
    if not found:
        raise Http404
    return found[0]


def is_known(request: Request, version: str) -> bool:
    """Whether the caller said that it holds this version already."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in held or version in (tag.removeprefix("W/") for tag in held)


def not_modified(version: str) -> HttpResponseBase:
    """304, for who holds `version`."""
    return _tagged(HttpResponseNotModified(), version)


def versioned(body: Row, version: str) -> HttpResponseBase:
    """The answer, with the version to ask by next time."""
    return _tagged(Response(body), version)


def _tagged(response: HttpResponseBase, version: str) -> HttpResponseBase:
    response.headers["ETag"] = version
    patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
    return response
