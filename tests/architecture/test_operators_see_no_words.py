"""An operator sees tenants, people and instruments; in no page of the admin a word of a school.

Which columns hold words is read from the models (`words`), which pages there are from the admin.
"""

from collections.abc import Iterator
from html import unescape
from typing import Any, Final

import pytest
from django.contrib import admin
from django.urls import reverse

from schools.models import AuditEntry, Role
from schools.tenancy import district_scope
from tests.architecture.callers import Caller, signed_in
from tests.architecture.two_districts import Side
from tests.architecture.words import NOT_WRITTEN, columns_of_words, words_of, written_columns
from tests.factories import make_user

# A model that is offered to operators takes its line here, with what they need it for.
OFFERED: Final = {
    "accounts.User": "who there is, and whether they get in; nothing of how they get in",
    "assessments.InstrumentVersion": "published wording, the same for everyone",
    "schools.ApiClient": "the programs that a district has; their secrets are kept nowhere",
    "schools.District": "tenants",
    "schools.Membership": "who has which role where, for repairs",
}


@pytest.fixture(scope="module")
def operator(ours: Side) -> Caller:
    """Who may do all in the admin, and has changed something."""
    caller = signed_in(make_user("Olive", is_staff=True, is_superuser=True))
    member = ours.people[Role.SPECIALIST]
    address = reverse("admin:schools_membership_change", args=[member.pk])
    changed = {"role": Role.VIEWER, "sees_whole_district": "on"}
    assert caller.ask("POST", address, changed).status == 302
    return caller


@pytest.fixture(scope="module")
def words(ours: Side) -> dict[str, set[str]]:
    """What was written in our district, by column."""
    return words_of(ours)


def test_the_admin_offers_these_and_nothing_that_a_package_brings_along() -> None:
    assert {model._meta.label for model in admin.site._registry} == OFFERED.keys()


def test_the_list_of_what_is_not_written_names_columns_that_are_there() -> None:
    there = {f"{model.__name__}.{field.name}" for model, field in columns_of_words()}

    assert sorted(NOT_WRITTEN - there) == []


def test_every_column_of_words_has_words_to_look_for(words: dict[str, set[str]]) -> None:
    assert sorted(column for column in written_columns() if not words[column]) == []


def test_no_page_of_the_admin_says_a_word_of_a_school(
    ours: Side, operator: Caller, words: dict[str, set[str]]
) -> None:
    said, statuses = [], set()
    for address in pages_of_the_admin(ours):
        answer = operator.ask("GET", address)
        statuses.add(answer.status)
        body = unescape(answer.body)
        said += [(address, column) for column, texts in words.items() for w in texts if w in body]

    assert (said, 200 in statuses, statuses <= {200, 302, 403, 404}) == ([], True, True)


def test_the_words_are_found_where_they_may_be_read(ours: Side, words: dict[str, set[str]]) -> None:
    reader = signed_in(ours.people[Role.VIEWER].user)
    page = reader.ask(
        "GET", reverse("section", args=[ours.district.slug, ours.desk.cycle.pk, "team"])
    )

    assert any(word in unescape(page.body) for word in words["Cell.opportunities"])


def test_the_audit_log_says_no_word_of_a_school(
    ours: Side, operator: Caller, words: dict[str, set[str]]
) -> None:
    with district_scope(ours.district.pk):
        rows = AuditEntry.objects.filter(district=ours.district)
        log = str(list(rows.values_list("object_name", "details")))

    said = {column for column, texts in words.items() for word in texts if word in log}

    assert said == set()


def pages_of_the_admin(side: Side) -> Iterator[str]:
    """Every address of the admin, with every object that there is; and its searches."""
    pages = ("admin:index", "admin:jsi18n", "admin:password_change", "operators_health")
    yield from map(reverse, pages)
    for model, model_admin in admin.site._registry.items():
        yield reverse("admin:app_list", args=[model._meta.app_label])
        pks = list(model._default_manager.values_list("pk", flat=True))
        for pattern in model_admin.get_urls():
            if pattern.name is None:
                continue
            name, needs = f"admin:{pattern.name}", pattern.pattern.regex.groupindex
            yield from ([reverse(name, args=[pk]) for pk in pks] if needs else [reverse(name)])
        changelist = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        yield f"{reverse(changelist)}?q={side.word}"
        for field in model_admin.autocomplete_fields:
            yield f"{reverse('admin:autocomplete')}?{_asked(model, field, side.word)}"


def _asked(model: Any, field: str, term: str) -> str:
    app, name = model._meta.app_label, model._meta.model_name
    return f"app_label={app}&model_name={name}&field_name={field}&term={term}"
