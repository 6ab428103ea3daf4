"""The command that makes an API client."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Program
from allauth.idp.oidc.models import Token
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from schools.models import ApiClient, District
from tests.factories import make_district
from tests.reading import Reader

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend", slug="riverbend")


def create(**options: Any) -> dict[str, str]:
    wanted = {"district": "riverbend", "name": "Warehouse", "scope": ["cycles:read"]}
    said = StringIO()
    call_command("create_api_client", stdout=said, stderr=StringIO(), **wanted | options)
    lines = (line.partition(":") for line in said.getvalue().splitlines())
    return {label: value.strip() for label, _, value in lines}


def test_it_makes_a_client_that_may_fetch_tokens_and_nothing_else(district: District) -> None:
    said = create(scope=["roster:read", "cycles:read", "cycles:read"])

    program = Program.objects.get(pk=said["client id"])
    assert program.check_secret(said["client secret"])
    assert program.get_grant_types() == ["client_credentials"]
    assert program.get_scopes() == program.get_default_scopes() == ["cycles:read", "roster:read"]
    assert program.get_redirect_uris() == []
    assert ApiClient.objects.get(credentials__client=program).district == district
    assert said["address"] == "/api/v1/districts/riverbend/"


def test_its_secrets_are_kept_as_hashes_alone(district: District) -> None:
    said = create(key_days=30)

    kept = [*Program.objects.values_list("secret", flat=True), *Token.objects.values_list("hash")]
    assert all(said[it] not in str(kept) for it in ("client secret", "bearer key"))


def test_a_key_works_for_as_long_as_was_said(district: District) -> None:
    said = create(key_days=30)

    client = Client(headers={"Authorization": f"Bearer {said['bearer key']}"})
    assert Reader(district, client).get("me").json()["scopes"] == ["cycles:read"]
    expires_at = Token.objects.get().expires_at
    assert expires_at is not None
    assert abs(expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_without_being_asked_it_makes_no_key(district: District) -> None:
    said = create()

    assert sorted(said) == ["address", "client id", "client secret"]
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"key_days": 366}, "A key is valid for 1 to 365 days."),
        ({"key_days": 0}, "A key is valid for 1 to 365 days."),
        ({"district": "nowhere"}, "There is no district at nowhere."),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"scope": ["everything"]}, "invalid choice: 'everything'"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    district: District, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CommandError) as refused:
        create(**options)

    assert reason in str(refused.value)
    assert not Program.objects.exists()


def test_a_second_client_needs_a_name_of_its_own(district: District) -> None:
    create()

    with pytest.raises(CommandError):
        create()

    assert Program.objects.count() == 1
