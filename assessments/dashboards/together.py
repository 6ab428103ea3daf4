"""What a district's schools see of it: the released figures of a year, made readable."""

from collections.abc import Iterator
from functools import cached_property

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.bars import Bar, bar, level_bars
from assessments.dashboards.disclosure import TOGETHER, may_show_blocks, summed
from assessments.dashboards.quotable import QuotableTheme, quotable_themes
from assessments.dashboards.release import released_schools
from assessments.instrument import CELLS, CellCode, Context, Field, Question
from assessments.models import Campaign, ReleasedFigures
from schools.models import SchoolLevel
from schools.querysets import Who


class Together:
    """The figures of one year that every school of the district may see.

    Args:
        block: the schools to show alone, by the code of their block; those of all when it is none
            of those that may be shown.
        asked_levels_before: whether last year's campaign asked for levels, if it is known.
    """

    def __init__(
        self,
        campaign: Campaign,
        now: ReleasedFigures,
        before: ReleasedFigures | None,
        *,
        block: str = "",
        asked_levels_before: bool | None = None,
    ) -> None:
        self.campaign = campaign
        self.released_at = now.released_at
        self._schools = list(now.schools)
        self.blocks = _shown_alone(now, campaign)
        self.block = block if block in self.blocks else ""
        self._now = self.blocks[block] if self.block else summed(now.blocks.values())
        self._before = self._last_year(before) if before else None
        # Levels stand beside last year's where both years asked for them, or neither did.
        self.compares_levels = asked_levels_before in (None, campaign.asks_level)

    @property
    def figures(self) -> Figures:
        """The counts behind the bars."""
        return self._now

    @property
    def figures_before(self) -> Figures | None:
        """Those of last year, where they may be shown."""
        return self._before

    @property
    def schools(self) -> int:
        """Schools that are counted."""
        return int(self._now["schools"])

    @property
    def schools_before(self) -> int | None:
        """Schools that were counted last year."""
        return self._before["schools"] if self._before else None

    @cached_property
    def choices(self) -> list[tuple[str, str, int]]:
        """The blocks that may be shown alone: code, name, schools. None where there is but one."""
        if len(self.blocks) < 2:
            return []
        return [
            (code, name_of_block(code), figures["schools"])
            for code, figures in sorted(self.blocks.items())
        ]

    @property
    def levels(self) -> str:
        """Of which levels the counted schools are, where that may be told; else nothing."""
        codes = [self.block] if self.block else sorted(self.blocks)
        return ", ".join(name_of_block(code) for code in codes)

    @cached_property
    def grid(self) -> list[tuple[Context, list[tuple[CellCode, list[Bar]]]]]:
        """The nine cells, a row a context, each with its bars."""
        return [
            (
                context,
                [(place, self._levels(place)) for place in CELLS if place.context == context],
            )
            for context in Context
        ]

    def themes(self) -> list[QuotableTheme]:
        """What several of the counted schools say in common; over all blocks only."""
        if self.block:
            return []
        named = quotable_themes(
            self.campaign.district_id,
            self.campaign.school_year,
            schools=self._schools,
            fewest=self.campaign.district.fewest_schools,
        )
        return [theme for theme in named if theme.name]

    def part_2(self) -> list[tuple[Question, list[tuple[Field, list[Bar]]]]]:
        """The questions with their structured answers."""
        wording = self.campaign.instrument_version.wording()
        return [
            (question, list(self._answers(question)))
            for question in wording.questions
            if question.key in self._now["part2"]
        ]

    def _last_year(self, before: ReleasedFigures) -> Figures | None:
        if self.block:
            return _shown_alone(before, self.campaign).get(self.block)
        return summed(before.blocks.values())

    def _levels(self, place: CellCode) -> list[Bar]:
        now = self._now["grid"][str(place)]
        before = self._before["grid"][str(place)] if self._before and self.compares_levels else None
        return level_bars(now, before, asks_level=self.campaign.asks_level)

    def _answers(self, question: Question) -> Iterator[tuple[Field, list[Bar]]]:
        before = (self._before or {}).get("part2", {}).get(question.key, {})
        for field in question.fields:
            counts = (self._now["part2"][question.key][field.key], self.schools)
            then = before.get(field.key)
            beside = None if then is None else (then, self.schools_before or 0)
            yield (
                field,
                [bar(str(option.code), option.label, counts, beside) for option in field.options],
            )


def together(who: Who, campaign: Campaign, block: str = "") -> Together | None:
    """The released figures of the campaign's year; None while too few schools are counted."""
    year = campaign.school_year
    rows = ReleasedFigures.objects.visible_to(who).filter(school_year__in=(year, year - 1))
    by_year = {row.school_year: row for row in rows if _is_shown(row, campaign)}
    if year not in by_year:
        return None
    asked = Campaign.objects.visible_to(who).filter(school_year=year - 1)
    return Together(
        campaign,
        by_year[year],
        by_year.get(year - 1),
        block=block,
        asked_levels_before=asked.values_list("asks_level", flat=True).first(),
    )


def name_of_block(code: str) -> str:
    """What a block is called: the levels of its schools."""
    return ", ".join(str(SchoolLevel(level).label) for level in code.split(TOGETHER))


def _is_shown(row: ReleasedFigures, campaign: Campaign) -> bool:
    return len(row.schools) >= campaign.district.fewest_schools


def _shown_alone(row: ReleasedFigures, campaign: Campaign) -> dict[str, Figures]:
    floor = campaign.district.fewest_schools
    return dict(row.blocks) if may_show_blocks(released_schools(row), floor) else {}
