"""What a view reads of what it was sent: the parameters of a query, the fields of a form."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import QueryDict


@dataclass
class Heard:
    """The names of what was asked for."""

    queries: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


@contextmanager
def hearing() -> Iterator[Heard]:
    """Note it meanwhile."""
    heard = Heard()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.handlers.wsgi.QueryDict", _listening(heard.queries))
        patch.setattr("django.http.request.QueryDict", _listening(heard.fields))
        yield heard


def _listening(asked: set[str]) -> type[QueryDict]:
    """A query that notes what it is asked for."""

    class Listening(QueryDict):
        def __getitem__(self, key: str) -> Any:
            asked.add(key)
            return super().__getitem__(key)

        def getlist(self, key: str, default: Any = None) -> Any:
            asked.add(key)
            return super().getlist(key, default)

    return Listening
