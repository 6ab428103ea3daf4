"""The OpenAPI document under tools that nobody here wrote: tests, linters, clients made of it."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from accounts.models import User
from schools.models import Scope
from tests.clients.conftest import NODE, Served, python, run
from tests.running import ROOT

DOCUMENT = ROOT / "docs" / "openapi.yaml"
CALLERS = ["nobody", *Scope.values, "every scope", "a person"]


def header(served: Served, caller: str) -> list[str]:
    if caller == "nobody":
        return []
    if caller == "a person":
        client = Client()
        client.force_login(User.objects.get(email="specialist@riverbend.example"))
        return ["--header", f"Cookie: sessionid={client.cookies['sessionid'].value}"]
    scopes = () if caller == "every scope" else (caller,)
    return ["--header", f"Authorization: Bearer {served.key(*scopes)}"]


def settings(served: Served) -> str:
    """What a schema cannot say: which cursor was really given, and that two filters go together."""
    asked = f"{served.address}/api/v1/districts/{served.district.slug}/schools/?limit=1"
    page = requests.get(
        asked, headers={"Authorization": f"Bearer {served.key('roster:read')}"}, timeout=30
    )
    cursor = parse_qs(urlsplit(page.json()["next"]).query)["cursor"][0]
    return f"""
[parameters]
district_slug = "{served.district.slug}"
cursor = "{cursor}"

[[operations]]
include-path-regex = ".*/(dashboards|changes)/"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "410", "429"]
"""


@pytest.mark.parametrize("caller", CALLERS)
def test_schemathesis_finds_nothing(served: Served, tmp_path: Path, caller: str) -> None:
    told = settings(served)
    if caller == "a person":
        # It leaves our cookie in place when it takes credentials away, and wonders at the answer.
        told += "\n[checks.ignored_auth]\nenabled = false\n"
    (tmp_path / "schemathesis.toml").write_text(told)
    command = [python("schema", "schemathesis"), "run", f"{served.address}/api/v1/schema/"]
    options = ["--url", served.address, "--seed", "2027", "--no-color"]
    options += ["--max-examples", "20"]

    run([*command, *options, *header(served, caller)], tmp_path)


def test_the_document_is_valid_and_a_linter_has_nothing_to_say(tmp_path: Path) -> None:
    run([python("schema", "openapi-spec-validator"), str(DOCUMENT)], tmp_path)
    run([str(NODE / "node_modules/.bin/redocly"), "lint", str(DOCUMENT)], NODE)


def test_a_python_client_made_of_the_document_reads(served: Served, tmp_path: Path) -> None:
    making = [python("schema", "openapi-python-client"), "generate", "--path", str(DOCUMENT)]
    run([*making, "--meta", "none", "--output-path", "made"], tmp_path)
    (tmp_path / "use.py").write_text(
        "import os\n"
        "from made import AuthenticatedClient\n"
        "from made.api.cycles import list_cycles\n"
        "client = AuthenticatedClient(os.environ['SITE'], os.environ['KEY'],\n"
        "    raise_on_unexpected_status=True)\n"
        "page = list_cycles.sync('riverbend-unified', client=client, limit=2)\n"
        "assert len(page.results) == 2 and len(page.results[0].cells) == 9, page\n"
    )

    run(
        [python("schema"), "use.py"],
        tmp_path,
        served.environment() | {"SITE": served.address},
    )


def test_a_typescript_client_made_of_the_document_reads(served: Served, tmp_path: Path) -> None:
    making = [python("schema", "openapi-generator-cli"), "generate", "-i", str(DOCUMENT)]
    run([*making, "-g", "typescript-fetch", "-o", "made"], tmp_path)
    (tmp_path / "made" / "use.ts").write_text(
        "import { Configuration, CyclesApi } from './index';\n"
        "declare const process: { env: Record<string, string> };\n"
        "const configuration = new Configuration({\n"
        "  basePath: process.env.SITE, accessToken: process.env.KEY });\n"
        "const api = new CyclesApi(configuration);\n"
        "api.listCycles({ districtSlug: 'riverbend-unified', limit: 2 }).then((page) =>\n"
        "  console.log(JSON.stringify([page.results.length, page.results[0].cells!.length])));\n"
    )
    compiling = [str(NODE / "node_modules/.bin/tsc"), "--target", "es2020", "--module", "commonjs"]
    options = ["--moduleResolution", "node", "--skipLibCheck", "--lib", "es2020,dom", "--strict"]
    run([*compiling, *options, "--outDir", "built", "made/use.ts"], tmp_path)

    said = run(["node", "built/use.js"], tmp_path, served.environment() | {"SITE": served.address})

    assert json.loads(said) == [2, 9]
