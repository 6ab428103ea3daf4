"""The schools' texts among which words for a theme are chosen."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from assessments.contents import name_of, read_for_themes
from assessments.dashboards.codebook import place_name
from assessments.instrument import CELL_CODES, Wording
from assessments.models import Campaign, Cell, Excerpt, Reflection, Theme
from schools.querysets import Who


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a school, and which of its words speak of the theme already."""

    response: Any
    field: str
    name: str
    whole: str
    taken: list[str]


@dataclass(frozen=True, slots=True)
class Texts:
    """What was found, and how it is named."""

    who: Who
    theme: Theme
    found: Any
    wording: Wording
    code: str
    codes: list[tuple[str, str]]

    def texts(self, responses: Any) -> list[Text]:
        """The texts of these answers, empty ones left out."""
        taken = self._taken(responses)
        return [
            Text(
                response,
                field,
                place_name(response.code, field, self.wording),
                whole,
                taken.get((response.cycle_id, response.code, field), []),
            )
            for response in responses
            for field in read_for_themes(response.code)
            if (whole := response.content[field])
        ]

    def _taken(self, responses: Any) -> dict[Any, list[str]]:
        rows = (
            Excerpt.objects.visible_to(self.who)
            .counted()
            .filter(theme=self.theme, cycle__in=[response.cycle_id for response in responses])
        )
        taken: dict[Any, list[str]] = {}
        for excerpt in rows.with_words().order_by("start"):
            key = (excerpt.cycle_id, excerpt.code, excerpt.field)
            taken.setdefault(key, []).append(excerpt.said)
        return taken


def texts_to_choose_from(
    who: Who, theme: Theme, campaign: Campaign, asked: tuple[str, str]
) -> Texts:
    """The submitted answers in which a theme may be spoken of: those with these words in them."""
    q, code = asked
    wording = campaign.instrument_version.wording()
    if theme.source in CELL_CODES:
        context, area = theme.source.split(".")
        rows: Any = Cell.objects.visible_to(who).filter(context=context, content_area=area)
        fields, codes, code = read_for_themes(theme.source), [], ""
    else:
        rows = Reflection.objects.visible_to(who)
        fields = read_for_themes("")
        codes = [(question.key, name_of(question.key, wording)) for question in wording.questions]
        code = code if code in dict(codes) else ""
        rows = rows.filter(question=code) if code else rows
    holds = Q()
    for field in fields:
        holds |= Q(**{f"{field}__icontains": q}) if q else ~Q(**{field: ""})
    rows = rows.submitted().filter(holds, school_year=campaign.school_year)
    rows = rows.select_related("school").order_by("school__name", "id")
    return Texts(who, theme, rows, wording, code, codes)
