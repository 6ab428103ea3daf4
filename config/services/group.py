"""Programs that run together: when one ends, the others are of no use."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from config.services.errors import ServiceError
from config.services.processes import Child, launch


class Group:
    """Starts programs side by side, notices when one ends, and stops them together."""

    def __init__(self) -> None:
        self._started: list[Child] = []
        self._watched: list[Child] = []

    def watch(self, child: Child) -> None:
        """Notice the end of a program that somebody else starts and stops."""
        self._watched.append(child)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str],
        output: Path | None = None,
    ) -> Child:
        """Start a program that is to run until the group stops, or until it is waited for."""
        child = launch(name, command, log=log, environment=environment, output=output)
        self._started.append(child)
        self._watched.append(child)
        return child

    def check(self) -> None:
        """Look at everybody.

        Raises:
            ServiceError: when one has ended, with the end of its log.
        """
        for child in self._watched:
            if not child.is_running:
                raise ServiceError(_obituary(child))

    def wait(self, condition: Callable[[], bool], what: str, *, seconds: float) -> None:
        """Wait until it is so.

        Raises:
            ServiceError: when one of the group ends, or the time is over.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            self.check()
            if time.monotonic() > deadline:
                raise ServiceError(f"{what} took more than {seconds:.0f} seconds.")
            time.sleep(0.05)

    def finish(self, child: Child, *, seconds: float) -> None:
        """Wait until a program of the group has ended well.

        Raises:
            ServiceError: when it fails, another one ends, or the time is over.
        """
        self._watched.remove(child)
        self.wait(lambda: not child.is_running, child.name, seconds=seconds)
        if child.process.returncode:
            raise ServiceError(_obituary(child))

    def stop(self) -> None:
        """End what the group has started: ask all of them first, then wait for each."""
        for child in self._started:
            child.ask_to_stop()
        for child in self._started:
            child.stop()


def _obituary(child: Child) -> str:
    status = child.process.returncode
    return f"{child.name} has stopped (status {status}). The end of {child.log}:\n{child.tail()}"
