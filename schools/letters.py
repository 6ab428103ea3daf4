"""What every mail needs: whole addresses, plain text, and what a server's no means."""

import smtplib
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

_PERMANENT: Final = range(500, 600)
# "5.7" is a rule of the server's ("you may not send here"): no word about the address.
_NOT_THE_ADDRESS: Final = b"5.7."


def address(name: str, *arguments: object) -> str:
    """The whole address of a page, as a mail needs it."""
    return settings.PUBLIC_URL + reverse(name, args=arguments)


def as_text(template: str, words: dict[str, Any]) -> str:
    """As the template has it, without the empty lines that its loops leave."""
    lines = [line.rstrip() for line in render_to_string(template, words).strip().splitlines()]
    kept = (line for line, before in zip(lines, ["", *lines], strict=False) if line or before)
    return "\n".join(kept) + "\n"


def refuses_the_address(failure: Exception) -> bool:
    """Whether the server says for good that there is nobody at the address."""
    if not isinstance(failure, smtplib.SMTPRecipientsRefused):
        return False
    return all(
        code in _PERMANENT and not words.startswith(_NOT_THE_ADDRESS)
        for code, words in failure.recipients.values()
    )
