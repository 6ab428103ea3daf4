"""The net under the route sweep: it has heard of every address, parameter and column."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import models

from schools.models import DistrictRow, Role
from schools.tenancy import district_scope
from tests import counting
from tests.architecture.bodies import bodies
from tests.architecture.callers import Caller, signed_in
from tests.architecture.hearing import hearing
from tests.architecture.isolation import ids_in_json
from tests.architecture.keeping import put_back
from tests.architecture.parameters import (
    HARMLESS_FIELDS,
    HARMLESS_QUERIES,
    HARMLESS_QUERIES_OF_PAGES,
    NAMING_FIELDS,
    NAMING_QUERIES,
    NAMING_QUERIES_OF_PAGES,
)
from tests.architecture.routes import Route, UnknownKeyword, all_routes, district_routes
from tests.architecture.test_role_table import AT_THEIR_OWN_SCHOOL, lines_of
from tests.architecture.two_districts import Side

# Addresses outside districts, each with what it knows. Whatever else there is must lie in one.
OUTSIDE: Final = {
    "": "leads a person to their district",
    "districts/": "the person's own memberships",
    "invitations/<str:token>/": "what the token of an open invitation says; else one page for all",
    "sign-in/": "the same for everyone",
    "sign-in/back/<uuid:provider_id>/": "what this browser's session was sent there with, or no",
    "sign-in/<slug:where>/": "a district's own way in, if it has one; else one page for all",
    "sign-in/<slug:where>/with/<uuid:provider_id>/": "on to a provider that is on, or one page",
    "sign-in/<slug:where>/confirmation/": "what waits in this browser's session, or one page",
    "break-glass/": "lets an operator into a district, for a reason",
    "break-glass/end/": "the operator's own session",
    "about/": "the same for everyone",
    "health/": "whether the database answers",
    "language/": "the person's language",
    "api/v1/": "leads nowhere",
    "api/v1/schema/": "the same for everyone",
    "api/v1/docs/": "the same for everyone",
    "api/v1/token/": "gives a token to who shows a client's secret",
    "api/v1/revoke/": "takes a token back",
}
OUTSIDE_BELOW: Final = {
    "accounts/": "sign-in; knows no district",
    "admin/": "operators; test_doors.py lists what it shows of districts",
}
# Columns that hold codes and figures.
COLUMNS_WITHOUT_WORDS: Final = {
    "AuditEntry.event",
    "AuditEntry.object_kind",
    "AuditSeal.digest",
    "Change.code",
    "Change.nces_schid",
    "Change.resource",
    "Comment.code",
    "DashboardSnapshot.figures",
    "DashboardSnapshot.minutes",
    "Excerpt.code",
    "Excerpt.field",
    "Meeting.at",
    "Reflection.answer",
    "Reflection.question",
    "ReleasedFigures.blocks",
    "ReleasedFigures.schools",
    "Revision.code",
    "School.high_grade",
    "School.low_grade",
    "School.nces_schid",
    "SignOnProvider.secret",
    "Theme.source",
    "ThemeRun.counts",
    "ThemeRun.source",
    "Webhook.event_types",
    "Webhook.older_secret",
    "Webhook.secret",
    "WebhookDelivery.body",
    "WorkingNote.code",
}

ROUTES: Final = district_routes()
# Whom the first columns of the table of the roles are about.
_COLUMNS: Final = (Role.DISTRICT_ADMIN, Role.SPECIALIST, Role.PRINCIPAL, Role.TEAM_MEMBER)


def test_there_are_pages_and_api_to_walk() -> None:
    kinds = {route.is_api for route in ROUTES if route.ids}

    assert kinds == {True, False}


def test_every_address_lies_in_a_district_or_has_a_reason_not_to() -> None:
    outside = {route.pattern for route in all_routes()} - {route.pattern for route in ROUTES}
    below = tuple(OUTSIDE_BELOW)

    unexplained = [p for p in outside if p not in OUTSIDE and not p.startswith(below)]

    assert unexplained == []


def test_every_address_of_a_district_has_a_name_of_its_own() -> None:
    names = [route.name for route in ROUTES]

    assert (sorted(names), "" in names) == (sorted(set(names)), False)


def test_an_address_that_the_sweep_cannot_fill_fails_it(ours: Side) -> None:
    route = Route("new", "d/<district_slug>/<diary_id>/", frozenset({"diary_id"}), None)

    with pytest.raises(UnknownKeyword, match="diary_id"):
        route.filled(ours.names)


def test_the_sweep_knows_every_query_parameter_of_the_pages(ours: Side) -> None:
    with hearing() as asked:
        for route, who in _who_gets_through("GET", ours):
            who.ask("GET", f"{route.filled(ours.names)}?choice=team&field=most_effort")

    unknown = asked.queries - NAMING_QUERIES_OF_PAGES.keys() - HARMLESS_QUERIES_OF_PAGES
    assert unknown == set(), "say in parameters.py whether they name something inside a district"


def test_the_sweep_knows_every_field_of_the_forms(ours: Side) -> None:
    with hearing() as asked:
        for route, who in _who_gets_through("POST", ours):
            who.ask("POST", route.filled(ours.names), bodies(ours).get(route.name))
    put_back()

    fields = {name.rpartition("-")[2] for name in asked.fields}
    unknown = fields - NAMING_FIELDS.keys() - HARMLESS_FIELDS
    assert unknown == set(), "say in parameters.py whether they name something inside a district"


def test_the_sweep_knows_every_id_in_the_bodies_of_the_api() -> None:
    assert ids_in_json() - NAMING_FIELDS.keys() == set()


def test_the_sweep_knows_every_query_parameter_of_the_api() -> None:
    views = [route.view.cls for route in ROUTES if route.is_api]

    understood = {parameter.name for view in views for parameter in view.understood()}

    assert understood == NAMING_QUERIES.keys() | HARMLESS_QUERIES


def test_every_column_of_words_has_a_word_that_gives_it_away(ours: Side) -> None:
    with district_scope(ours.district.pk):
        silent = [
            f"{model.__name__}.{field.name}"
            for model, field in columns_of_words()
            if not _says(model, field.name, ours.word)
        ]

    counting.add("columns with a canary", len(list(columns_of_words())) - len(silent))
    assert sorted(silent) == sorted(COLUMNS_WITHOUT_WORDS)


def columns_of_words() -> Iterator[tuple[Any, models.Field]]:
    """The columns of a district's rows in which anything can stand."""
    for model in apps.get_models():
        for field in model._meta.local_fields if issubclass(model, DistrictRow) else ():
            is_open = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if is_open and not field.choices:
                yield model, field


def _who_gets_through(method: str, ours: Side) -> Iterator[tuple[Route, Caller]]:
    """Every page that takes the method, with somebody who may."""
    columns, lines = lines_of(AT_THEIR_OWN_SCHOOL)
    people = {**ours.desk.people, **ours.people}
    callers = {
        column: signed_in(people[role].user)
        for column, role in zip(columns, _COLUMNS, strict=False)
    }
    for taken, name, statuses in lines:
        route = next(route for route in ROUTES if route.name == name)
        if taken == method and not route.is_api:
            who = zip(callers.values(), statuses, strict=False)
            may = (caller for caller, status in who if status not in {403, 404})
            # With an empty form, nobody finds anything there: then an admin.
            yield route, next(may, callers[columns[0]])


def _says(model: Any, column: str, word: str) -> bool:
    values = model.objects.values_list(column, flat=True)
    return any(word in str(value) for value in values)
