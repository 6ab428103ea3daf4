"""Loopback ports: a free one, and whether a given one is."""

import errno
import socket
import time
from collections.abc import Callable

from config.services.errors import ServiceError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, name: str) -> None:
    """Check that a server can listen on the port.

    Raises:
        ServiceError: when it cannot, with the reason.
    """
    with socket.socket() as probe:
        # As servers do: a port that only waits out old connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OverflowError:
            raise ServiceError(f"{port} is not a port: choose one from 1 to 65535.") from None
        except OSError as refused:
            if refused.errno == errno.EACCES:
                raise ServiceError(f"Port {port} is reserved for the system.") from None
            raise ServiceError(
                f"Port {port} is taken by another program, so {name} cannot listen on it."
            ) from None


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = 0.02) -> bool:
    """Ask again and again until it is so; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
