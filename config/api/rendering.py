"""JSON, fast: plain data straight to bytes."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer


def to_json(data: Any) -> bytes:
    """`data` as UTF-8 JSON; ids become strings, translations become words."""
    return orjson.dumps(data, default=_words)


class JSONRenderer(BaseRenderer):
    """Writes what a view answers."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The body; nothing for an answer without one."""
        return b"" if data is None else to_json(data)


def _words(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
