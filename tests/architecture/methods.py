"""The methods with which an address is asked."""

from functools import cache
from zlib import crc32

from tests.architecture.routes import METHODS, Route
from tests.architecture.test_role_table import AT_THEIR_OWN_SCHOOL, lines_of


@cache
def methods_of(route: Route) -> tuple[str, ...]:
    """Those that it takes, and one that it does not take: another one at each address.

    (That it refuses all others, `test_methods.py` shows. HEAD is Django's GET without its body.)
    """
    taken = _of_the_api(route) if route.is_api else _of_pages().get(route.name, set())
    others = [method for method in METHODS if method not in taken]
    return (*sorted(taken), others[crc32(route.name.encode()) % len(others)])


def _of_the_api(route: Route) -> set[str]:
    view = route.view.cls
    return {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"OPTIONS"}


@cache
def _of_pages() -> dict[str, set[str]]:
    methods: dict[str, set[str]] = {}
    for method, name, _statuses in lines_of(AT_THEIR_OWN_SCHOOL)[1]:
        methods.setdefault(name, set()).add(method)
    return methods
