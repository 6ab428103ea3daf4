"""A form whose answer someone else has changed meanwhile: both sides, and the three ways on."""

from datetime import datetime
from typing import Any

from django import forms

from assessments import answers, comparison
from assessments.answers import EditConflict
from assessments.contents import Change, changes_between
from assessments.models import Response
from schools.models import Membership

# What someone may choose who has seen both sides. To keep one's own is to save it again.
MINE, THEIRS, TOGETHER = "mine", "theirs", "together"


class ContestedForm(forms.Form):
    """What a response's form knows of a conflict; whatever is chosen, no words are lost."""

    response: Response
    conflict: EditConflict | None = None
    # What the fields hold by the choice that was made, by the names of the fields.
    fields_now: dict[str, Any] | None = None

    def first_shown(self, response: Response) -> dict[str, Any]:
        """What the fields show before anything is sent."""
        raise NotImplementedError

    def answer(self) -> dict[str, Any]:
        """What was sent, for the verb."""
        raise NotImplementedError

    def save(self, *, by: Membership, typed_at: datetime | None = None) -> None:
        """Hand what was sent to the verb; raises as it does."""
        raise NotImplementedError

    def carry_out(self, *, by: Membership, typed_at: datetime | None = None) -> None:
        """Save, or do what someone chose who has seen both sides of a conflict.

        Raises as the verbs do; after putting both together EditConflict, for nothing is saved yet.
        """
        choice = self.data.get(self.add_prefix("choice"))
        if choice == THEIRS:
            self._give_way(by=by)
        elif choice == TOGETHER:
            self._put_together(by=by)
        else:
            self.save(by=by, typed_at=typed_at)
            if choice == MINE:
                self.fields_now = self._by_name(self._left_alone())

    def took_over(self, conflict: EditConflict) -> None:
        """Remember a conflict; the next send is based on the version that is there now."""
        self.conflict = conflict

    @property
    def response_now(self) -> Response:
        """The row as it stands: ours after a save, theirs after a conflict."""
        return self.conflict.current if self.conflict else self.response

    @property
    def stored_now(self) -> dict[str, Any]:
        """A conflict's other side by the names of the fields: the page may know it for its own."""
        shown = self.first_shown(self.response_now)
        return self._by_name({name: shown.get(name) for name in self.fields})

    @property
    def is_merged(self) -> bool:
        """Whether the fields hold both sides, to be edited and not saved yet."""
        return self.conflict is not None and self.fields_now is not None

    @property
    def differences(self) -> list[Change]:
        """The texts and choices in which a conflict's two sides differ: from theirs to mine."""
        if self.conflict is None:
            return []
        cycle = self.response.cycle  # type: ignore[attr-defined]
        wording = cycle.campaign.instrument_version.wording()
        theirs, mine = self.conflict.current.content, self.conflict.refused
        return changes_between(self.response.code, theirs, mine, wording=wording)

    def _give_way(self, *, by: Membership) -> None:
        answers.set_aside(self.response, by=by, answer=self.answer())
        stored = self.first_shown(self.response)
        self.fields_now = self._by_name({name: stored.get(name) for name in self.fields})
        self.is_bound = False

    def _put_together(self, *, by: Membership) -> None:
        mine = answers.set_aside(self.response, by=by, answer=self.answer())
        theirs = self.response.content
        merged = {
            name: comparison.together(theirs[name], mine[name])
            for name in self.response.TEXTS
            if name in self.fields and theirs[name] != mine[name]
        }
        self.fields_now = self._by_name(merged | self._left_alone())
        sent: Any = self.data.copy()  # type: ignore[attr-defined]
        sent.update(self.fields_now)
        self.data = sent
        for name in list(merged)[:1]:
            self.fields[name].widget.attrs["autofocus"] = True
        raise EditConflict(self.response, mine)

    def _left_alone(self) -> dict[str, Any]:
        """What was not even chosen here stays as it is stored, and is to be seen as that."""
        return {
            name: value
            for name, value in self.response.content.items()
            if value not in (None, "")
            and name in self.fields
            and self.add_prefix(name) not in self.data
        }

    def _by_name(self, values: dict[str, Any]) -> dict[str, Any]:
        return {self.add_prefix(name): value for name, value in values.items() if name != "version"}
