"""What may be sent to an address beside it, and what that names.

A parameter or a field that stands in none of these fails the build (`test_sweep_is_whole.py`).
"""

from typing import Final

# Query parameters whose values name something inside a district, and what fills them.
NAMING_QUERIES: Final = {
    "campaign": "campaign_id",
    "cycle": "cycle_id",
    "group": "word",
    "id": "school_id",
    "nces_schid": "nces_schid",
    "school": "school_id",
    "school_year": "school_year",
    "thread": "comment_id",
}
NAMING_QUERIES_OF_PAGES: Final = {"group": "word", "q": "word", "year": "school_year"}
# Query parameters whose values mean the same everywhere.
HARMLESS_QUERIES: Final = {
    *("at", "cell", "content_area", "context", "cursor", "event_type", "include", "is_active"),
    *("is_resolved", "level", "limit", "question", "resource", "school_level", "size", "source"),
    *("state", "status", "updated_after"),
}
HARMLESS_QUERIES_OF_PAGES: Final = {
    *("about", "at", "before", "cell", "choice", "compare", "disposition", "event", "field"),
    *("first_day", "heat", "last_day", "level", "month", "order", "page", "question", "quiet"),
    *("role", "school_level", "schools", "seen", "size", "status", "timeliness", "who"),
}
# Fields of a form or of a body in JSON that name something in a district, and what fills them.
NAMING_FIELDS: Final = {
    "cell": "cell_id",
    "cycle": "cycle_id",
    "excerpt": "excerpt_id",
    "group": "word",
    "looking": "school_id",
    "next": "cycle_id",
    "q": "word",
    "schools": "school_id",
    "showing": "school_id",
    "theme": "theme_id",
    "thread": "comment_id",
}
# Fields whose values mean the same everywhere: words, codes, dates, versions. (`asked` and `query`
# hold the parameters of a query, `table` names of schools: those are tried as such.)
HARMLESS_FIELDS: Final = {
    *("action", "all", "asked", "asked_as", "back", "barrier", "cells", "choice", "client_id"),
    *("closes_on", "code", "confidence", "days", "description", "disposition", "disposition_why"),
    *("due_on", "email", "event_types", "field", "file_format", "groups", "help", "improvements"),
    *("individual", "individual_to_team", "instrument_version", "issuer", "kind", "language"),
    *("least", "message", "minority_view", "most", "most_effort", "most_in_need", "name"),
    *("number", "offer", "on", "only", "opens_on", "opportunities", "opportunity_level", "page"),
    *("query", "question", "quoting", "reach", "read", "reason", "reply"),
    *("requires_second_factor", "resolved", "role", "school_year", "scopes", "secret"),
    *("shown_at", "since", "source", "start", "state", "status", "support", "sure", "table"),
    *("team", "team_to_whole_school", "text", "until", "url", "version", "what", "who"),
    *("whole_school", "whole_school_to_individual", "words", "year"),
}
