"""The workbook of one school year, for people: a sheet a question, and one that explains them all.

In the language of whoever asked, with labels in place of codes; moments on the district's clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.instrument import (
    ContentArea,
    Context,
    Disposition,
    Field,
    Offer,
    OpportunityLevel,
    Question,
    Quoting,
    Reach,
    Wording,
)
from assessments.models import Campaign, Commitment, Export, Status
from assessments.reports.exports.rows import rows_of
from assessments.reports.exports.selecting import Tell
from assessments.reports.exports.sheets import Book, Head
from schools.models import SchoolLevel
from schools.querysets import Who

ROWS_AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class Source:
    """What the sheets are filled from, and who hears how far they are."""

    export: Export
    who: Who
    campaign: Campaign
    wording: Wording
    tell: Tell

    def rows(self, kind: str) -> Any:
        """The rows of that kind that the export takes along."""
        return rows_of(self.export, self.who, kind)

    def at(self, moment: Any) -> Any:
        """A moment on the district's clock, or nothing."""
        return moment and self.campaign.district.local(moment)


@dataclass(frozen=True, slots=True)
class Plan:
    """A sheet before it is written, so that the first one can say what is on the others."""

    name: str
    about: str
    heads: tuple[Head, ...]
    rows: Any


def write_workbook(export: Export, who: Who, *, to: BinaryIO, tell: Tell) -> int:
    """All sheets, from the first to the last; the number of rows."""
    campaigns = Campaign.objects.visible_to(who).select_related("district", "instrument_version")
    campaign = campaigns.get(school_year=export.last_year)
    wording = campaign.instrument_version.wording(export.language)
    source = Source(export, who, campaign, wording, tell)
    plans = [_progress(source), _cells(source), *_questions(source), _commitments(source)]
    title = f"{campaign.district.name}, {campaign}"
    written = 0
    with Book(to, title=title, author=campaign.district.name) as book:
        _about(book, source, plans)
        for plan in plans:
            sheet = book.sheet(plan.name, plan.heads)
            for row in plan.rows:
                sheet.add(row)
                written += 1
                tell(written)
    return written


def _about(book: Book, source: Source, plans: Sequence[Plan]) -> None:
    sheet = book.page(pgettext("sheet", "About"), (30, 34, 90))
    campaign = source.campaign
    sheet.add([f"{campaign.district.name}, {campaign}"], book.title)
    sheet.add([])
    for words in _introduction(source):
        sheet.add([words], book.plain)
    sheet.add([])
    sheet.add([_("Sheet"), _("Column"), _("What it says")], book.head)
    for plan in plans:
        sheet.add([plan.name, "", plan.about], book.bold)
        for head in plan.heads:
            sheet.add(["", head.label, head.about])


def _introduction(source: Source) -> Iterator[str]:
    cycles = source.rows(Export.Kind.CYCLES)
    submitted, schools = cycles.submitted().count(), cycles.count()
    moment = date_format(source.at(timezone.now()), "DATETIME_FORMAT")
    yield _("As things stood on %(moment)s (%(zone)s).") % {
        "moment": moment,
        "zone": source.campaign.district.time_zone,
    }
    # "From 18 submitted cycles, of 22 schools": each number in its own form.
    of_schools = ngettext("of %(n)d school", "of %(n)d schools", schools) % {"n": schools}
    yield ngettext(
        "Cells and Part 2 come from %(n)d submitted cycle, %(of_schools)s.",
        "Cells and Part 2 come from %(n)d submitted cycles, %(of_schools)s.",
        submitted,
    ) % {"n": submitted, "of_schools": of_schools}
    yield _("Drafts are on the sheet about progress alone, and without their words.")
    if source.export.query:
        yield _("With the filters that were set on the dashboard: %(filters)s") % {
            "filters": source.export.query
        }
    yield _(
        "It is for thinking and planning, never for scoring: do not add levels up, do not rank "
        "schools. Say with every count how many schools it is out of."
    )
    yield _(
        "Before you quote a school to others, see whether it agreed: the column “May be quoted”."
    )


def _progress(source: Source) -> Plan:
    heads = (
        *_school_heads(),
        Head(_("Status"), 14, _("Where its cycle is: not started, in progress, submitted.")),
        Head(_("Due on"), 12, _("More time is counted in.")),
        Head(_("More time until"), 12, _("For this school alone.")),
        Head(_("Started"), 17, _("When the first word was saved.")),
        Head(_("Submitted"), 17, _("When it was handed in last.")),
        Head(_("May be quoted"), 24, _("What the school agreed to when it handed in.")),
    )

    def rows() -> Iterator[list[Any]]:
        found = source.rows(Export.Kind.CYCLES).with_campaign()
        for cycle in found.iterator(chunk_size=ROWS_AT_A_TIME):
            yield [
                *_school(cycle.school),
                str(Status(cycle.status).label),
                cycle.due_on,
                cycle.extended_to,
                source.at(cycle.started_at),
                source.at(cycle.submitted_at),
                str(Quoting(cycle.quoting).label) if cycle.is_submitted else "",
            ]

    about = _("One row a school: how far it is. The only sheet on which drafts count.")
    return Plan(_("Progress"), about, heads, rows())


def _cells(source: Source) -> Plan:
    heads = (
        *_school_heads(),
        Head(_("Context"), 20, _("The row of the grid.")),
        Head(_("Content area"), 14, _("The column of the grid.")),
        Head(_("Where we are now"), 60, _("The school’s own words.")),
        Head(_("What could improve"), 60, _("The school’s own words.")),
        Head(
            _("How settled"), 22, _("An answer about opportunities, not a grade. Empty: not sure.")
        ),
        Head(_("Reach"), 14, _("How many educators it reaches.")),
        Head(_("Offer"), 24, _("What the school could show, or hopes to find.")),
        Head(_("Last year’s improvement"), 18, _("What became of it, from the second year on.")),
        Head(_("Why"), 30, _("The same in a line.")),
        Head(_("A minority view"), 40, _("What not all of the team share.")),
        Head(_("May be quoted"), 24, _("What the school agreed to when it handed in.")),
    )

    def rows() -> Iterator[list[Any]]:
        found = source.rows(Export.Kind.CELLS).select_related("school", "cycle")
        found = found.order_by("school__name", "cycle_id", "context", "content_area")
        for cell in found.iterator(chunk_size=ROWS_AT_A_TIME):
            yield [
                *_school(cell.school),
                str(Context(cell.context).label),
                str(ContentArea(cell.content_area).label),
                cell.opportunities,
                cell.improvements,
                _label(OpportunityLevel, cell.opportunity_level),
                _label(Reach, cell.reach),
                _label(Offer, cell.offer),
                _label(Disposition, cell.disposition),
                cell.disposition_why,
                cell.minority_view,
                str(Quoting(cell.cycle.quoting).label),
            ]

    about = _("One row a school and cell, of submitted cycles.")
    return Plan(_("The nine cells"), about, heads, rows())


def _questions(source: Source) -> Iterator[Plan]:
    for question in source.wording.questions:
        found = source.rows(Export.Kind.REFLECTIONS).filter(question=question.key)
        if not found.exists():
            continue
        heads = (
            *_school_heads(),
            Head(_("In their own words"), 70, _("The school’s own words.")),
            *(Head(field.label, 24, _choices(field)) for field in question.fields),
            Head(_("May be quoted"), 24, _("What the school agreed to when it handed in.")),
        )
        yield Plan(question.short, question.text, heads, _answers(question, found))


def _answers(question: Question, found: Any) -> Iterator[list[Any]]:
    found = found.select_related("school", "cycle").order_by("school__name", "id")
    for reflection in found.iterator(chunk_size=ROWS_AT_A_TIME):
        yield [
            *_school(reflection.school),
            reflection.text,
            *(_chosen(field, reflection.answer.get(field.key)) for field in question.fields),
            str(Quoting(reflection.cycle.quoting).label),
        ]


def _commitments(source: Source) -> Plan:
    heads = (
        *_school_heads(),
        Head(_("Context"), 20, _("The row of the grid.")),
        Head(_("Content area"), 14, _("The column of the grid.")),
        Head(_("What we will do"), 60, _("The school’s own words.")),
        Head(_("Who"), 24, _("As the school writes it.")),
        Head(_("By when"), 12, _("The day that the school set itself.")),
        Head(pgettext("commitment", "Status"), 12, _("Open, done or dropped.")),
        Head(_("Settled on"), 12, _("When it was done or dropped.")),
    )

    def rows() -> Iterator[list[Any]]:
        found = source.rows(Export.Kind.COMMITMENTS).select_related("school")
        for each in found.iterator(chunk_size=ROWS_AT_A_TIME):
            yield [
                *_school(each.school),
                str(Context(each.context).label),
                str(ContentArea(each.content_area).label),
                each.what,
                each.who,
                each.due_on,
                str(Commitment.Status(each.status).label),
                each.settled_on,
            ]

    about = _("One row a commitment that was made in this school year.")
    return Plan(_("Commitments"), about, heads, rows())


def _school_heads() -> tuple[Head, ...]:
    return (
        Head(_("School"), 32, _("Its present name.")),
        Head(_("Level"), 14, _("Elementary, middle, high or other.")),
        Head(_("NCES school id"), 16, _("A text, leading zeros kept.")),
    )


def _school(school: Any) -> tuple[str, str, str]:
    return school.name, str(SchoolLevel(school.level).label), school.nces_schid or ""


def _label(codes: Any, code: Any) -> str:
    return "" if code in (None, "") else str(codes(code).label)


def _chosen(field: Field, chosen: Any) -> str:
    codes = chosen if isinstance(chosen, list) else [] if chosen is None else [chosen]
    return ", ".join(field.label_of(code) for code in codes)


def _choices(field: Field) -> str:
    labels = "; ".join(option.label for option in field.options)
    return (
        _("One or several of: %(labels)s") % {"labels": labels}
        if field.takes_several
        else (_("One of: %(labels)s") % {"labels": labels})
    )
