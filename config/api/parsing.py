"""JSON that was sent: refused before it is read when it is large or deep."""

import re
from collections.abc import Mapping
from typing import IO, Any, Final

import orjson
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

DEEPEST: Final = 32
# Possessive, and to the end where no quote closes it: each byte is looked at once.
_TEXTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NO_BRACKET: Final = bytes(set(range(256)) - set(b"[]{}"))


class TooDeep(APIException):
    """JSON with more levels than anybody needs."""

    status_code = 400
    default_code = "too_deep"


class JSONParser(BaseParser):
    """Reads JSON as RFC 8259 has it, in UTF-8: no NaN, no comments."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """What was sent.

        Raises:
            TooDeep: it has more than 32 levels.
            ParseError: it is not JSON.
        """
        body = stream.read()
        if _is_too_deep(body):
            raise TooDeep
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError from error


def _is_too_deep(body: bytes) -> bool:
    depth = 0
    for bracket in _TEXTS.sub(b"", body).translate(None, delete=_NO_BRACKET):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False
