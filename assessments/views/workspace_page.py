"""What the pages of the workspace show: the cycle, how far it is, and last year beside it."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q

from assessments import comments, permissions
from assessments.dashboards.minutes import Minutes, measured_minutes, minutes_left
from assessments.forms import ExtensionForm, ReopeningForm, ResponseForm, SubmissionForm
from assessments.instrument import Context, Wording
from assessments.models import (
    Cell,
    Comment,
    Commitment,
    Cycle,
    Introduction,
    Meeting,
    Reflection,
    Reopening,
    Response,
    Submission,
    WorkingNote,
)
from assessments.progress import Progress, missing_answers, progress_of
from assessments.views.entry import Entry
from assessments.views.still_missing import missing_from
from schools.access import DistrictRequest


class Step(NamedTuple):
    """A step of the stepper."""

    key: str
    progress: Progress | None


class WorkspacePage:
    """One cycle for one reader: a handful of queries, whatever the page."""

    def __init__(self, request: DistrictRequest, cycle: Cycle) -> None:
        self.who = request.who
        self.cycle = cycle
        self.wording: Wording = cycle.campaign.instrument_version.wording()

    @cached_property
    def can_edit(self) -> bool:
        """Whether this reader can write here now."""
        return self.cycle.is_editable and self.can_commit

    @cached_property
    def can_commit(self) -> bool:
        """Whether this reader decides what the school will do: whatever the cycle's state."""
        return permissions.can_commit(self.who, self.cycle.school_id)

    @cached_property
    def cells(self) -> list[Cell]:
        """The nine cells in the tool's order."""
        rows = Cell.objects.visible_to(self.who).filter(cycle=self.cycle)
        return self._with_cycle(rows.select_related("updated_by").in_order())

    @cached_property
    def reflections(self) -> list[Reflection]:
        """The Part 2 answers in the order of the questions."""
        rows = Reflection.objects.visible_to(self.who).filter(cycle=self.cycle)
        return self._with_cycle(rows.select_related("updated_by"))

    @cached_property
    def last_year(self) -> dict[str, Response]:
        """What this school wrote last year, by code; only what it handed in."""
        cycles = Cycle.objects.visible_to(self.who).submitted()
        before = cycles.filter(
            school=self.cycle.school_id, school_year=self.cycle.school_year - 1
        ).first()
        if before is None:
            return {}
        cells = Cell.objects.visible_to(self.who).filter(cycle=before)
        reflections = Reflection.objects.visible_to(self.who).filter(cycle=before)
        return {response.code: response for response in (*cells, *reflections)}

    @cached_property
    def measured(self) -> Minutes:
        """How long each part has taken the schools of the district."""
        return measured_minutes(self.cycle.district_id, self.cycle.school_year)

    @cached_property
    def commitments(self) -> dict[str, list[Commitment]]:
        """The school's commitments by the code of their cell: open ones, and this year's."""
        rows = Commitment.objects.visible_to(self.who).filter(school=self.cycle.school_id)
        wanted = Q(status=Commitment.Status.OPEN) | Q(school_year=self.cycle.school_year)
        return _by_code(rows.filter(wanted).by_date())

    @cached_property
    def comments(self) -> dict[str, list[Comment]]:
        """The threads by code, each with its replies loaded; those on the whole cycle under ""."""
        rows = Comment.objects.visible_to(self.who).filter(cycle=self.cycle)
        said = list(rows.select_related("author", "resolved_by").order_by("written_at", "id"))
        comments.name_places(said, self.cycle.district_id)
        threads = [comment for comment in said if comment.thread_id is None]
        for first in threads:
            first.said_since = [item for item in said if item.thread_id == first.pk]
        return _by_code(threads)

    @cached_property
    def notes(self) -> dict[str, list[WorkingNote]]:
        """The working notes that the reader may read, by code: their own, and revealed ones."""
        rows = WorkingNote.objects.visible_to(self.who).filter(cycle=self.cycle)
        return _by_code(rows.exclude(text="", version=0).by_name())

    @cached_property
    def submissions(self) -> list[Submission]:
        """What was handed in so far; the words, as large as a page, only when asked for."""
        rows = Submission.objects.visible_to(self.who).filter(cycle=self.cycle).defer("content")
        return list(rows.select_related("submitted_by").order_by("number"))

    @cached_property
    def reopened(self) -> Reopening | None:
        """Why the cycle is at work again, after it had been handed in."""
        if self.cycle.is_submitted:
            return None
        rows = Reopening.objects.visible_to(self.who).filter(cycle=self.cycle)
        found: Reopening | None = rows.select_related("reopened_by").order_by("reopened_at").last()
        return found

    @property
    def introductions(self) -> list[Introduction]:
        """Which schools this one was told of this year, and over which cell."""
        rows = Introduction.objects.visible_to(self.who)
        return list(rows.of_school(self.cycle.school_id, self.cycle.school_year).latest_first())

    @cached_property
    def meeting(self) -> Meeting | None:
        """The meeting under way, for those who may take part."""
        if not self.can_edit:
            return None
        rows = Meeting.objects.visible_to(self.who).filter(cycle=self.cycle)
        found: Meeting | None = rows.under_way().first()
        return found

    def cells_of(self, context: Context) -> list[Cell]:
        """The three cells of a context."""
        return [cell for cell in self.cells if cell.context == context]

    def rows(self) -> list[tuple[Context, list[Entry]]]:
        """The grid, a row a context."""
        return [
            (context, [self._entry(cell, None) for cell in self.cells_of(context)])
            for context in Context
        ]

    def entries(self, forms: Iterable[ResponseForm]) -> list[Entry]:
        """The forms of a page with all that stands around them."""
        return [self.entry(form) for form in forms]

    def entry(self, form: ResponseForm) -> Entry:
        """One form with all that stands around it."""
        return self._entry(form.response, form)

    def questions(self) -> list[Entry]:
        """The Part 2 answers to read."""
        return [self._entry(reflection, None) for reflection in self.reflections]

    def context(self, step: str | None) -> dict[str, Any]:
        """What every page of the workspace needs."""
        return self.head(step) | {"grid": self.rows(), "meeting": self.meeting} | self._around()

    def head(self, step: str | None) -> dict[str, Any]:
        """What the head of every page needs."""
        return self.stepper(step) | {
            "campaign": self.cycle.campaign,
            "wording": self.wording,
            "can_edit": self.can_edit,
        }

    def stepper(self, step: str | None) -> dict[str, Any]:
        """What the stepper needs, and so the answer to a save."""
        return {
            "cycle": self.cycle,
            "steps": self._steps(),
            "step": step,
            "minutes_left": minutes_left([*self.cells, *self._required()], self.measured),
        }

    def review(self) -> dict[str, Any]:
        """What the review shows beyond that."""
        missing = set(missing_answers(self.cycle))
        return {
            "missing": [
                missing_from(answer, self.wording, looks_back=self._waits_for_a_look_back(answer))
                for answer in (*self.cells, *self.reflections)
                if answer.code in missing
            ],
            "not_looked_back_at": [
                cell for cell in self.cells if self._waits_for_a_look_back(cell)
            ],
            "questions": self.questions(),
            "submissions": self.submissions,
            "reopenings": self.cycle.reopenings.select_related("reopened_by").order_by(
                "reopened_at"
            ),
            "can_submit": permissions.can_submit(self.who, self.cycle),
            "can_reopen": permissions.can_reopen(self.who, self.cycle),
            "submission_form": SubmissionForm(initial={"quoting": self.cycle.quoting}),
            "reopening_form": ReopeningForm(),
            "can_extend": permissions.can_extend(self.who),
            "extension_form": ExtensionForm(initial={"until": self.cycle.extended_to}),
            "extensions": self.cycle.extensions.select_related("given_by").order_by("given_at"),
        }

    def response(self, code: str) -> Response | None:
        """The answer of that code."""
        answers = (*self.cells, *self.reflections)
        return next((answer for answer in answers if answer.code == code), None)

    def _entry(self, response: Response, form: ResponseForm | None) -> Entry:
        prompts: Any
        if isinstance(response, Cell):
            prompts = self.wording.cell(response.code)
        else:
            prompts = self.wording.question(response.code)
        code = response.code
        notes = self.notes.get(code, [])
        return Entry(
            response,
            form,
            prompts,
            self.last_year.get(code),
            self.commitments.get(code, []),
            self.comments.get(code, []),
            next((note for note in notes if note.author_id == self.who.user_id), None),
            [note for note in notes if note.author_id != self.who.user_id and note.text],
        )

    def _waits_for_a_look_back(self, answer: Response) -> bool:
        before = self.last_year.get(answer.code)
        if not isinstance(answer, Cell) or not isinstance(before, Cell):
            return False
        return bool(before.improvements) and not answer.disposition

    def _around(self) -> dict[str, Any]:
        """What the commitments and comments of a page need beside those of its answers."""
        made = [item for items in self.commitments.values() for item in items if item.is_open]
        return {
            "can_commit": self.can_commit,
            # A note is no part of what was handed in.
            "can_note": self.can_commit and not self.cycle.is_closed,
            "can_comment": permissions.can_comment(self.who, self.cycle),
            "next_commitments": sorted(made, key=lambda item: item.due_on),
            "on_the_whole": self.comments.get("", []),
            "open_in_part_2": [said for entry in self.questions() for said in entry.open_threads],
            "school_year": self.cycle.school_year,
        }

    def _steps(self) -> list[Step]:
        return [
            *(Step(context.value, progress_of(self.cells_of(context))) for context in Context),
            Step("part-2", progress_of(self._required())),
            Step("review", None),
        ]

    def _required(self) -> list[Reflection]:
        required = {question.key for question in self.wording.questions if question.required}
        return [reflection for reflection in self.reflections if reflection.question in required]

    def _with_cycle(self, rows: Iterable[Any]) -> list[Any]:
        found = list(rows)
        for response in found:
            response.cycle = self.cycle
        return found


def _by_code(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.code].append(row)
    return found
