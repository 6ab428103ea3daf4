"""What the code says about whose rows a query asks for: read from its syntax tree."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from django.apps import apps
from django.db import models

from schools.models import School
from schools.querysets import DistrictWideQuerySet
from tests.architecture.locks import DOORS
from tests.running import ROOT

APPS: Final = ("accounts", "schools", "assessments", "config")
# The demo makes rows for nobody; migrations are done before anyone asks.
LEFT_OUT: Final = ("migrations", "demo", "demo.py", "seed_demo.py")
NARROWING: Final = frozenset({"filter", "get", "exclude", "get_or_create", "update_or_create"})
_SAYING_WHOSE: Final = frozenset({*DOORS, "none"})
# Those that are given whole rows.
_GIVEN_ROWS: Final = frozenset({"create", "bulk_create", "bulk_update"})
KEYS: Final = frozenset({"pk", "id"})
# What else names a row, in a table that refers to many.
_OTHER_KEYS: Final = frozenset({"object_id"})


def modules() -> Iterator[Path]:
    """Those of the product that ask for rows."""
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if not set(file.relative_to(ROOT).parts) & set(LEFT_OUT):
                yield file


def named(file: Path) -> str:
    """As it stands in lists."""
    return str(file.relative_to(ROOT))


def unscoped(source: str) -> Iterator[str]:
    """The queries of a module that do not say whose rows they ask for.

    One does by a door, by a condition on a district, or by one on a row, whose ids are unique
    everywhere; in the same breath, or in the next on the name that it was given.
    """
    tree = ast.parse(source)
    parents = {below: above for above in ast.walk(tree) for below in ast.iter_child_nodes(above)}
    beside: defaultdict[ast.AST | None, list[ast.AST]] = defaultdict(list)
    for node in ast.walk(tree):
        beside[_nearest(node, parents)].append(node)
    for inside in beside.values():
        for node in inside:
            if _is_rows_of_districts(node) and not _is_scoped(node, inside, parents):
                yield ast.unparse([node, *_chain(node, parents)][-1])


def _nearest(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST | None:
    above = parents.get(node)
    while above is not None and not isinstance(above, ast.FunctionDef):
        above = parents.get(above)
    return above


def _is_rows_of_districts(node: ast.AST) -> bool:
    """`Cell.objects`."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        return False
    return node.attr == "objects" and node.value.id in _models_of_districts()


def _is_scoped(node: ast.AST, inside: list[ast.AST], parents: dict[ast.AST, ast.AST]) -> bool:
    chain = _chain(node, parents)
    if any(_says_whose(call, inside) for call in chain):
        return True
    name = _given_to(chain[-1] if chain else node, parents)
    later = [it for it in inside if isinstance(it, ast.Name) and it.id == name]
    return any(_says_whose(call, inside) for it in later for call in _chain(it, parents))


def _chain(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> list[ast.AST]:
    """What is called on it, one after the other."""
    found = []
    above = parents.get(node)
    while isinstance(above, ast.Attribute) or (isinstance(above, ast.Call) and above.func is node):
        found.append(above)
        node, above = above, parents.get(above)
    return found


def _given_to(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    names = [it.id for it in _targets(parents.get(node)) if isinstance(it, ast.Name)]
    return names[0] if names else ""


def _targets(node: ast.AST | None) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _says_whose(call: ast.AST, inside: list[ast.AST]) -> bool:
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
        return False
    if call.func.attr in _SAYING_WHOSE | _GIVEN_ROWS:
        return True
    return any(_names_a_row_or_district(keyword, inside) for keyword in call.keywords)


def _names_a_row_or_district(keyword: ast.keyword, inside: list[ast.AST]) -> bool:
    names = [keyword.arg] if keyword.arg else _keys_of_the_dict(keyword.value, inside)
    return any(it.split("__")[0] in names_of_rows() or is_about_a_district(it) for it in names)


def _keys_of_the_dict(value: ast.expr, inside: list[ast.AST]) -> list[str]:
    """Of `**there`, the keys that `there` was given in the same function."""
    name = ast.unparse(value)
    given = [it for it in inside if name in (ast.unparse(target) for target in _targets(it))]
    dicts = [node for it in given for node in ast.walk(it) if isinstance(node, ast.Dict)]
    keys = [key for each in dicts for key in each.keys]
    return [key.value for key in keys if isinstance(key, ast.Constant)]


def is_about_a_district(keyword: str) -> bool:
    """Whether a condition on it keeps districts apart."""
    return "district" in {part.removesuffix("_id") for part in keyword.split("__")}


@cache
def _models_of_districts() -> frozenset[str]:
    return frozenset(m.__name__ for m in apps.get_models() if is_of_a_district(m))


@cache
def names_of_rows() -> frozenset[str]:
    """The names of all columns that name a row, and by it a district."""
    keys = _keys()
    return frozenset(KEYS.union(_OTHER_KEYS, *({key.name, key.attname} for key in keys)))


@cache
def names_of_rows_of_a_row() -> frozenset[str]:
    """The names under which a row gives those that refer to it: `hook.deliveries`."""
    return frozenset(key.remote_field.get_accessor_name() or "" for key in _keys()) - {""}


@cache
def names_of_schools_rows() -> frozenset[str]:
    """Of those, the ones that name a row of a school."""
    return frozenset(key.name for key in _keys() if _is_a_school_s(key.related_model))


def names_of_wide_rows_for(call: ast.Call) -> frozenset[str]:
    """Of what a call asks about, if its rows are for who sees the whole district."""
    asked = (it.value for it in ast.walk(call.func) if getattr(it, "attr", "") == "objects")
    names = {it.id for it in asked if isinstance(it, ast.Name)}
    wide = [model for model in apps.get_models() if model.__name__ in names and _is_wide(model)]
    return frozenset(k.name for m in wide for k in _keys_of(m) if _is_wide(k.related_model))


def _is_wide(model: type[models.Model]) -> bool:
    door = getattr(type(model._default_manager.all()), "visible_to", None)
    return door is DistrictWideQuerySet.visible_to


def _is_a_school_s(model: type[models.Model]) -> bool:
    return model is School or any(key.name in {"school", "cycle"} for key in _keys_of(model))


def _keys() -> list[models.ForeignKey]:
    return [key for model in apps.get_models() for key in _keys_of(model)]


def _keys_of(model: type[models.Model]) -> list[models.ForeignKey]:
    return [
        field
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and is_of_a_district(field.related_model)
    ]


def is_of_a_district(model: type[models.Model]) -> bool:
    """Whether each row of it says of which."""
    return any(field.name == "district" for field in model._meta.local_fields)
