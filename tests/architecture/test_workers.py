"""What workers and commands do for one district touches no other one, whatever ids they are given.

Every task and every command is asked; one whose arguments nobody has said how to fill fails this.
"""

import inspect
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import Any, Final

import pytest
from django.core.management import CommandError, call_command, get_commands

from config.celery import app as celery_app
from tests import counting
from tests.architecture.keeping import put_back
from tests.architecture.locks import LOCKS
from tests.architecture.places import World
from tests.architecture.two_districts import NAMES_OF_NOTHING, Side, fingerprint, says
from tests.canaries import WATCH

# What fills the arguments of tasks, by their names.
ARGUMENTS: Final = {
    "delivery_id": "delivery_id",
    "export_id": "export_id",
    "invitation_id": "invitation_id",
    "school_year": "school_year",
}
# Tasks that are not asked here, each with its reason.
NOT_ASKED: Final = {
    "assessments.tasks.send_mail": "writes to a person of any district: delivery has its own tests",
    "schools.tasks.send_break_glass_mail": "a mail is of no district's rows: it has its own tests",
    "schools.tasks.send_invitation": "an invitation is of no district's rows: it has its own tests",
    "assessments.tasks.find_themes_of_a_year": "loads a model for seconds: themes have their tests",
}
# Commands of ours that work for one district, and what else they want.
OF_A_DISTRICT: Final[dict[str, list[str]]] = {
    "audit_verify": [],
    "create_api_client": ["--name", "New", "--scope", "roster:read", "--key-days", "3"],
    "invite_admin": ["--email", "new.admin@example.org"],
    "trust_report": [],
}
OF_NO_DISTRICT: Final = {
    "document_exports": "writes the documents; reads no rows",
    "allow_other_ways": "changes a district on purpose, from outside; it has its own tests",
    "load_nces": "makes districts from files",
    "reset_second_factors": "is about a person; it has its own tests",
    "seed_demo": "makes the demo's districts",
}
OUR_APPS: Final = {"accounts", "assessments", "config", "schools"}


def tasks() -> list[str]:
    """Every task of ours."""
    celery_app.loader.import_default_modules()
    return sorted(name for name in celery_app.tasks if not name.startswith("celery."))


@pytest.fixture(autouse=True)
def _put_back(world: World) -> Iterator[None]:
    yield
    put_back()
    # What tasks have told other tasks to do stays undone.
    with celery_app.connection_for_write() as broker:
        for queue in ("rollup", "mail", "exports", "themes", "webhooks"):
            broker.default_channel.client.delete(queue)


def parameters_of(name: str) -> list[str]:
    """What a task takes."""
    return [*inspect.signature(celery_app.tasks[name].run).parameters]


ASKED: Final = [name for name in tasks() if name not in NOT_ASKED]


def arguments_of(name: str, district: Side, rows: Any) -> list[Any]:
    """For a task that works in `district`, and is given the ids of `rows`."""
    parameters = parameters_of(name)
    unknown = [it for it in parameters if it not in ARGUMENTS and it != "district_id"]
    assert unknown == [], f"{name}: say in ARGUMENTS of {__name__} how {unknown} are filled"
    return [
        str(district.district.pk) if it == "district_id" else _plain(rows[ARGUMENTS[it]])
        for it in parameters
    ]


@pytest.mark.parametrize("locks", LOCKS, indirect=True)
@pytest.mark.parametrize("name", [name for name in ASKED if parameters_of(name)])
def test_a_task_of_theirs_touches_nothing_of_ours(
    name: str, locks: str, ours: Side, theirs: Side
) -> None:
    before, left = fingerprint(ours.district), []
    arguments = [arguments_of(name, theirs, rows) for rows in (NAMES_OF_NOTHING, ours.names)]
    for each in arguments:
        counting.add("cases")
        counting.saw("operations", f"task {name}")
        celery_app.tasks[name].run(*each)
        left.append(fingerprint(ours.district))

    assert left == [before, before]
    assert not says(theirs.district, ours.word)


@pytest.mark.parametrize("name", [name for name in ASKED if not parameters_of(name)])
def test_a_task_for_all_districts_tells_others_ids_alone(name: str, world: World) -> None:
    celery_app.tasks[name].run()

    counting.add("cases")
    counting.saw("operations", f"task {name}")
    assert WATCH.taken() == []


def test_every_command_works_for_a_district_or_has_a_reason_not_to() -> None:
    commands = {name for name, app in get_commands().items() if app in OUR_APPS}

    assert commands == OF_A_DISTRICT.keys() | OF_NO_DISTRICT.keys()


@pytest.mark.parametrize("name", OF_A_DISTRICT)
def test_a_command_for_theirs_says_nothing_of_ours(name: str, ours: Side, theirs: Side) -> None:
    said, before = StringIO(), fingerprint(ours.district)

    # By its exit code a command says whether all is well, and by an error that it cannot be done.
    with suppress(SystemExit, CommandError):
        options = ["--district", theirs.district.slug, *OF_A_DISTRICT[name]]
        call_command(name, *options, stdout=said, stderr=said)

    counting.add("cases")
    counting.saw("operations", f"manage.py {name}")
    assert ours.word not in said.getvalue().lower()
    assert fingerprint(ours.district) == before


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)
