"""`Idempotency-Key`: a request that is sent again is answered again, and not done again.

In the transaction of the request itself: what is undone is forgotten with it, and a second
request of the same key waits until the first is over.
"""

import hashlib
import re
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from schools.locked import locked, unlocked
from schools.models import LONGEST_KEY, Author, KeptAnswer

HEADER: Final = "Idempotency-Key"
REPEATED: Final = "Idempotent-Replayed"
_PURPOSE: Final = "schools.api.kept_answers"
_KEY: Final = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
_HEADERS: Final = ("ETag", "Location", "Vary")


class KeyInvalid(APIException):
    """A key that is none."""

    status_code = 400
    default_code = "idempotency_key_invalid"


class KeyReused(APIException):
    """Another request came with this key."""

    status_code = 422
    default_code = "idempotency_key_reused"


class AnsweredBefore(Exception):
    """The same request has been done; `answer` is what was answered."""

    def __init__(self, kept: KeptAnswer) -> None:
        """With what was kept of it."""
        super().__init__(kept.key)
        body = unlocked(kept.body, purpose=_PURPOSE) if kept.body else ""
        self.answer = HttpResponse(
            body,
            status=kept.status,
            headers={**kept.headers, REPEATED: "true"},
            content_type="application/json",
        )


def claim(request: Request, who: Author, *, now: datetime) -> KeptAnswer | None:
    """A place for the answer to this request; none for who sent no key.

    Raises:
        KeyInvalid: the key is no such text.
        KeyReused: the key came with another request within the last day.
        AnsweredBefore: the request was answered within the last day.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise KeyInvalid
    place = KeptAnswer(
        district_id=who.district_id,
        caller=who.user_id,
        key=key,
        request=_hash_of(request),
        kept_at=now,
    )
    mine = KeptAnswer.objects.visible_to(who).filter(key=key)
    mine.too_old(now).delete()
    place.take()
    found = mine.get()
    if found.request != place.request:
        raise KeyReused
    if found.pk != place.pk:
        raise AnsweredBefore(found)
    return place


def keep(place: KeptAnswer, response: HttpResponseBase) -> None:
    """The answer, if something was done; what was refused may be tried again with the same key."""
    if connection.needs_rollback:
        return
    if not isinstance(response, Response) or response.status_code >= HTTPStatus.BAD_REQUEST:
        place.delete()
        return
    body = response.render().content.decode()
    place.status = response.status_code
    place.headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    place.body = locked(body, purpose=_PURPOSE) if body else ""
    place.save(update_fields=["status", "headers", "body"])


def _hash_of(request: Request) -> str:
    asked: Any = request._request
    hashed = hashlib.sha256()
    for part in (asked.method, asked.get_full_path(), asked.headers.get("If-Match", "")):
        hashed.update(part.encode() + b"\0")
    hashed.update(asked.body)
    return hashed.hexdigest()
