"""The OpenAPI document under tools that nobody here wrote: tests and linters."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from accounts.models import User
from assessments.comments import write_comment
from assessments.commitments import make_commitment
from assessments.models import Cycle, Submission, Theme
from schools.models import Membership, Scope, Webhook
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.clients.conftest import NODE, Served, python, run
from tests.running import ROOT

DOCUMENT = ROOT / "docs" / "openapi.yaml"
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
PEOPLE = {
    "a district admin": "admin@riverbend.example",
    "a specialist": "specialist@riverbend.example",
    "a principal": "principal.cedar-grove@riverbend.example",
    "a team member": "team.cedar-grove@riverbend.example",
    "a viewer": "viewer@riverbend.example",
    "a stranger": "specialist@millbrook.example",
}
CALLERS = ["nobody", "a wrong key", *Scope.values, "every scope", *PEOPLE]


def headers(served: Served, caller: str) -> dict[str, str]:
    """By which the caller is known."""
    if caller == "nobody":
        return {}
    if caller == "a wrong key":
        return {"Authorization": f"Bearer {served.key()[:-1]}"}
    if caller in PEOPLE:
        client = Client()
        client.force_login(User.objects.get(email=PEOPLE[caller]))
        token = "a" * 32
        cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
        return {"Cookie": cookie, "X-CSRFToken": token}
    scopes = () if caller == "every scope" else (caller,)
    return {"Authorization": f"Bearer {served.key(*scopes)}"}


def rows(served: Served) -> dict[str, str]:
    """Ids of a cycle that is at work, of what hangs on it, and of other things that there are."""
    with district_scope(served.district.pk):
        member = Membership.objects.get(user__email=PEOPLE["a principal"])
        cycle = Cycle.objects.visible_to(member).order_by("school_year").last()
        assert cycle is not None
        admin = Membership.objects.get(user__email=PEOPLE["a district admin"])
        cell = cycle.cells.in_order()[0]
        commitment = make_commitment(
            cell, by=member, what="Meet", who="All teams", due_on=served.district.today()
        )
        # One caller after the other writes: each begins with one that is new.
        for left in Webhook.objects.all():
            managing.remove_webhook(left, by=admin)
        webhook, _secret = managing.make_webhook(
            by=admin, url="https://hooks.example.org/in", event_types=["cycle.submitted"]
        )
        found = {
            "cycle_id": cycle,
            "cell_id": cell,
            "commitment_id": commitment,
            "comment_id": write_comment(cycle, by=member, text="Who?", code="team.beliefs"),
            "reflection_id": cycle.reflections.first(),
            "school_id": cycle.school,
            "campaign_id": cycle.campaign,
            "submission_id": Submission.objects.first(),
            "theme_id": Theme.objects.first(),
            "webhook_id": webhook,
            "delivery_id": managing.send_test(webhook, by=admin),
        }
        return {name: str(row.pk) for name, row in found.items() if row is not None}


def settings(served: Served) -> str:
    """What a schema cannot say.

    Which rows there are and which cursor was really given; that two filters go together, and that a
    rule of the work (a day that has passed, a cycle that is not finished) refuses what its form
    allows.
    """
    asked = f"{served.address}/api/v1/districts/{served.district.slug}/schools/?limit=1"
    page = requests.get(
        asked, headers={"Authorization": f"Bearer {served.key('roster:read')}"}, timeout=30
    )
    cursor = parse_qs(urlsplit(page.json()["next"]).query)["cursor"][0]
    ids = "\n".join(f'"path.{name}" = "{pk}"' for name, pk in rows(served).items())
    return f"""
hooks = "{HOOKS}"

[parameters]
"path.district_slug" = "{served.district.slug}"
"query.cursor" = "{cursor}"
"header.If-Match" = "*"
{ids}

[checks.missing_required_header]
expected-statuses = ["400", "401", "403", "404", "406", "415", "422", "428"]

[[operations]]
include-path-regex = ".*/(dashboards/|changes/|exports/.kind)"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "400", "401", "403", "404", "410", "429"]

[[operations]]
include-method = ["POST", "PUT", "PATCH", "DELETE"]
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
"""


@pytest.mark.parametrize("caller", CALLERS)
def test_schemathesis_finds_nothing(served: Served, tmp_path: Path, caller: str) -> None:
    told = settings(served)
    if caller in PEOPLE:
        # It leaves our cookie in place when it takes credentials away, and wonders at the answer.
        told += "\n[checks.ignored_auth]\nenabled = false\n"
    if caller == "a stranger":
        # To whom a district is not there, whatever the method.
        told += "\n[checks.unsupported_method]\nenabled = false\n"
    (tmp_path / "schemathesis.toml").write_text(told)
    command = [python("schema", "schemathesis"), "run", f"{served.address}/api/v1/schema/"]
    options = ["--url", served.address, "--seed", "2027", "--no-color"]
    options += ["--max-examples", "6"]
    for name, value in headers(served, caller).items():
        options += ["--header", f"{name}: {value}"]

    run([*command, *options], tmp_path)


def test_the_document_is_valid_and_two_linters_have_nothing_to_say(tmp_path: Path) -> None:
    run([python("schema", "openapi-spec-validator"), str(DOCUMENT)], tmp_path)
    run([str(NODE / "node_modules/.bin/redocly"), "lint", str(DOCUMENT)], NODE)
    asking = [str(NODE / "node_modules/.bin/spectral"), "lint", str(DOCUMENT)]
    run([*asking, "--ruleset", "spectral.yaml", "--fail-severity", "hint"], NODE)
