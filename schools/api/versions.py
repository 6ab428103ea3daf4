"""The version of an answer, by which clients ask whether it still stands (RFC 9110, 8.8 and 13)."""

import hashlib
from typing import Any

import orjson
from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response


class VersionMissing(APIException):
    """Somebody writes without saying onto what."""

    status_code = 428
    default_code = "if_match_missing"


class VersionUnreadable(APIException):
    """Somebody says onto what they write, and it is no ETag."""

    status_code = 400
    default_code = "if_match_invalid"


class VersionStale(APIException):
    """Someone else was faster. Nothing was overwritten, and what was refused may be kept."""

    status_code = 412
    default_code = "edit_conflict"
    keeps_what_was_done = True

    def __init__(self, current: Any) -> None:
        """With the row as it stands now."""
        super().__init__()
        self.further = {"current": current}


def version_of(seen: Any) -> str:
    """A strong tag: it changes with anything that is shown."""
    plain = orjson.dumps(seen, default=str, option=orjson.OPT_SORT_KEYS)
    return f'"{hashlib.blake2s(plain, digest_size=16).hexdigest()}"'


def is_known(request: Request, version: str) -> bool:
    """Whether the caller said that it holds this version already."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in held or version in (tag.removeprefix("W/") for tag in held)


def is_held(request: Request, version: str) -> bool:
    """Whether the caller said that it changes this version; `*` is whichever stands there.

    A tag that was weakened on its way, as compression does, is of the same row all the same.

    Raises:
        VersionMissing: it did not say.
        VersionUnreadable: what it said is no ETag.
    """
    said = request.headers.get("If-Match", "")
    if not said.strip():
        raise VersionMissing
    held = parse_etags(said)
    if not held:
        raise VersionUnreadable
    return "*" in held or version in (tag.removeprefix("W/") for tag in held)


def not_modified(version: str) -> HttpResponseBase:
    """304, for who holds `version`."""
    return tagged(HttpResponseNotModified(), version)


def versioned(body: Any, version: str, *, status: int = 200) -> HttpResponseBase:
    """The answer, with the version to ask by next time."""
    return tagged(Response(body, status=status), version)


def answer_unless_known(request: Request, body: Any) -> HttpResponseBase:
    """What was asked for, or 304."""
    version = version_of(body)
    return not_modified(version) if is_known(request, version) else versioned(body, version)


def tagged(response: HttpResponseBase, version: str) -> HttpResponseBase:
    """The answer, with its version and what that depends on."""
    response.headers["ETag"] = version
    patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
    return response
