"""Errors as RFC 9457 problem documents: a stable code for programs, a sentence for people."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.settings import api_settings

from config.api.rendering import to_json

PROBLEM_JSON = "application/problem+json"

Problem = dict[str, Any]

# By code: what kind of problem it is, and what to say when nothing closer is known.
_KINDS = {
    "invalid": (gettext_lazy("Not valid"), gettext_lazy("This cannot be taken as it is.")),
    "malformed_request": (
        gettext_lazy("Malformed request"),
        gettext_lazy("This request could not be read. What is sent must be JSON in UTF-8."),
    ),
    "invalid_parameters": (
        gettext_lazy("Query parameters not understood"),
        gettext_lazy("See `errors` for each of them."),
    ),
    "invalid_token": (
        gettext_lazy("Token not valid"),
        gettext_lazy("The bearer token is unknown, expired or revoked."),
    ),
    "not_authenticated": (
        gettext_lazy("Not authenticated"),
        gettext_lazy("Send a bearer token, or sign in."),
    ),
    "forbidden": (
        gettext_lazy("Not allowed"),
        gettext_lazy("This role, or the scopes of this token, do not allow it."),
    ),
    "not_found": (
        gettext_lazy("Not found"),
        gettext_lazy("There is nothing here, or nothing that you can see."),
    ),
    "method_not_allowed": (
        gettext_lazy("Method not allowed"),
        gettext_lazy("The header Allow names the methods that this address takes."),
    ),
    "not_acceptable": (
        gettext_lazy("Not acceptable"),
        gettext_lazy("This address answers with application/json."),
    ),
    "unsupported_media_type": (
        gettext_lazy("Unsupported media type"),
        gettext_lazy("Send application/json, not compressed."),
    ),
    "edit_conflict": (
        gettext_lazy("Someone else saved first"),
        gettext_lazy("Nothing was overwritten. `current` is what stands there now."),
    ),
    "if_match_missing": (
        gettext_lazy("If-Match is missing"),
        gettext_lazy("Read this address first, and send its ETag as If-Match."),
    ),
    "if_match_invalid": (
        gettext_lazy("If-Match not understood"),
        gettext_lazy("Send the ETag as it came, with its quotes, or * for whichever stands there."),
    ),
    "idempotency_key_invalid": (
        gettext_lazy("Idempotency-Key not understood"),
        gettext_lazy("Send 1 to 255 letters, digits or signs, such as a UUID."),
    ),
    "idempotency_key_reused": (
        gettext_lazy("Idempotency-Key used before"),
        gettext_lazy("Another request came with this key. Nothing was done: send a new key."),
    ),
    "csrf_token_missing": (
        gettext_lazy("Not allowed"),
        gettext_lazy("Who writes as a signed-in person sends X-CSRFToken; programs send a token."),
    ),
    "second_factor_missing": (
        gettext_lazy("Second factor missing"),
        gettext_lazy("Sign in to the pages and show, or set up, your second factor first."),
    ),
    "sign_in_again": (
        gettext_lazy("Sign in again"),
        gettext_lazy("You signed in a while ago. Say who you are on the pages, then send it anew."),
    ),
    "reading_only": (
        gettext_lazy("You are reading only"),
        gettext_lazy("As long as you read a district as an operator, you change nothing."),
    ),
    "length_required": (
        gettext_lazy("Length required"),
        gettext_lazy("Send Content-Length; a body in pieces (chunked) is not read."),
    ),
    "too_deep": (
        gettext_lazy("Nested too deeply"),
        gettext_lazy("JSON of more than 32 levels is not read."),
    ),
    "named_twice": (
        gettext_lazy("Named twice"),
        gettext_lazy("An object has the same name twice. Say each thing once."),
    ),
    "too_large": (
        gettext_lazy("Too large"),
        gettext_lazy("More than 2 MiB are not read. Send less at a time."),
    ),
    "cursor_gone": (
        gettext_lazy("Too far back"),
        gettext_lazy(
            "What came after this cursor is not kept any more. Ask for cursor=latest, copy the "
            "lists in full, then read on from that cursor."
        ),
    ),
    "too_many_requests": (
        gettext_lazy("Too many requests"),
        gettext_lazy("The header Retry-After says in how many seconds to come back."),
    ),
    "server_error": (
        gettext_lazy("A mistake of ours"),
        gettext_lazy("It has been noted. Please try again later."),
    ),
}
# What is refused not for what was sent, but for how things stand.
_OF_THE_STATE = {
    "answers_missing",
    "campaign_closed",
    "campaign_not_open",
    "campaign_upcoming",
    "commitment_settled",
    "cycle_submitted",
    "too_many_exports",
    "too_many_webhooks",
    "webhook_switched_off",
}
_CODES = {
    exceptions.ParseError: "malformed_request",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "invalid_token",
    exceptions.PermissionDenied: "forbidden",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "too_many_requests",
}


class TooLarge(exceptions.APIException):
    """More was sent than is read."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to what a view raised; none for what nobody foresaw.

    What is refused leaves nothing behind, except what the domain itself keeps when it refuses: a
    school's words that came too late stay in the history.
    """
    if isinstance(error, ValidationError):
        return _respond(_refused(list(_field_errors(error)), context))
    error = _as_api_exception(error)
    if not isinstance(error, exceptions.APIException):
        return None
    if not getattr(error, "keeps_what_was_done", False):
        _roll_back()
    if isinstance(error, exceptions.ValidationError):
        return _respond(_refused(list(_body_errors(error.get_full_details())), context))
    code = _CODES.get(type(error)) or str(error.default_code)
    document = problem(error.status_code, code, errors=getattr(error, "errors", ()))
    return _respond(document | getattr(error, "further", {}), _headers(error))


def problem(status: int, code: str, *, detail: str = "", errors: Sequence[Problem] = ()) -> Problem:
    """A problem document."""
    title, usual_detail = _KINDS.get(code, _KINDS["invalid"])
    document: Problem = {
        "type": f"urn:ninefold:problem:{code}",
        "title": str(title),
        "status": int(status),
        "code": code,
        "detail": detail or str(usual_detail),
    }
    return document | {"errors": list(errors)} if errors else document


def bad_request(request: HttpRequest) -> HttpResponse:
    """For an address under /api/ whose request could not be read."""
    detail = _("This request could not be read.")
    return _respond(problem(HTTPStatus.BAD_REQUEST, "malformed_request", detail=detail))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For an address under /api/ that something before its view refused."""
    return _respond(problem(HTTPStatus.FORBIDDEN, getattr(exception, "code", "forbidden")))


def not_found(request: HttpRequest, detail: str = "") -> HttpResponse:
    """For an address under /api/ that leads nowhere; the same words as for a row that is absent."""
    return _respond(problem(HTTPStatus.NOT_FOUND, "not_found", detail=detail))


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """For an address under /api/ that is not a view of REST framework's."""
    return _respond(
        problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed"), {"Allow": allowed}
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """For an address under /api/ where something broke."""
    return _respond(problem(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error"))


def _roll_back() -> None:
    """As REST framework does; its own function lives where settings name this module."""
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)


def _as_api_exception(error: Exception) -> Exception:
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    return error


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _refused(errors: list[Problem], context: dict[str, Any]) -> Problem:
    codes = {entry["code"] for entry in errors}
    details = [entry["detail"] for entry in errors]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if context["request"].method in SAFE_METHODS:
        status = HTTPStatus.BAD_REQUEST
    elif codes <= _OF_THE_STATE:
        status = HTTPStatus.CONFLICT
    return problem(
        status,
        codes.pop() if len(codes) == 1 else "invalid",
        detail=details[0]
        if len(details) == 1
        else _("Several things cannot be taken as they are."),
        errors=errors,
    )


def _field_errors(error: ValidationError) -> Iterator[Problem]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for field, reasons in by_field.items():
        for reason in reasons:
            entry = {"code": reason.code or "invalid", "detail": " ".join(reason.messages)}
            if missing := (reason.params or {}).get("missing"):
                entry["missing"] = missing
            yield {"pointer": _pointer(field), **entry} if field else entry


def _body_errors(details: Any, pointer: str = "") -> Iterator[Problem]:
    """What a shape found, wherever it lies in what was sent."""
    if isinstance(details, list):
        for position, each in enumerate(details):
            yield from _body_errors(each, pointer if "message" in each else f"{pointer}/{position}")
    elif "message" in details:
        entry = {"code": details["code"], "detail": str(details["message"])}
        yield {"pointer": pointer, **entry} if pointer else entry
    else:
        for name, each in details.items():
            of_all = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _body_errors(each, pointer if of_all else pointer + _pointer(str(name)))


def _pointer(field: str) -> str:
    return "/" + field.replace("~", "~0").replace("/", "~1")


def _respond(document: Problem, headers: dict[str, str] | None = None) -> HttpResponse:
    # Not by way of a renderer: a problem is JSON also where something else was asked for.
    body, status = to_json(document), document["status"]
    return HttpResponse(body, status=status, headers=headers, content_type=PROBLEM_JSON)
