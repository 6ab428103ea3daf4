"""Where the code keeps districts and schools apart: read from its syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.architecture.locks import DOORS
from tests.architecture.scoping import (
    KEYS,
    NARROWING,
    is_about_a_district,
    modules,
    named,
    names_of_rows,
    names_of_rows_of_a_row,
    names_of_schools_rows,
    names_of_wide_rows_for,
)

A_DISTRICT: Final = "district that is asked for"


@dataclass(frozen=True)
class Place:
    """Where a call ends: what a running program knows of it, too."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Site:
    """A call that keeps something out."""

    place: Place
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.text}"


def all_sites() -> list[Site]:
    """Every one of the product's code."""
    return [site for file in modules() for site in sites_in(file.read_text(), named(file))]


def sites_in(source: str, file: str) -> Iterator[Site]:
    """Those of one module."""
    tree = ast.parse(source)
    inside, in_hand = _calls_inside_doors(tree), _calls_about_a_row_in_hand(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if call in in_hand or not isinstance(call.func, ast.Attribute):
            continue
        if kind := _kind_of(call, inside):
            place = Place(file, call.end_lineno or 0, call.end_col_offset or 0)
            yield Site(place, kind, ast.unparse(call)[-90:])


def _calls_inside_doors(tree: ast.AST) -> set[ast.Call]:
    doors = (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in DOORS
    )
    return {node for door in doors for node in ast.walk(door) if isinstance(node, ast.Call)}


def _calls_about_a_row_in_hand(tree: ast.AST) -> set[ast.Call]:
    """What `visible_to(who).filter(cycle=cycle)` goes by: the row came through a door itself."""
    found: set[ast.Call] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        before = call.func
        if not (isinstance(before, ast.Attribute) and before.attr in NARROWING):
            continue
        names = names_of_schools_rows() | names_of_wide_rows_for(call)
        if any(_is_a_row_in_hand(keyword, names) for keyword in call.keywords):
            while isinstance(before, ast.Attribute) and isinstance(before.value, ast.Call):
                found.add(before.value)
                before = before.value.func
    return found


def _is_a_row_in_hand(keyword: ast.keyword, names: frozenset[str]) -> bool:
    """One of those that give away all that refers to them; and no id, which may come from outside.

    All of a school's is the school's; and where both are for who sees the whole district, whoever
    has the one in hand sees the other.
    """
    name = (keyword.arg or "").removesuffix("__in").rpartition("__")[2]
    value = keyword.value
    said = getattr(value, "id", None) or getattr(value, "attr", "pk")
    if name not in names:
        return False
    return not any(it in KEYS or it.endswith(("_id", "ids")) for it in (name, said))


def _kind_of(call: ast.Call, inside_doors: set[ast.Call]) -> str:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr in DOORS:
        return "door that is used"
    if call in inside_doors and call.func.attr == "filter":
        return "filter inside a door"
    if call.func.attr in NARROWING and _names_a_district(call) and not _is_bound(call):
        return A_DISTRICT
    return ""


def _names_a_district(call: ast.Call) -> bool:
    return any(
        keyword.arg and is_about_a_district(keyword.arg) and not _is_of_the_row(keyword.value)
        for keyword in call.keywords
    )


def _is_of_the_row(value: ast.expr) -> bool:
    """A condition that two rows are of one district: composite keys see to that as well."""
    name = value.func if isinstance(value, ast.Call) else value
    return isinstance(name, ast.Name) and name.id in {"F", "OuterRef"}


def _is_bound(call: ast.Call) -> bool:
    """Whether another condition names a row, and so a district: ids are unique everywhere.

    So does `hook.deliveries`, which are that webhook's.
    """
    assert isinstance(call.func, ast.Attribute)
    if getattr(call.func.value, "attr", "") in names_of_rows_of_a_row():
        return True
    names = (keyword.arg.split("__")[0] for keyword in call.keywords if keyword.arg)
    return any(name in names_of_rows() for name in names)
