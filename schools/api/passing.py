"""JSON that the database holds, passed on as it is."""

from typing import Any

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast


class _Fragment(TextField):
    def from_db_value(self, value: str | None, *_: Any) -> orjson.Fragment | None:
        return None if value is None else orjson.Fragment(value)


class AsJson(Cast):
    """A JSON column, unread: the API would only write again what it has read."""

    def __init__(self, column: str) -> None:
        """The column of that name."""
        super().__init__(column, output_field=_Fragment())
