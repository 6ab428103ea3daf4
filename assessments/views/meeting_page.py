"""What the pages of a meeting show: one cell, who has written on it, and what was revealed."""

from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from assessments import meetings
from assessments.forms import CellForm
from assessments.instrument import CELL_CODES
from assessments.models import Cell, Cycle, Meeting, WorkingNote
from assessments.views.workspace_page import WorkspacePage
from schools.access import DistrictRequest

SHORT = 16


class Neighbours(NamedTuple):
    """The codes before and after a cell, in the tool's order; the nine lie in a ring."""

    before: str
    after: str


class MeetingPage:
    """One cell of a cycle for somebody at the table."""

    def __init__(
        self, request: DistrictRequest, cycle: Cycle, running: Meeting | None, cell: Cell
    ) -> None:
        self.request = request
        self.who = request.who
        self.cycle = cycle
        self.running = running
        self.cell = cell

    @cached_property
    def written(self) -> list[tuple[str, bool]]:
        """Who has written on the cell, by name, and whether that is revealed."""
        return meetings.who_has_written(self.cycle, self.cell.code, by=self.who)

    @cached_property
    def shown(self) -> list[WorkingNote]:
        """What the team may read on the cell."""
        rows = self._notes().filter(revealed_at__isnull=False).exclude(text="")
        return list(rows.by_name())

    @cached_property
    def stamp(self) -> str:
        """Changes when something on this part of the page does."""
        at = self.running.at if self.running else ""
        versions = [(note.pk, note.version) for note in self.shown]
        return sha256(repr((at, self.written, versions)).encode()).hexdigest()[:SHORT]

    def voices(self) -> dict[str, Any]:
        """Who has written, and what was revealed."""
        return {
            "cycle": self.cycle,
            "cell": self.cell,
            "meeting": self.running,
            "leads": self.running is not None and self.running.chair_id == self.who.user_id,
            "stamp": self.stamp,
            "written": self.written,
            # Whoever wrote and then left counts too.
            "team": max(meetings.size_of_team(self.cycle, by=self.who), len(self.written)),
            "waiting": [name for name, is_revealed in self.written if not is_revealed],
            "notes": self.shown,
            "mine_is_revealed": any(note.author_id == self.who.user_id for note in self.shown),
            "has_moved": self.running is None or self.running.at != self.cell.code,
        }

    def screen(self, form: CellForm) -> dict[str, Any]:
        """What stands on the screen before the team."""
        page = WorkspacePage(self.request, self.cycle)
        return (
            page.stepper(None)
            | self.voices()
            | {
                "entry": page.entry(form),
                "form": form,
                "grid": page.rows(),
                "neighbours": self._neighbours(),
                "position": CELL_CODES.index(self.cell.code) + 1,
            }
        )

    def mine(self) -> dict[str, Any]:
        """What stands on a member's own device."""
        wording = self.cycle.campaign.instrument_version.wording()
        return self.voices() | {
            "prompts": wording.cell(self.cell.code),
            "note": self._notes().filter(author=self.who.user).first(),
        }

    def _notes(self) -> Any:
        rows = WorkingNote.objects.visible_to(self.who)
        return rows.filter(cycle=self.cycle, code=self.cell.code)

    def _neighbours(self) -> Neighbours:
        here = CELL_CODES.index(self.cell.code)
        return Neighbours(CELL_CODES[here - 1], CELL_CODES[(here + 1) % len(CELL_CODES)])
