"""The work's changes are noted in the feed, and the times of its rows stay in order."""

from typing import ClassVar

from django.db import migrations

from schools.change_triggers import KeepTimesInOrder, NoteChanges

OF_A_SCHOOL = {"school": "changed.school_id", "school_year": "changed.school_year"}
CELL_CODE = "changed.context || '.' || changed.content_area"
# What hangs on a cycle is found by it; a cycle outlives what hangs on it.
CYCLE = """
    LEFT JOIN assessments_cycle AS whole
    ON whole.district_id = changed.district_id AND whole.id = changed.cycle_id
"""
OF_A_CYCLE = {
    "cycle": "changed.cycle_id",
    "school": "whole.school_id",
    "school_year": "whole.school_year",
}

BY_CHANGE = ("Campaign", "Cycle", "Cell", "Reflection", "Commitment", "Comment", "Theme")


class Migration(migrations.Migration):
    """What was there before is not in the feed: who follows it begins with the lists."""

    dependencies: ClassVar = [("assessments", "0015_theme_locks"), ("schools", "0006_changes")]
    operations: ClassVar = [
        NoteChanges("Campaign", "campaigns", {"school_year": "changed.school_year"}),
        NoteChanges("Cycle", "cycles", {"cycle": "changed.id", **OF_A_SCHOOL}),
        NoteChanges(
            "Cell", "cells", {"cycle": "changed.cycle_id", **OF_A_SCHOOL, "code": CELL_CODE}
        ),
        NoteChanges(
            "Reflection",
            "reflections",
            {"cycle": "changed.cycle_id", **OF_A_SCHOOL, "code": "changed.question"},
        ),
        NoteChanges("Commitment", "commitments", {**OF_A_SCHOOL, "code": CELL_CODE}),
        NoteChanges("Comment", "comments", {**OF_A_CYCLE, "code": "changed.code"}, beside=CYCLE),
        NoteChanges(
            "Submission", "submissions", {**OF_A_CYCLE, "number": "changed.number"}, beside=CYCLE
        ),
        NoteChanges("Theme", "themes", {"school_year": "changed.school_year"}),
        *map(KeepTimesInOrder, BY_CHANGE),
        KeepTimesInOrder("Submission", "submitted_at"),
    ]
