"""What a page of the workspace weighs on a school's line: the first time, and from then on."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from schools.models import District, Membership, School
from tests.assessments.views.browsing import Browser
from tests.factories import answer_everything, cycle_of, make_campaign, submitted

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_VISIT, LATER_VISITS = 60 * 1024, 15 * 1024
# What an answer of the production server says before its body.
HEADERS = 600
_ASSET = re.compile(r'(?:src|href)="/static/([^"]+)"')
_IMPORT = re.compile(r'(?:from|import) "\./([^"]+)"')


@pytest.fixture
def page(district: District, school: School, alice: Membership) -> Any:
    """A section in the second year: everything is answered, in both."""
    last_year = make_campaign(district, district.this_school_year - 1)
    submitted(cycle_of(school, last_year), by=alice)
    cycle = cycle_of(school, make_campaign(district))
    answer_everything(cycle, by=alice)
    browser = Browser(alice)
    address = browser.address("section", cycle_id=cycle.pk, context="team")
    return browser.client.get(address, headers={"Accept-Encoding": "gzip"})


def test_a_section_weighs_little_the_first_time_and_less_after(page: Any) -> None:
    html = gzip.decompress(page.content).decode()

    assets = {name: packed(name) for name in assets_of(html)}

    assert len(page.content) <= LATER_VISITS
    whole = len(page.content) + sum(assets.values()) + HEADERS * (1 + len(assets))
    assert whole <= FIRST_VISIT, assets


def test_a_page_is_one_request_and_names_all_its_assets(page: Any) -> None:
    html = gzip.decompress(page.content).decode()

    assert page.headers["Content-Encoding"] == "gzip"
    assert {"django_htmx/htmx-2.min.js", "ninefold/saving.js"} <= assets_of(html)
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', html) == []


def packed(name: str) -> int:
    """Bytes of a static file as the production server sends it."""
    return len(gzip.compress(file_of(name).read_bytes(), 9))


def assets_of(html: str) -> set[str]:
    """Every static file that the page asks for, and what its modules ask for in turn."""
    found: set[str] = set()
    waiting = set(_ASSET.findall(html))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(_imports_of(name)) - found
    return found


def _imports_of(name: str) -> Iterator[str]:
    if name.endswith(".js"):
        folder = Path(name).parent
        for imported in _IMPORT.findall(file_of(name).read_text(encoding="utf-8")):
            yield str(folder / imported)


def file_of(name: str) -> Path:
    """Where the static file lies."""
    found = finders.find(name)
    assert found, name
    return Path(found)
