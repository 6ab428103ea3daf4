"""JSON that was sent: refused before it is read when it is large or deep."""

import json
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


class NamedTwice(APIException):
    """An object that says two things of one name: which of them is meant, nobody can know."""

    status_code = 400
    default_code = "named_twice"


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
            NamedTwice: an object has a name twice, which RFC 8259 leaves to whoever reads it.
            ParseError: it is not JSON.
        """
        body = stream.read()
        if _is_too_deep(body):
            raise TooDeep
        try:
            read = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError from error
        # The quick reader takes the last one without a word; the slower one tells. It need not
        # read the numbers again, which may be long.
        json.loads(body, object_pairs_hook=_named_once, parse_int=len, parse_float=len)
        return read


def _named_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _value in pairs}) < len(pairs):
        raise NamedTwice


def _is_too_deep(body: bytes) -> bool:
    depth = 0
    for bracket in _TEXTS.sub(b"", body).translate(None, delete=_NO_BRACKET):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False
