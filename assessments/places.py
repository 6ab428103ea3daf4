"""Where in the workspace a cell, a question or the whole cycle has its page."""

from uuid import UUID

from django.urls import reverse

from assessments.instrument import CELL_CODES, Context


def page_of(slug: str, cycle_id: UUID | str, code: str) -> str:
    """The page on which the answer `code` is written; without a code, the cycle's own."""
    if code in CELL_CODES:
        return reverse("section", args=(slug, cycle_id, Context(code.split(".")[0])))
    return reverse("part_2" if code else "cycle", args=(slug, cycle_id))


def place_of(slug: str, cycle_id: UUID | str, code: str) -> str:
    """That page, at the answer itself."""
    return page_of(slug, cycle_id, code) + (f"#{code}" if code else "")
