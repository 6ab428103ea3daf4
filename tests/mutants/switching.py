"""Takes one thing away in the running process, and notes what each test comes by."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Final

import pytest
from django.db import models

from schools import permissions
from schools.models import Membership, Role
from schools.permissions import Action
from tests.architecture.locks import doors
from tests.architecture.scoping import APPS, is_about_a_district
from tests.mutants.sites import Place, Site
from tests.running import ROOT

# Those who see one school, whom an action that speaks about all is asked about.
WIDE: Final = "who sees one school"
_OURS: Final = tuple(f"{ROOT / app}/" for app in APPS)
_BETWEEN: Final = ("/django/db/models/", "/tests/mutants/")


@dataclass
class Switch:
    """What is away now, and what the present test has come by."""

    away: Site | None = None
    passed: set[object] = field(default_factory=set)

    @contextmanager
    def without(self, site: Site) -> Iterator[None]:
        """It keeps nothing out meanwhile."""
        self.away = site
        try:
            yield
        finally:
            self.away = None

    def is_away(self, place: Place | None) -> bool:
        """Whether the call there is the one that is taken away."""
        if place is not None:
            self.passed.add(place)
        return self.away is not None and self.away.place == place


SWITCH: Final = Switch()
_positions: dict[tuple[CodeType, int], Place] = {}


@contextmanager
def switched() -> Iterator[None]:
    """Every filter can be taken away meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        for kind, door in list(doors(models.QuerySet)):
            patch.setattr(kind, door, _door(vars(kind)[door]))
        for name in ("filter", "exclude"):
            patch.setattr(models.QuerySet, name, _narrowing(getattr(models.QuerySet, name)))
        patch.setattr(permissions, "allowed_actions", _asked(permissions.allowed_actions))
        wide = Asked(permissions._DISTRICT_WIDE, [WIDE])
        patch.setattr(permissions, "_DISTRICT_WIDE", wide)
        yield


@contextmanager
def with_row(table: dict[Any, frozenset[Action]], who: Any, action: Action) -> Iterator[None]:
    """The permission table has this row if it had it not, and else has it not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(table, who, table[who] ^ {action})
        yield


@contextmanager
def for_one_school(action: Action) -> Iterator[None]:
    """Whoever sees one school may do what speaks about all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(permissions, "_DISTRICT_WIDE", permissions._DISTRICT_WIDE - {action})
        yield


def _door(real: Callable[..., Any]) -> Callable[..., Any]:
    def door(rows: Any, *args: Any, **kwargs: Any) -> Any:
        return rows.all() if SWITCH.is_away(_place()) else real(rows, *args, **kwargs)

    return door


def _narrowing(real: Callable[..., Any]) -> Callable[..., Any]:
    def narrowing(rows: Any, *args: Any, **kwargs: Any) -> Any:
        if SWITCH.is_away(_place()):
            assert SWITCH.away is not None
            if SWITCH.away.kind == "filter inside a door":
                return rows.all()
            kwargs = {name: it for name, it in kwargs.items() if not is_about_a_district(name)}
        return real(rows, *args, **kwargs)

    return narrowing


class Asked(frozenset[Action]):
    """Actions, which note who is asked about."""

    names: Iterable[object]

    def __new__(cls, actions: Iterable[Action], names: Iterable[object]) -> "Asked":
        made = super().__new__(cls, actions)
        made.names = names
        return made

    def __contains__(self, action: object) -> bool:
        # Templates are given the answers to all questions there are, whichever they will ask.
        if sys._getframe(2).f_code.co_name != "<dictcomp>":
            SWITCH.passed.update((name, action) for name in self.names)
        return super().__contains__(action)


def _asked(real: Callable[..., frozenset[Action]]) -> Callable[..., frozenset[Action]]:
    def allowed_actions(who: Any) -> frozenset[Action]:
        # Whoever reads by break-glass has neither.
        scopes = getattr(who, "scopes", ())
        names = [Role(who.role)] if isinstance(who, Membership) else scopes
        return Asked(real(who), names)

    return allowed_actions


def _place() -> Place | None:
    """The product's call that led here, through nothing but Django's rows."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_OURS):
            return _end_of_call(frame.f_code, frame.f_lasti)
        if not any(part in file for part in _BETWEEN):
            return None
        frame = frame.f_back  # type: ignore[assignment]
    return None


def _end_of_call(code: CodeType, at: int) -> Place:
    if (code, at) not in _positions:
        _line, end, _column, end_column = list(code.co_positions())[at // 2]
        file = code.co_filename.removeprefix(f"{ROOT}/")
        _positions[code, at] = Place(file, end or 0, end_column or 0)
    return _positions[code, at]
