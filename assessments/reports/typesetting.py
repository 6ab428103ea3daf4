"""From plain data to a PDF that everyone can read: tagged, titled, its fonts inside (PDF/UA-1)."""

import json
import subprocess
import sys
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any, Final

from assessments.reports import compiling
from assessments.reports.signs import plainest, settable

# At most so many at a time in one server process, so that reports leave room for saving.
_AT_ONCE: Final = BoundedSemaphore(2)
LONGEST_SECONDS: Final = 60
LONGEST_WAIT_SECONDS: Final = 15

Data = dict[str, Any]


class Busy(Exception):
    """Others' reports are being made, or this one takes too long: it may work a little later."""


class NotTypeset(Exception):
    """Typst refused the data; the message is its own."""


def typeset(template: str, data: Data) -> bytes:
    """The PDF that `template` makes of `data`.

    What people typed goes in as JSON and is set as text: nothing of it is ever read as markup.

    Raises:
        Busy: it cannot be made just now.
        NotTypeset: the template is broken, whatever the data.
    """
    try:
        return _compiled(template, _each(data, settable))
    except NotTypeset:
        # Some rare sequence of signs that no one font holds together: in plain letters it stands.
        return _compiled(template, _each(data, plainest))


def _compiled(template: str, data: Data) -> bytes:
    command = [sys.executable, "-I", compiling.__file__, template]
    sent = json.dumps(data, ensure_ascii=False).encode()
    if not _AT_ONCE.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise Busy
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and a template's name of ours
            command, input=sent, capture_output=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as expired:
        raise Busy from expired
    finally:
        _AT_ONCE.release()
    if done.returncode == compiling.REFUSED:
        raise NotTypeset(done.stderr.decode())
    done.check_returncode()
    return done.stdout


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(item, change) for item in value]
    return value
