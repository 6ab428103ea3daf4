"""What stands in a log: one line for each event, no secret, no words of a school.

Links that let somebody in, bearer tokens and the rows that PostgreSQL quotes in an error are left
out; a line break that somebody sent stays on its line.
"""

import logging
import re
from typing import Any, Final

from gunicorn.glogging import Logger

LEFT_OUT: Final = "[…]"
# What follows these in an address lets in whoever holds it.
SECRET_PATHS: Final = (
    "/accounts/password/reset/key/",
    "/accounts/mail/",
    "/accounts/confirm-email/",
    "/invitations/",
)
_SECRETS: Final = re.compile(
    rf"(?P<path>{'|'.join(map(re.escape, SECRET_PATHS)).replace('/', '(?:/|%2F)')})[^/?\s\"'<>]+"
    r"|(?P<scheme>\b(?:Bearer|Basic) )[\w.~+/=-]+"
    r"|(?P<name>\b(?:password\w*|secret|client_secret|token|code|invitation|sessionid|__Host-\w+)=)[^&;\s\"']+",
    re.IGNORECASE,
)
_NO_SECRETS: Final = {"/accounts/mail/address", "/accounts/password/reset/key/done"}
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
# PostgreSQL's DETAIL quotes the row that it refused, down to the next traceback.
_QUOTED_ROW: Final = re.compile(
    r"\nDETAIL: .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL
)


def masked(text: str) -> str:
    """The text without what would let its reader in."""
    return _SECRETS.sub(_mask, text)


class OneLineFormatter(logging.Formatter):
    """A record on one line; a traceback below it, indented, so that none can be made up."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return _CONTROLS.sub(_escaped, masked(super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        said = masked(_QUOTED_ROW.sub(f"\nDETAIL: {LEFT_OUT}", super().formatException(ei)))
        return "\n".join(f"    {line}" for line in said.splitlines())


class AccessLogger(Logger):
    """Gunicorn's, which writes down every address that was asked for."""

    def atoms(self, *args: Any) -> dict[str, Any]:
        """What a line is made of."""
        found: dict[str, Any] = super().atoms(*args)
        return {
            name: masked(value) if isinstance(value, str) else value
            for name, value in found.items()
        }


def _mask(found: re.Match[str]) -> str:
    if found.group(0) in _NO_SECRETS:
        return found.group(0)
    return (found["path"] or found["scheme"] or found["name"]) + LEFT_OUT


def _escaped(found: re.Match[str]) -> str:
    return found.group(0).encode("unicode_escape").decode()
