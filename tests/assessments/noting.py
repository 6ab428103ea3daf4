"""What a person notes alone, and what they can read of others' notes."""

from assessments import meetings
from assessments.models import Cycle, WorkingNote
from schools.models import Membership
from schools.tenancy import district_scope

CODE = "team.beliefs"


def write(
    cycle: Cycle, by: Membership, text: str, version: int = 0, code: str = CODE
) -> WorkingNote:
    with district_scope(cycle.district_id):
        return meetings.write_note(cycle, code, by=by, text=text, version=version)


def read_by(who: Membership) -> set[str]:
    with district_scope(who.district_id):
        return {note.text for note in WorkingNote.objects.visible_to(who)}
