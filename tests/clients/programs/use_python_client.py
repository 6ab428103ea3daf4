"""Creates, reads and changes what a program may, by the client that openapi-python-client made.

Prints what the server answered, for the test to compare with the database.
"""

import json
import os
from datetime import date
from typing import Any
from uuid import UUID

from made import AuthenticatedClient
from made.api.cells import change_cell, list_cells, read_cell
from made.api.comments import read_comment, resolve_comment, write_comment
from made.api.commitments import change_commitment, make_commitment, read_commitment
from made.api.cycles import read_cycle_submission, reopen_cycle, submit_cycle
from made.api.webhooks import change_webhook, make_webhook, read_webhook, remove_webhook
from made.models.commitment_status_enum import CommitmentStatusEnum
from made.models.event_types_enum import EventTypesEnum
from made.models.new_comment import NewComment
from made.models.new_commitment import NewCommitment
from made.models.new_webhook import NewWebhook
from made.models.opportunity_level_enum import OpportunityLevelEnum
from made.models.patched_cell_changes import PatchedCellChanges
from made.models.patched_comment_changes import PatchedCommentChanges
from made.models.patched_commitment_changes import PatchedCommitmentChanges
from made.models.patched_webhook_changes import PatchedWebhookChanges
from made.models.quoting_enum import QuotingEnum
from made.models.reopening import Reopening
from made.models.submitting import Submitting
from made.models.webhook_changes_state_enum import WebhookChangesStateEnum

DISTRICT, NAME = "riverbend-unified", os.environ["NAME"]
CYCLE, TODAY = UUID(os.environ["CYCLE"]), date.fromisoformat(os.environ["TODAY"])
client = AuthenticatedClient(os.environ["SITE"], os.environ["KEY"], raise_on_unexpected_status=True)
said: dict[str, Any] = {}


def done(response: Any, status: int = 200) -> Any:
    """What was answered, with its version."""
    assert response.status_code == status, response.content
    return response.parsed, response.headers.get("etag")


reason = Reopening(reason="One more question came up.")
done(reopen_cycle.sync_detailed(DISTRICT, CYCLE, client=client, body=reason), 201)

cell = list_cells.sync(DISTRICT, client=client, cycle=CYCLE).results[0]
_cell, held = done(read_cell.sync_detailed(DISTRICT, cell.id, client=client))
wanted = PatchedCellChanges(
    improvements=f"Pair new teachers with a coach, says {NAME}.",
    opportunity_level=OpportunityLevelEnum.VALUE_2,
)
sent = {"client": client, "body": wanted, "if_match": held, "idempotency_key": NAME}
first = change_cell.sync_detailed(DISTRICT, cell.id, **sent)
again = change_cell.sync_detailed(DISTRICT, cell.id, **sent)
assert done(first) == done(again), (first.content, again.content)
said["cell"] = [str(cell.id), first.parsed.improvements, int(first.parsed.opportunity_level)]
late = {**sent, "body": PatchedCellChanges(improvements="Lost?"), "idempotency_key": f"{NAME}-2"}
stale = change_cell.sync_detailed(DISTRICT, cell.id, **late)
said["conflict"] = [stale.status_code, stale.parsed.code]

wanted = NewCommitment(cell=cell.id, what="Name a coach", who="All of us", due_on=TODAY)
made, held = done(make_commitment.sync_detailed(DISTRICT, client=client, body=wanted), 201)
settled = PatchedCommitmentChanges(status=CommitmentStatusEnum.DONE)
done(change_commitment.sync_detailed(DISTRICT, made.id, client=client, body=settled, if_match=held))
commitment, _held = done(read_commitment.sync_detailed(DISTRICT, made.id, client=client))
said["commitment"] = [str(commitment.id), commitment.status]

wanted = NewComment(cycle=CYCLE, code="team.beliefs", text=f"Who is in it, asks {NAME}?")
made, held = done(write_comment.sync_detailed(DISTRICT, client=client, body=wanted), 201)
resolved = PatchedCommentChanges(is_resolved=True)
done(resolve_comment.sync_detailed(DISTRICT, made.id, client=client, body=resolved, if_match=held))
comment, _held = done(read_comment.sync_detailed(DISTRICT, made.id, client=client))
said["comment"] = [str(comment.id), comment.resolved_at is not None]

before, held = done(read_cycle_submission.sync_detailed(DISTRICT, CYCLE, client=client))
handed_in = Submitting(quoting=QuotingEnum.UNNAMED)
after, _held = done(
    submit_cycle.sync_detailed(DISTRICT, CYCLE, client=client, body=handed_in, if_match=held)
)
said["submitted"] = [before.status, after.status]

wanted = NewWebhook(
    url=f"https://hooks.example.org/{NAME}", event_types=[EventTypesEnum.CYCLE_SUBMITTED]
)
made, held = done(make_webhook.sync_detailed(DISTRICT, client=client, body=wanted), 201)
assert made.secret.startswith("whsec_")
paused = PatchedWebhookChanges(state=WebhookChangesStateEnum.PAUSED)
done(change_webhook.sync_detailed(DISTRICT, made.id, client=client, body=paused, if_match=held))
webhook, held = done(read_webhook.sync_detailed(DISTRICT, made.id, client=client))
said["webhook"] = [str(webhook.id), webhook.state]
done(remove_webhook.sync_detailed(DISTRICT, made.id, client=client, if_match=held), 204)

print(json.dumps(said))
