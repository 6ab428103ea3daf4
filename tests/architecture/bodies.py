"""What a form sends to write at a side's first school."""

from datetime import timedelta
from typing import Any

from tests.architecture.two_districts import CELL, QUESTION, Side


def bodies(side: Side) -> dict[str, dict[str, Any]]:
    """By the name of a route: what a form there sends to write at the side's first school."""
    cell = _in_form(CELL, opportunities="Anew", improvements="Better", opportunity_level=3)
    reflection = _in_form(QUESTION, text="Anew", most_effort="team", most_in_need="individual")
    next_year = side.district.this_school_year + 1
    first_day = side.district.first_day_of(next_year)
    return {
        **_over_the_api(side),
        "cell": cell,
        "section": cell,
        "reflection": reflection,
        "part_2": reflection,
        "submission": {"quoting": "named"},
        "reopenings": {"reason": "Once more"},
        "quoting": {"quoting": "never"},
        "extensions": {"until": side.district.today() + timedelta(days=60), "reason": "Once more"},
        "campaign": {
            "due_on": side.campaign.due_on,
            "closes_on": side.campaign.closes_on,
            "message": side.campaign.message,
        },
        "cell_commitments": _commitment(side),
        "commitment": _commitment(side) | {"version": side.desk.commitment.version},
        "commitment_status": {"status": "done"},
        "restoration": {"version": 2},
        "theme_new": {"name": "Anew", "year": side.past_year},
        "theme_merging": {"theme": [str(side.desk.theme.pk), str(side.next_door.theme.pk)]},
        "theme_looks": {"year": side.past_year},
        "theme_status": {"status": "dropped", "version": side.desk.theme.version},
        "theme_name": {"name": "Anew", "version": side.desk.theme.version},
        "theme_excerpts": {
            "cycle": str(side.desk.excerpt.cycle_id),
            "code": CELL,
            "field": "opportunities",
            "words": f"Now {side.desk.word}",
        },
        "theme_parts": {
            "name": "Anew",
            "version": side.desk.theme.version,
            "excerpt": [str(side.desk.excerpt.pk)],
        },
        "theme_reply": {"reply": "Anew", "action": "Anew", "version": 1, "year": side.past_year},
        "exports": {
            **{"kind": "cells", "file_format": "csv", "school_year": "all", "language": "en"},
            "query": "school_level=high",
        },
        "webhooks": _webhook(side, "anew"),
        "webhook": _webhook(side, "changed"),
        "webhook_replays": {"since": "2020-01-01"},
        "introductions": {"looking": side.desk.school.pk, "showing": side.next_door.school.pk},
        "reading_mark": {"number": 1, "read": "1"},
        "school_reminders": {"cycle": side.desk.cycle.pk},
        "school_groups": {"cycle": side.desk.cycle.pk, "group": "Anew"},
        "comments": {"text": "Anew", "code": CELL},
        "comment_resolution": {"resolved": "1"},
        "meeting_cell": cell | {"reveal": "1"},
        "cell_note": {"version": 0, "text": "Anew"},
        "question_note": {"version": 0, "text": "Anew"},
        "membership": {"role": "viewer", "schools": [side.desk.school.pk]},
        "leaving": {"confirmed": "1"},
        "factors_reset": {"confirmed": "1"},
        "unlinking": {"confirmed": "1"},
        "security": {"requires_second_factor": "on"},
        "invitation_new": {
            **{"email": f"anew.{side.word}@example.org", "name": "Anew", "language": "en"},
            **{"role": "team_member", "schools": [side.desk.school.pk]},
        },
        "invitations_table": {
            "table": f"email,role,schools\nother.{side.word}@example.org,viewer,"
            f"{side.desk.school.name}\n",
            **{"language": "en", "confirmed": "1"},
        },
        "api_clients": _credential() | {"name": "Anew"},
        "api_client": _credential(),
        "sign_on": {"kind": "saml"},
        "sign_on_provider": {
            **{"name": "Anew", "issuer": side.provider.issuer, "client_id": side.word},
            "secret": "",
        },
        "sign_on_state": {"state": "off"},
        "sign_on_only": {"only": "0"},
        "campaign_new": {
            "school_year": next_year,
            **dict.fromkeys(("opens_on", "due_on", "closes_on"), first_day.isoformat()),
            "instrument_version": side.campaign.instrument_version_id,
        },
    }


def _over_the_api(side: Side) -> dict[str, dict[str, Any]]:
    """What a program sends there, as JSON."""
    return {
        "api-cell": {"opportunities": "Anew"},
        "api-reflection": {"text": "Anew"},
        "api-cycle-submission": {"quoting": "named"},
        "api-cycle-reopenings": {"reason": "Once more"},
        "api-commitments": _commitment(side) | {"cell": side.desk.cell.pk},
        "api-commitment": {"what": "Anew"},
        "api-comments": {"cycle": side.desk.cycle.pk, "text": "Anew"},
        "api-comment": {"is_resolved": True},
        "api-exports": {"kind": "cells", "file_format": "csv"},
        "api-webhooks": _webhook(side, "api") | {"event_types": ["cycle.submitted"]},
        "api-webhook": {"description": "Anew"},
        "api-webhook-replays": {"since": "2020-01-01"},
    }


def _webhook(side: Side, path: str) -> dict[str, Any]:
    url = f"https://hooks.example.org/{side.district.slug}/{path}"
    return {"url": url, "description": "Anew", "event_types": "cycle.submitted"}


def _commitment(side: Side) -> dict[str, Any]:
    return {"what": "Anew", "who": "All", "due_on": side.district.today().isoformat()}


def _credential() -> dict[str, Any]:
    return {"kind": "key", "scopes": ["roster:read"], "days": 30}


def _in_form(prefix: str, **fields: Any) -> dict[str, Any]:
    """As a form of that prefix sends it, based on the version that is stored."""
    return {f"{prefix}-{name}": value for name, value in {"version": 1, **fields}.items()}
