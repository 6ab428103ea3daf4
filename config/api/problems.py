"""Errors as RFC 9457 problem documents: a stable code for programs, a sentence for people."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

from assessments.answers import EditConflict
from config.api.rendering import to_json

PROBLEM_JSON = "application/problem+json"

Problem = dict[str, Any]

# By code: what kind of problem it is, and what to say when nothing closer is known.
_KINDS = {
    "invalid": (gettext_lazy("Not valid"), gettext_lazy("This cannot be taken as it is.")),
    "malformed_request": (
        gettext_lazy("Malformed request"),
        gettext_lazy("This request could not be read."),
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
        gettext_lazy("Send application/json."),
    ),
    "edit_conflict": (
        gettext_lazy("Someone else saved first"),
        gettext_lazy("Nothing was overwritten. `current` is what stands there now."),
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


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to what a view raised; none for what nobody foresaw.

    What is refused leaves nothing behind, except what the domain itself keeps when it refuses: a
    school's words that came too late stay in the history.
    """
    if isinstance(error, EditConflict):
        return _respond(_conflict(error))
    if isinstance(error, ValidationError):
        return _respond(_invalid(error))
    error = _as_api_exception(error)
    if not isinstance(error, exceptions.APIException):
        return None
    _roll_back()
    code = _CODES.get(type(error)) or str(error.default_code)
    errors = getattr(error, "errors", ())
    return _respond(problem(error.status_code, code, errors=errors), _headers(error))


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
    return _respond(problem(HTTPStatus.BAD_REQUEST, "malformed_request"))


def not_found(request: HttpRequest) -> HttpResponse:
    """For an address under /api/ that leads nowhere; the same words as for a row that is absent."""
    return _respond(problem(HTTPStatus.NOT_FOUND, "not_found"))


def server_error(request: HttpRequest) -> HttpResponse:
    """For an address under /api/ where something broke."""
    return _respond(problem(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error"))


def _roll_back() -> None:
    """As REST framework does; its own function lives where settings name this module."""
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)


def _as_api_exception(error: Exception) -> Exception:
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


def _conflict(error: EditConflict) -> Problem:
    current = error.current
    state = {"code": current.code, "version": current.version, **current.content}
    return problem(HTTPStatus.PRECONDITION_FAILED, "edit_conflict") | {"current": state}


def _invalid(error: ValidationError) -> Problem:
    errors = list(_field_errors(error))
    codes = {entry["code"] for entry in errors}
    details = [entry["detail"] for entry in errors]
    return problem(
        HTTPStatus.BAD_REQUEST,
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
            yield {"pointer": _pointer(field), **entry} if field else entry


def _pointer(field: str) -> str:
    return "/" + field.replace("~", "~0").replace("/", "~1")


def _respond(document: Problem, headers: dict[str, str] | None = None) -> HttpResponse:
    # Not by way of a renderer: a problem is JSON also where something else was asked for.
    body, status = to_json(document), document["status"]
    return HttpResponse(body, status=status, headers=headers, content_type=PROBLEM_JSON)
