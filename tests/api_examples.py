"""The examples of the OpenAPI document, recorded: `python -m tests.api_examples --write`.

Makes a small district in a database of the tests, asks for everything that the document knows, and
writes config/api/examples.json; without `--write` it only says what differs in shape. What another
day or another run would make otherwise (ids, times, cursors, secrets) is written in a fixed way,
so that a second run changes nothing.

**A new operation** that reads needs nothing. One that is sent something needs its line in `SENT`:
its body, with `{cell_id}` and the like where an id stands; None without a body. It is asked with
the `ETag` of what stands at its address, and in the order of `SENT`, after all that only reads. If
it needs a row that is not there yet, make one in `make_riverbend`.
"""

import os
import sys
from typing import Final

import pytest

from tests.running import ROOT

WRITE: Final = "NINEFOLD_WRITE_EXAMPLES"
SENT: Final = {
    "changeCell": {"improvements": "Pair new teachers with a coach.", "opportunity_level": 2},
    "changeReflection": {"text": "Most of it happens in teams, and some of it alone."},
    "makeCommitment": {
        "cell": "{cell_id}",
        "what": "Name a coach for each new teacher",
        "who": "The principal",
        "due_on": "{today}",
    },
    "changeCommitment": {"status": "done"},
    "writeComment": {"cycle": "{cycle_id}", "code": "team.beliefs", "text": "Who is in it now?"},
    "resolveComment": {"is_resolved": True},
    "submitCycle": {"quoting": "unnamed"},
    "reopenCycle": {"reason": "One more question came up."},
    "askForExport": {"kind": "cells", "file_format": "parquet", "school_year": None},
    "makeWebhook": {
        "url": "https://hooks.example.org/warehouse",
        "event_types": ["cycle.submitted", "campaign.opened"],
        "description": "The warehouse",
    },
    "testWebhook": None,
    "replayDelivery": None,
    "replayFailedDeliveries": {"since": "2026-10-19T00:00:00.000000Z"},
    "rotateWebhookSecret": None,
    "changeWebhook": {"state": "paused"},
    "removeWebhook": None,
}


def main() -> int:
    """Record, and compare or write."""
    if "--write" in sys.argv[1:]:
        os.environ[WRITE] = "1"
    os.environ["NINEFOLD_CLIENTS"] = "1"
    recording = ROOT / "tests" / "clients" / "test_examples.py"
    return int(pytest.main(["-n", "0", "-q", "--no-header", str(recording)]))


if __name__ == "__main__":
    raise SystemExit(main())
