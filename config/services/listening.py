"""Starts a server and waits until it can be talked to."""

from collections.abc import Callable

from config.services.errors import ServiceError
from config.services.ports import free_port, wait_until
from config.services.processes import Child

_SECONDS = 60.0
_TRIES = 3


def listen(
    start: Callable[[int], Child], is_ready: Callable[[int], bool], port: int | None
) -> tuple[Child, int]:
    """Start a server on the port, or on a free one, and wait until it is ready.

    A port that was free a moment ago may be gone; where the choice is ours, choose again.

    Raises:
        ServiceError: when the server ends or is not ready in a minute, with the end of its log.
    """
    for _ in range(1 if port else _TRIES):
        number = port or free_port()
        child = start(number)
        if _becomes_ready(child, number, is_ready):
            return child, number
        child.stop()
        if "Address already in use" not in child.tail():
            break
    raise ServiceError(_why(child))


def _becomes_ready(child: Child, number: int, is_ready: Callable[[int], bool]) -> bool:
    wait_until(lambda: is_ready(number) or not child.is_running, _SECONDS)
    return child.is_running and is_ready(number)


def _why(child: Child) -> str:
    said = child.tail(10)
    if "No space left on device" in said:
        return f"Not enough disk: {child.name} could not start ({child.log} says more)."
    return f"{child.name} did not start; the end of {child.log}:\n{said}"
