"""From plain data to a PDF that everyone can read: tagged, titled, its fonts inside (PDF/UA-1)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from assessments.reports.letters import plainest, settable

FOLDER = Path(__file__).parent
STANDARD = "ua-1"


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """The PDF that `template` makes of `data`.

    What people typed goes in as JSON and is set as text: nothing of it is ever read as markup.
    """
    try:
        return _compiled(template, _each(data, settable))
    except typst.TypstError:
        # Some rare sequence of signs that no one font holds together: in plain letters it stands.
        return _compiled(template, _each(data, plainest))


def _compiled(template: str, data: dict[str, Any]) -> bytes:
    return typst.compile(
        FOLDER / template,
        root=FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARD,
    )


@cache
def _fonts() -> typst.Fonts:
    # Those inside the wheel alone, so that a report looks the same wherever it is made.
    return typst.Fonts(include_system_fonts=False)


def _each(value: Any, change: Any) -> Any:
    """`value` with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(item, change) for item in value]
    return value
