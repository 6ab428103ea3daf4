"""One save, against the bare statements that keep the same rows in one transaction.

A cell is saved three times in a row, as while its author types: the first save makes a revision,
the others fold into it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from assessments import answers
from assessments.models import Cell, Cycle
from benchmarks.clock import Way, take_turns
from benchmarks.figures import Count, Figure
from benchmarks.stage import Stage, statements
from schools.models import Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import seat

ROUNDS = 300
SAVES_IN_A_ROW = 3

_LOCK = """
    SELECT cycle.status, cycle.started_at, campaign.opens_on, campaign.closes_on
    FROM assessments_cycle cycle
    JOIN assessments_campaign campaign
      ON campaign.id = cycle.campaign_id AND campaign.district_id = cycle.district_id
    WHERE cycle.id = %(cycle)s AND cycle.district_id = %(district)s
    FOR UPDATE OF cycle
"""
_CELL = """
    UPDATE assessments_cell
    SET opportunities = %(opportunities)s, opportunity_level = %(opportunity_level)s,
        version = version + 1, updated_at = now(), updated_by_id = %(user)s
    WHERE id = %(cell)s AND district_id = %(district)s AND version = %(version)s
"""
_FOLD = """
    UPDATE assessments_revision
    SET version = %(version)s + 1, content = %(content)s, edited_at = now()
    WHERE district_id = %(district)s AND cycle_id = %(cycle)s AND code = %(code)s
      AND version = %(version)s AND edited_by_id = %(user)s AND NOT was_refused
      AND started_at > now() - interval '10 minutes'
"""
_REVISION = """
    INSERT INTO assessments_revision (id, district_id, cycle_id, code, version, content,
        was_refused, edited_by_id, started_at, edited_at)
    VALUES (gen_random_uuid(), %(district)s, %(cycle)s, %(code)s, %(version)s + 1, %(content)s,
        false, %(user)s, now(), now())
"""
_CYCLE = """
    UPDATE assessments_cycle
    SET status = 'in_progress', started_at = coalesce(started_at, now()), updated_at = now()
    WHERE id = %(cycle)s AND district_id = %(district)s
"""
_MARK = """
    INSERT INTO assessments_dirtymark (district_id, school_year, cycle_id, at)
    VALUES (%(district)s, %(year)s, %(cycle)s, now())
"""


def measure(stage: Stage) -> list[Figure | Count]:
    """`answers.save_cell` in its district scope, and the statements alone in a scope of theirs."""
    author, cells = _author_with_cells(stage)
    ours, theirs = _Saves(author, cells[::2]), _Saves(author, cells[1::2])
    verb, sql = take_turns(
        Way("answers.save_cell", ours.by_the_verb, before=ours.go_on),
        Way("the statements alone", theirs.by_statements, before=theirs.go_on),
        rounds=ROUNDS,
    )
    ours.go_on()
    return [
        Figure("save a cell", verb, sql, target=3),
        Count("save a cell: statements", statements(ours.by_the_verb)),
    ]


class _Saves:
    """Goes from cell to cell, each saved a few times."""

    def __init__(self, author: Membership, cells: list[Cell]) -> None:
        self._author = author
        self._upcoming: Iterator[Cell] = (cell for cell in cells for _ in range(SAVES_IN_A_ROW))
        self._cell: Cell | None = None
        self._saves = 0

    def go_on(self) -> None:
        """Read the cell as a page does before it saves."""
        upcoming = next(self._upcoming)
        self._saves += 1
        with district_scope(self._author.district_id):
            self._cell = Cell.objects.select_related(
                "cycle__campaign__district", "cycle__campaign__instrument_version"
            ).get(pk=upcoming.pk)

    def by_the_verb(self) -> None:
        """As the product saves."""
        cell = self._the_cell
        with district_scope(cell.district_id):
            answers.save_cell(cell, by=self._author, version=cell.version, answer=self._answer)

    def by_statements(self) -> None:
        """As little as can be sent to change the same rows."""
        cell = self._the_cell
        answer = self._answer
        values = answer | {
            "district": cell.district_id,
            "cycle": cell.cycle_id,
            "cell": cell.pk,
            "code": cell.code,
            "version": cell.version,
            "year": cell.school_year,
            "user": self._author.user_id,
            "content": Jsonb(cell.content | answer),
        }
        with district_scope(cell.district_id), connection.cursor() as cursor:
            for statement in (_LOCK, _CELL, _FOLD):
                cursor.execute(statement, values)
            if not cursor.rowcount:
                cursor.execute(_REVISION, values)
            for statement in (_CYCLE, _MARK):
                cursor.execute(statement, values)

    @property
    def _the_cell(self) -> Cell:
        if self._cell is None:
            raise ValueError("go_on comes first")
        return self._cell

    @property
    def _answer(self) -> dict[str, Any]:
        words = "The fourth-grade team brings student work every other Thursday. " * 4
        return {
            "opportunities": f"{words}{self._saves}",
            "opportunity_level": self._saves % 5,
        }


def _author_with_cells(stage: Stage) -> tuple[Membership, list[Cell]]:
    """A principal of some schools, and their cells in the open campaign."""
    campaign = stage.present_campaign()
    with district_scope(stage.large.pk):
        schools = list(School.objects.filter(district=stage.large)[:40])
        cycles = Cycle.objects.filter(campaign=campaign, school__in=schools)
        cells = list(Cell.objects.filter(cycle__in=list(cycles)).order_by("cycle_id", "id"))
    return seat(stage.large, Role.PRINCIPAL, *schools), cells
