"""What a measurement says, on the terminal and in results.json."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.db import connection

from benchmarks.clock import Timing

RESULTS = Path(__file__).with_name("results.json")
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "work_mem", "jit")


@dataclass(frozen=True)
class Figure:
    """How long something takes, and how that compares with the bare way to do it.

    The target is the highest ratio that is good, or with `faster` the lowest factor by which it
    must be faster than what it is compared with.
    """

    what: str
    measured: Timing
    against: Timing | None = None
    target: float | None = None
    faster: bool = False

    @property
    def ratio(self) -> float | None:
        """Measured ÷ bare, or bare ÷ measured when it has to be faster."""
        if self.against is None:
            return None
        ratio = self.measured.median / self.against.median
        return 1 / ratio if self.faster else ratio

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        if self.ratio is None or self.target is None:
            return None
        return self.ratio >= self.target if self.faster else self.ratio <= self.target


@dataclass(frozen=True)
class Count:
    """How many statements something sends to the database."""

    what: str
    statements: int
    target: int | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether there are no more than allowed; None when nothing is said about it."""
        return self.statements <= self.target if self.target else None


@dataclass(frozen=True)
class Amount:
    """How much of something there is, in a unit, and what it may be at most (or must at least)."""

    what: str
    amount: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it is no more than allowed; None when nothing is said about it."""
        if self.target is None:
            return None
        return self.amount >= self.target if self.at_least else self.amount <= self.target


def circumstances() -> dict[str, Any]:
    """Where this was measured, as far as it matters to the figures."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('server_version')")
        role, version = cursor.fetchone()
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) name", [list(SETTINGS)]
        )
        postgres = dict(cursor.fetchall())
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgresql": version,
        "role": role,
        "postgresql_settings": postgres,
    }


def introduction(where: dict[str, Any]) -> str:
    """Where this was measured, in two lines."""
    settings = ", ".join(f"{name} {value}" for name, value in where["postgresql_settings"].items())
    return (
        f"PostgreSQL {where['postgresql']} as {where['role']}: {settings}\n"
        f"{where['cores']} cores ({where['processor']}), Python {where['python']},"
        f" Django {where['django']}\n"
    )


def table(figures: Iterable[Figure | Count | Amount]) -> str:
    """The figures for people."""
    heads = ("what", "median ms", "p95 ms", "against", "ms", "ratio", "target", "")
    rows = [heads, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = ["  ".join(_padded(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def write(figures: Mapping[str, Sequence[Any]], where: dict[str, Any]) -> None:
    """The figures for programs: each measurement with where it was made; others stay."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name, found in figures.items():
        kept[name] = {"circumstances": where, "figures": [_plain(figure) for figure in found]}
    RESULTS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _cells(figure: Figure | Count | Amount) -> tuple[str, ...]:
    verdict = {True: "met", False: "MISSED", None: ""}[figure.is_met]
    if isinstance(figure, Amount):
        sign = "≥" if figure.at_least else "≤"
        amount = f"{figure.amount:.3g}" if figure.amount < 100 else f"{figure.amount:.0f}"
        target = "" if figure.target is None else f"{sign} {figure.target:g} {figure.unit}"
        return (figure.what, "", "", "", "", f"{amount} {figure.unit}", target, verdict)
    if isinstance(figure, Count):
        target = f"≤ {figure.target}" if figure.target else ""
        return (figure.what, "", "", "", "", str(figure.statements), target, verdict)
    times = (f"{figure.measured.median:.2f}", f"{figure.measured.p95:.2f}")
    if figure.against is None:
        return (figure.what, *times, "", "", "", "", "")
    sign = "≥" if figure.faster else "≤"
    target = f"{sign} {figure.target:g}" if figure.target else ""
    against = (figure.against.name, f"{figure.against.median:.2f}", f"{figure.ratio:.2f}")
    return (figure.what, *times, *against, target, verdict)


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    words = {0, 3, 6, 7}
    return [
        text.ljust(width) if column in words else text.rjust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    ]


def _plain(figure: Figure | Count | Amount) -> dict[str, Any]:
    if isinstance(figure, Amount):
        return {
            "what": figure.what,
            "amount": round(figure.amount, 3),
            "unit": figure.unit,
            "target": figure.target,
            "target_is": "at least" if figure.at_least else "at most",
            "is_met": figure.is_met,
        }
    if isinstance(figure, Count):
        return {
            "what": figure.what,
            "statements": figure.statements,
            "target": figure.target,
            "is_met": figure.is_met,
        }
    plain = {"what": figure.what, "measured": _timing(figure.measured)}
    if figure.against is None:
        return plain
    return plain | {
        "against": _timing(figure.against),
        "ratio": round(figure.ratio or 0, 3),
        "target": figure.target,
        "target_is": "at least" if figure.faster else "at most",
        "is_met": figure.is_met,
    }


def _timing(timing: Timing) -> dict[str, Any]:
    return {
        "name": timing.name,
        "turns": len(timing.turns),
        "median_ms": round(timing.median, 3),
        "p95_ms": round(timing.p95, 3),
    }
