"""How a task enters a district: ids in, the district first, inside its scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task

from schools.tenancy import district_scope


def district_task(work: Callable[..., None]) -> Any:
    """A Celery task whose first argument is the district it works in, and can only work there."""

    @wraps(work)
    def in_its_district(district_id: str, *args: Any) -> None:
        with district_scope(district_id):
            work(district_id, *args)

    return shared_task(in_its_district)
