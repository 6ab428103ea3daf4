"""What every address of the API inside a district does: ask who may, read the query, answer."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework import exceptions
from rest_framework.exceptions import APIException, UnsupportedMediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.recent import recently_signed_in
from schools.api.kept_answers import AnsweredBefore, claim, keep
from schools.api.pages import Fields, Row, as_rows, page_response, paging, read_page
from schools.api.parameters import Parameter, Query, conditions, read_query
from schools.api.versions import is_known, not_modified, tagged, version_of, versioned
from schools.models import Author, District, KeptAnswer, Membership
from schools.permissions import SCOPE_TABLE, Action, may


class LengthMissing(APIException):
    """A body in pieces, which our web server passes on as an empty one."""

    status_code = 411
    default_code = "length_required"


class SignInAgain(exceptions.PermissionDenied):
    """A person in a browser has not said for a while who they are, and this would do harm."""

    default_code = "sign_in_again"


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
    """An address inside a district: for those with a place there who may do `action`.

    To write there, `writing` is asked for instead; and a write that comes again with the
    `Idempotency-Key` of one that was done is answered as that was.
    """

    http_method_names: tuple[str, ...] = ("get", "head")
    content_negotiation_class = ByHeaderAlone
    action: ClassVar[Action | None] = None
    writing: ClassVar[Action | None] = None
    asks_first: ClassVar[bool] = True
    """False where a row is found first: what is not there for the caller is 404 and not 403."""
    asks_again: ClassVar[bool] = False
    """Whether to write here a person must have said lately who they are, as on the page for it."""
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    who: Author
    district: District
    query: Query
    place: KeptAnswer | None = None
    """Where the answer to this request is kept."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, whether it can be done here at all, by them, and what the query says of it."""
        super().initial(request, *args, **kwargs)
        asked: Any = request
        self.who, self.district = asked.user.who, asked.district
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        if self.asks_first:
            self.check_may()
        self.query = read_query(request.query_params, self.understood())
        if request.method not in SAFE_METHODS:
            _check_size(request)
            try:
                self.place = claim(request, self.who, now=timezone.now())
            except AnsweredBefore:
                self.check_may()
                raise

    def handle_exception(self, exc: Exception) -> Any:
        """The answer to what was raised. To have been answered before is no error."""
        return exc.answer if isinstance(exc, AnsweredBefore) else super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keeps the answer to a write that has a key."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.place is not None:
            keep(self.place, response)
        return response

    def check_may(self) -> None:
        """Whether the caller may do this at this address.

        Raises:
            PermissionDenied: the role, or the scopes of the token, do not allow it.
            SignInAgain: it would be allowed, to somebody who has just said who they are.
        """
        action = self.action_of(str(self.request.method))
        if action and not may(self.who, action):
            raise PermissionDenied
        if not self.asks_again or self.request.method in SAFE_METHODS:
            return
        if not isinstance(self.who, Membership):
            return
        if not recently_signed_in(self.request._request, self.who.user):
            raise SignInAgain

    @classmethod
    def understood(cls) -> tuple[Parameter, ...]:
        """All query parameters that this address knows."""
        return cls.parameters

    @classmethod
    def action_of(cls, method: str) -> Action | None:
        """What a method does here."""
        return cls.action if method in SAFE_METHODS or cls.writing is None else cls.writing

    @classmethod
    def scope_of(cls, method: str) -> str | None:
        """The scope that a token needs, for the schema."""
        action = cls.action_of(method)
        scopes = (scope for scope, actions in SCOPE_TABLE.items() if action in actions)
        return next(map(str, scopes), None)

    def made(self, row: Row, address: str) -> HttpResponseBase:
        """201, for a new row that lies at `address`, relative to this one."""
        response = versioned(row, version_of(row), status=HTTPStatus.CREATED)
        response.headers["Location"] = self.request.build_absolute_uri(address)
        return response


class ListView(DistrictView):
    """The rows of a resource, a page at a time."""

    fields: ClassVar[Fields]
    changed_at: ClassVar[str] = "updated_at"

    @classmethod
    def understood(cls) -> tuple[Parameter, ...]:
        """Those of every list, and its own."""
        return (*paging(cls.changed_at), *cls.parameters)

    def get(self, request: Request, **_route: Any) -> HttpResponseBase:
        """A page; what lies inside its rows is read only for who does not hold it yet."""
        rows = self.rows().filter(**conditions(self.query, self.understood()))
        page = read_page(rows, self.query, fields=self.fields, changed_at=self.changed_at)
        beside = self.seen_beside(page.rows), get_language()
        version = version_of([page.rows, page.before, page.after, beside])
        if is_known(request, version):
            return not_modified(version)
        return tagged(page_response(request, page, self.shown(page.rows)), version)

    def rows(self) -> QuerySet[Any]:
        """All rows that the caller may know of."""
        raise NotImplementedError

    def seen_beside(self, rows: list[Row]) -> Any:
        """What else the page says: together with the rows it makes the page's version."""
        return None

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


def _check_size(request: Request) -> None:
    """Before anything is parsed. What comes in pieces, without a length, would be lost.

    Raises:
        UnsupportedMediaType: it is compressed.
        LengthMissing: it does not say how long it is.
        RequestDataTooBig: it is more than is read.
    """
    asked: Any = request._request
    if coding := asked.headers.get("Content-Encoding", "").strip():
        raise UnsupportedMediaType(coding)
    if "Transfer-Encoding" in asked.headers and "Content-Length" not in asked.headers:
        raise LengthMissing
    if len(asked.body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig
