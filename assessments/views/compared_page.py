"""What the review shows beside the words: how they differ from last year, and since handed in."""

from typing import Any

from assessments.contents import Change, ChangedAnswer, changed_answers, changes_between
from assessments.views.entry import Entry
from assessments.views.workspace_page import WorkspacePage

# Looking back is asked anew each year: it does not change, it begins again.
_ABOUT_LAST_YEAR = ("disposition", "disposition_why")


def compared(page: WorkspacePage) -> dict[str, Any]:
    """What has changed, beyond the words themselves."""
    return {"since_submitted": _since_submitted(page), "since_last_year": _since_last_year(page)}


def _since_submitted(page: WorkspacePage) -> list[ChangedAnswer] | None:
    """In what a reopened cycle differs from what was handed in; None when it is as it was."""
    if page.cycle.is_submitted or not page.submissions:
        return None
    now = {
        "cells": {cell.code: cell.content for cell in page.cells},
        "reflections": {item.code: item.content for item in page.reflections},
    }
    return changed_answers(page.submissions[-1].content, now, wording=page.wording)


def _since_last_year(page: WorkspacePage) -> dict[str, list[Change]]:
    """By code, in what the answers of both years differ."""
    cells = [entry for _context, row in page.rows() for entry in row]
    return {
        entry.response.code: _differences(entry, page)
        for entry in (*cells, *page.questions())
        if entry.since_last_year == "changed"
    }


def _differences(entry: Entry, page: WorkspacePage) -> list[Change]:
    assert entry.last_year is not None  # noqa: S101 - it has changed since
    then, now = entry.last_year.content, entry.response.content
    changes = changes_between(entry.response.code, then, now, wording=page.wording)
    return [change for change in changes if change.name not in _ABOUT_LAST_YEAR]
