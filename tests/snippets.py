"""The snippets of the documentation, as the tests run them: fenced blocks with a file's name."""

import re

from tests.running import ROOT

PLACE = "https://ninefold.example.org"
_FENCED = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def named(name: str, page: str = "docs/integrators.md") -> str:
    """The one snippet of that name, such as `pull.py`."""
    blocks = _FENCED.findall((ROOT / page).read_text())
    (found,) = [text for _language, said, text in blocks if said == name]
    return str(found)


def commands(page: str) -> list[str]:
    """What a page's consoles are told: each line after a `$`, with those that continue it."""
    blocks = _FENCED.findall((ROOT / page).read_text())
    consoles = [text for language, _said, text in blocks if language == "console"]
    told = []
    for text in consoles:
        lines = iter(text.splitlines())
        for line in lines:
            if not line.startswith("$ "):
                continue
            command = [line.removeprefix("$ ")]
            while command[-1].endswith("\\"):
                command.append(next(lines))
            told.append("\n".join(command))
    return told
