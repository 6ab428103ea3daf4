"""No template says anything that the catalogue could not translate."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.config.page_text import A_WORD, NAMES, bare_texts

TEMPLATES = settings.BASE_DIR / "templates"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.*")), ids=lambda path: path.name)
def test_a_template_says_nothing_that_cannot_be_translated(path: Path) -> None:
    said = bare_texts(path.read_text(encoding="utf-8"))

    assert [text for text in said if A_WORD.search(NAMES.sub("", text))] == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello <b>you</b></p>", ["Hello", "you"]),
        ('<a title="A hint" aria-label="A name" href="/there/">→</a>', ["A hint", "A name"]),
        ('<img alt="A face"><input placeholder="A word">', ["A face", "A word"]),
        ("{% if a %}Yes{% else %}{% translate 'No' %}{% endif %}", ["Yes"]),
        ('<p title="{% translate "A hint" %}">{{ name }} · {# why #}</p>', []),
        ("{% blocktranslate with a=b %}Hello {{ a }}{% endblocktranslate %}, all", [", all"]),
        ("{{ n }}{{ n|pluralize }}", ["|pluralize"]),
    ],
)
def test_the_net_for_bare_text_catches_what_it_should(template: str, found: list[str]) -> None:
    assert bare_texts(template) == found
