"""Starts programs that cannot outlive this process, and stops them again."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.services.accounts import Account, run_as

# Loaded here and not in the child: between fork and exec nothing may be imported or locked.
_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1

# Which signal, and how many seconds it is given.
StopPlan = Sequence[tuple[signal.Signals, float]]
POLITE: StopPlan = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))


@dataclass
class Child:
    """A running program of ours: by name, with the file that its output goes to."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]
    plan: StopPlan = POLITE
    _asked: bool = False
    _ended: bool = False

    @property
    def pid(self) -> int:
        """The process id, also after the end."""
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the first signal of the plan and return at once."""
        if not self._asked:
            self.process.send_signal(self.plan[0][0])
            # A frozen program would hear it only after it is woken.
            self.process.send_signal(signal.SIGCONT)
        self._asked = True

    def stop(self) -> None:
        """End it and all that it started, politely first. Stopping twice changes nothing."""
        if self._ended:
            return
        self.ask_to_stop()
        for number, seconds in self.plan:
            if number != self.plan[0][0]:
                self.process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                break
        # It led a session of its own: what it left behind is still in that group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._ended = True

    def tail(self, lines: int = 20) -> str:
        """The end of its log."""
        return tail(self.log, lines)


def launch(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    stdin: bytes = b"",
    output: Path | None = None,
    plan: StopPlan = POLITE,
) -> Child:
    """Start a program in the background, what it says appended to `log`.

    With `output`, only its errors go to the log and its standard output goes there. The program
    gets the first signal of `plan` when this process ends, however it ends. It leads a session of
    its own, so that Ctrl-C reaches it only through us.

    Raises:
        RuntimeError: outside the main thread, since the kernel ends a child with the *thread*
            that started it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError(f"{name} must be started from the main thread: it ends with its thread")
    with (output or log).open("ab") as said, log.open("ab") as complaints:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=said,
            stderr=complaints,
            env=environment,
            start_new_session=True,
            preexec_fn=_ends_with(os.getpid(), plan[0][0]),
            **run_as(account),
        )
    if process.stdin:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(stdin)
    return Child(name, log, process, plan)


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a file that may not be there yet."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 200 * lines))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _state(pid) != "Z"


def children_of(pid: int) -> list[int]:
    """The direct children of a process (Linux)."""
    numbers = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return sorted(number for number in numbers if _parent(number) == pid)


def _ends_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    def in_the_child() -> None:
        if sys.platform == "linux":
            _libc.prctl(_PR_SET_PDEATHSIG, int(number))
        # The parent may have died before the kernel knew whom to tell.
        if os.getppid() != parent:
            os._exit(1)

    return in_the_child


def _state(pid: int) -> str:
    fields = _stat(pid)
    return fields[0] if fields else ""


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, which may itself hold spaces and brackets."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    return line.rpartition(")")[2].split()
