"""The net under the first lock: pages, API, admin and tasks enter a district by its doors alone.

Reads the syntax tree, so that a way past `visible_to` is caught before anyone has walked it.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin

from assessments.models import Cell
from config.celery import app as celery_app
from schools.models import DistrictRow, School
from tests.running import ROOT

INTERFACES: Final = (
    *("schools/views*", "schools/api*", "schools/forms*", "schools/admin*"),
    *("assessments/views*", "assessments/api*", "assessments/forms*", "assessments/admin*"),
    *("schools/templatetags", "assessments/templatetags", "config/views*", "config/api*"),
)
# What a school lets others of its district quote has a door of its own (QuotableQuerySet).
DOORS: Final = {"visible_to", "quotable_to", "none"}
MANAGERS: Final = {"objects", "all_objects", "_default_manager", "_base_manager"}
SHORTCUTS: Final = {
    *("get_object_or_404", "get_list_or_404"),
    *("aget_object_or_404", "aget_list_or_404"),
}
RAW_SQL: Final = {"raw", "extra", "cursor"}

TENANT: Final = {m.__name__ for m in apps.get_models() if issubclass(m, DistrictRow)}
GLOBAL: Final = {m.__name__ for m in apps.get_models()} - TENANT

# What an interface reaches otherwise, each with its reason.
WITH_A_REASON: Final[dict[str, dict[str, str]]] = {
    "config/views.py": {"connection.cursor()": "whether the database answers at all"},
    "schools/api/times.py": {"connection.cursor()": "since when the oldest transaction runs"},
    "schools/admin.py": {
        "Seat.objects": "an operator gives a person seats, in the scope of their district"
    },
}
# Tasks that work in no district, each with its reason.
TASKS_WITHOUT_A_DISTRICT: Final = {
    "assessments.tasks.find_themes_of_a_year": "enters its district twice; computes outside",
    "assessments.tasks.forget_everywhere": "starts one task a district, ids only",
    "assessments.tasks.mark_every_district": "leaves a mark for each district, ids only",
    "assessments.tasks.measure_every_district": "starts one task a district, ids only",
    "assessments.tasks.sweep_dirty_marks": "reads the marks of all districts, ids only",
    "assessments.tasks.send_mail": "one mail for a person of several; enters each by its scope",
    "assessments.tasks.sweep_errands": "reads what exports wait for everywhere, ids only",
    "assessments.tasks.sweep_theme_marks": "reads the marks of all districts, ids only",
    "assessments.tasks.sweep_notices": "reads the notices of all districts, ids only",
    "schools.tasks.send_break_glass_mail": "reads and writes global rows alone",
    "schools.tasks.sweep_break_glass": "global rows; enters each district to note an end",
    "schools.tasks.seal_audit_logs": "starts one task a district, ids only",
    "schools.tasks.send_invitation": "reads and writes invitations alone, which are global",
    "schools.tasks.sweep_invitations": "reads which invitations are due everywhere, ids only",
    "schools.tasks.run_webhook_errand": "enters its district twice; sends outside",
    "schools.tasks.sweep_webhook_errands": "reads the errands of all districts, ids only",
    "assessments.tasks.visit_districts": "reads the clocks of all districts, ids only",
}
# Tenant models in the operators' admin, each with its reason: operators are in no district.
TENANT_MODELS_IN_THE_ADMIN: Final[dict[str, str]] = {}


def interface_modules() -> list[Path]:
    """Every module that answers a person or a program."""
    found = {file for pattern in INTERFACES for file in ROOT.glob(pattern)}
    return sorted(
        module
        for file in found
        for module in ([file] if file.suffix == ".py" else file.rglob("*.py"))
    )


def test_there_are_interfaces_to_read() -> None:
    folders = {module.relative_to(ROOT).parts[0] for module in interface_modules()}

    assert folders == {"assessments", "config", "schools"}


@pytest.mark.parametrize(
    "module", interface_modules(), ids=lambda file: str(file.relative_to(ROOT))
)
def test_an_interface_reaches_a_district_s_rows_through_visible_to_alone(module: Path) -> None:
    reasons = WITH_A_REASON.get(str(module.relative_to(ROOT)), {})

    assert list(ways_past_the_door(module.read_text())) == list(reasons)


@pytest.mark.parametrize(
    "way",
    [
        "Cell.objects.filter(pk=1)",
        "Cell.objects.all().visible_to(who)",
        "models.Cell.objects.get(pk=1)",
        "Cell._default_manager.all()",
        "Cell._base_manager.all()",
        "School.all_objects.all()",
        "Cell.objects",
        "model.objects.filter(pk=1)",
        "type(cell).objects.filter(pk=1)",
        "apps.get_model('assessments', 'Cell').objects.first()",
        "getattr(Cell, 'objects').first()",
        "get_object_or_404(Cell, pk=1)",
        "shortcuts.get_list_or_404(models.Cell, pk=1)",
        "Membership.objects.raw('SELECT * FROM assessments_cell')",
        "connection.cursor()",
    ],
)
def test_the_net_catches_a_way_past_the_door(way: str) -> None:
    (caught,) = ways_past_the_door(f"def view(request, who):\n    return {way}\n")

    assert way.startswith(caught)


@pytest.mark.parametrize(
    "way",
    [
        "Cell.objects.visible_to(who).submitted()",
        "Cell.objects.none()",
        "models.Cell.objects.visible_to(who)",
        "District.objects.all()",
        "get_object_or_404(Cell.objects.visible_to(who), pk=1)",
        "get_object_or_404(District, slug='north')",
        "getattr(request, 'who', None)",
        "cycle.cells.in_order()",
    ],
)
def test_the_net_lets_the_door_be_used(way: str) -> None:
    assert list(ways_past_the_door(way)) == []


def test_no_form_offers_the_rows_of_all_districts() -> None:
    for module in interface_modules():
        import_module(".".join(module.relative_to(ROOT).with_suffix("").parts))

    offers = [offer for form in _forms_below(forms.BaseForm) for offer in open_choices(form)]

    assert offers == []


def test_the_net_catches_a_form_that_offers_the_rows_of_all_districts() -> None:
    class LeakyForm(forms.ModelForm):
        class Meta:
            model = Cell
            fields = ("school",)

    class CarefulForm(forms.Form):
        school = forms.ModelChoiceField(queryset=School.objects.none())

    assert (open_choices(LeakyForm), open_choices(CarefulForm)) == (["LeakyForm.school"], [])


def test_every_task_enters_a_district_first_or_has_a_reason_not_to() -> None:
    celery_app.loader.import_default_modules()
    ours = {name for name in celery_app.tasks if not name.startswith("celery.")}
    doors = {
        f"{file.parent.name}.tasks.{name}"
        for file in ROOT.glob("*/tasks.py")
        for name in district_tasks(file.read_text())
    }

    assert sorted(ours - doors) == sorted(TASKS_WITHOUT_A_DISTRICT)


def test_the_net_knows_a_district_task_from_another() -> None:
    source = "@district_task\ndef a(district_id): ...\n@shared_task\ndef b(): ...\ndef c(): ...\n"

    assert list(district_tasks(source)) == ["a"]


def test_the_admin_shows_no_district_s_rows_without_a_reason() -> None:
    registered = {
        model.__name__ for model in admin.site._registry if issubclass(model, DistrictRow)
    }

    assert registered == TENANT_MODELS_IN_THE_ADMIN.keys()


def ways_past_the_door(source: str) -> Iterator[str]:
    """Whatever reaches a district's rows otherwise than through `visible_to`."""
    tree = ast.parse(source)
    through_the_door = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in DOORS
    }
    for node in ast.walk(tree):
        if node not in through_the_door and _leads_past(node):
            yield ast.unparse(node)


def _leads_past(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _calls_past(node)
    # What is not known to be global, such as a model in a variable, may be a district's.
    return (
        isinstance(node, ast.Attribute)
        and node.attr in MANAGERS
        and _last_name(node.value) not in GLOBAL
    )


def _calls_past(call: ast.Call) -> bool:
    name = _last_name(call.func)
    if name == "getattr":
        named = call.args[1]
        return not isinstance(named, ast.Constant) or named.value in MANAGERS
    if name in SHORTCUTS:
        return _last_name(call.args[0]) in TENANT
    return name in RAW_SQL


def _last_name(node: ast.AST) -> str:
    """`Cell` of `Cell` and of `models.Cell`; nothing of what is no name."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def district_tasks(source: str) -> Iterator[str]:
    """The functions of a module that `district_task` makes into tasks, and nothing else does."""
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    for function in functions:
        if [_last_name(decorator) for decorator in function.decorator_list] == ["district_task"]:
            yield function.name


def open_choices(form: Any) -> list[str]:
    """The fields of a form class that would resolve among the rows of every district."""
    choices: dict[str, Any] = {
        name: field.queryset
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField)
    }
    return [
        f"{form.__name__}.{name}"
        for name, rows in choices.items()
        if rows.model.__name__ in TENANT and not rows.query.is_empty()
    ]


def _forms_below(form: Any) -> Iterator[Any]:
    for each in form.__subclasses__():
        if each.__module__.startswith(("schools.", "assessments.", "accounts.", "config.")):
            yield each
        yield from _forms_below(each)
