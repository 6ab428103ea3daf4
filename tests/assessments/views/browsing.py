"""Someone at their browser, in their district; scripts or not."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from assessments.models import Cycle
from schools.models import Membership

CELL = "team.beliefs"
HTMX = {"HX-Request": "true"}
_TAGS = re.compile(r"<[^>]*>")
_OF_THE_RECORD = re.compile(r'<(?:input|textarea|select)\b[^>]*name="([^"]*)"[^>]*form="record"')
_ROWS = re.compile(r"<tr\b.*?</tr>", re.DOTALL)


class Browser:
    """Asks for the pages of one district by their names."""

    def __init__(self, who: Membership) -> None:
        self.slug = who.district.slug
        self.client = Client()
        self.client.force_login(who.user)

    def address(self, name: str, /, **route: Any) -> str:
        """Of a page of this district."""
        return reverse(name, kwargs={"district_slug": self.slug, **route})

    def get(self, name: str, /, query: str = "", *, htmx: bool = False, **route: Any) -> Any:
        """The page; `query` with its question mark."""
        address = self.address(name, **route) + query
        return self.client.get(address, headers=HTMX if htmx else {})

    def post(self, name: str, sent: dict[str, Any], /, *, htmx: bool = False, **route: Any) -> Any:
        """What a form is answered. With `htmx` as the script sends it, else as a plain form."""
        return self.client.post(
            self.address(name, **route),
            urlencode(sent, doseq=True),
            content_type="application/x-www-form-urlencoded",
            headers=HTMX if htmx else {},
        )


def in_form(code: str, /, version: Any = 0, **fields: Any) -> dict[str, Any]:
    """As the form of a cell or a question names its fields."""
    return {f"{code}-{name}": value for name, value in {"version": version, **fields}.items()}


def section_form(**fields: Any) -> dict[str, Any]:
    """The whole page of the team's section, with something in its first cell."""
    blank = {"opportunities": "", "improvements": "", "opportunity_level": ""}
    first = in_form(CELL, **{**blank, **fields})
    return first | in_form("team.practices", **blank) | in_form("team.systems", **blank)


def save(browser: Browser, cycle: Cycle, /, version: Any = 0, **fields: Any) -> Any:
    """As the script does while someone types in the first cell of the team's section."""
    sent = in_form(CELL, version, **fields)
    place = {"context": "team", "content_area": "beliefs"}
    return browser.post("cell", sent, htmx=True, cycle_id=cycle.pk, **place)


def save_page(browser: Browser, cycle: Cycle, /, **fields: Any) -> Any:
    """As the button below that section does where there are no scripts."""
    sent = section_form(**fields)
    return browser.post("section", sent, cycle_id=cycle.pk, context="team")


def typed(answer: Any) -> str:
    """What stands in the first text of the form."""
    _before, _, rest = answer.text.partition(f'name="{CELL}-opportunities"')
    text: str = rest.partition(">")[2].partition("</textarea>")[0]
    return text.removeprefix("\n")


def fields_of(answer: Any) -> list[str]:
    """The names of the fields in which the record itself can be written."""
    return _OF_THE_RECORD.findall(answer.text)


def words_of(answer: Any) -> str:
    """What can be read on a page, without its tags."""
    return unescape(" ".join(_TAGS.sub(" ", answer.text).split()))


def doubled_ids(answer: Any) -> list[str]:
    """The ids that stand on a page more than once."""
    ids = re.findall(r'\sid="([^"]+)"', answer.text)
    return sorted({each for each in ids if ids.count(each) > 1})


def rows_of(answer: Any) -> list[str]:
    """What can be read in each row of the tables' bodies and heads."""
    return [unescape(" ".join(_TAGS.sub(" ", row).split())) for row in _ROWS.findall(answer.text)]
