"""What of a name is kept: it stands in sentences that others read."""

from typing import Final

# What turns the direction of all that follows, until something ends it: embeddings, overrides,
# isolates. The marks that a language needs beside its letters are others, and stay.
TURNS: Final = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def without_turns(text: str) -> str:
    """`text`, which turns nothing of the sentence around it."""
    return text.translate(TURNS)
