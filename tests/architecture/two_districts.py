"""Two districts that could be mistaken for one another, and a word that gives each row away.

They have schools of the same names, campaigns of the same year and people of the same roles. In
every column that takes words stands a word of its school and its district alone: wherever a
stranger reads "goldfinch", something has leaked.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from assessments.models import (
    Campaign,
    Cell,
    Comment,
    Commitment,
    Cycle,
    Excerpt,
    Export,
    Reflection,
    Revision,
    Submission,
    Theme,
    ThemeReply,
)
from schools.models import (
    ApiCredential,
    District,
    Invitation,
    Membership,
    Role,
    School,
    SignOnProvider,
    WebhookDelivery,
)
from schools.tenancy import district_scope
from tests.database import superuser

CELL: Final = "team.beliefs"
QUESTION: Final = "balance"
SHARED_NAMES: Final = {
    "context": "team",
    "content_area": "beliefs",
    "question": QUESTION,
    "number": 1,
    "language": "en",
    "kind": "commitments",
    "file_format": "csv",
}
NAMES_OF_NOTHING: Final = SHARED_NAMES | {
    "district_slug": "two-rivers-0",
    "where": "two-rivers-0",
    "campaign_id": UUID("01920000-0000-7000-8000-00000000000a"),
    "school_year": 2019,
    "school_id": UUID("01920000-0000-7000-8000-00000000000b"),
    "cycle_id": UUID("01920000-0000-7000-8000-00000000000c"),
    "commitment_id": UUID("01920000-0000-7000-8000-00000000000d"),
    "comment_id": UUID("01920000-0000-7000-8000-00000000000e"),
    "revision_id": UUID("01920000-0000-7000-8000-00000000000f"),
    "export_id": UUID("01920000-0000-7000-8000-000000000010"),
    "theme_id": UUID("01920000-0000-7000-8000-000000000012"),
    "excerpt_id": UUID("01920000-0000-7000-8000-000000000013"),
    "reply_id": UUID("01920000-0000-7000-8000-000000000014"),
    "api_client_id": UUID("01920000-0000-7000-8000-000000000015"),
    "api_credential_id": UUID("01920000-0000-7000-8000-000000000016"),
    "submission_id": UUID("01920000-0000-7000-8000-000000000017"),
    "webhook_id": UUID("01920000-0000-7000-8000-000000000018"),
    "delivery_id": UUID("01920000-0000-7000-8000-000000000019"),
    "cell_id": UUID("01920000-0000-7000-8000-00000000001a"),
    "reflection_id": UUID("01920000-0000-7000-8000-00000000001b"),
    "membership_id": UUID("01920000-0000-7000-8000-00000000001c"),
    "invitation_id": UUID("01920000-0000-7000-8000-00000000001d"),
    "provider_id": UUID("01920000-0000-7000-8000-00000000001e"),
    "nces_schid": "000000000000",
    "word": "unicorn",
}

_TABLES_OF_DISTRICTS = """
    SELECT table_name::text FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'district_id'
    ORDER BY 1
"""
# How many there are, and which transaction wrote the last of them: another one after every change.
_ROWS = """
    SELECT {name}, count(*)::text, coalesce(max(xmin::text::bigint), 0)::text
    FROM {table} WHERE district_id = %(district)s
"""
# Who has looked at a page has been here, and that may be written down.
_PLACES = """
    SELECT {name}, '', string_agg((to_jsonb(t) - 'last_visit_at')::text, '' ORDER BY t.id)
    FROM {table} AS t WHERE district_id = %(district)s
"""
_NOTED_IN = "schools_membership"


@dataclass(frozen=True)
class Desk:
    """A school with its people and its cycle of this year."""

    word: str
    school: School
    cycle: Cycle
    people: dict[Role, Membership]
    commitment: Commitment
    comment: Comment
    revision: Revision
    theme: Theme
    excerpt: Excerpt
    reply: ThemeReply
    submission: Submission
    cell: Cell
    reflection: Reflection
    invitation: Invitation

    @property
    def names(self) -> dict[str, Any]:
        """What fills the gaps of an address, or stands behind its question mark."""
        return {
            "school_id": self.school.pk,
            "cycle_id": self.cycle.pk,
            "commitment_id": self.commitment.pk,
            "comment_id": self.comment.pk,
            "revision_id": self.revision.pk,
            "theme_id": self.theme.pk,
            "excerpt_id": self.excerpt.pk,
            "reply_id": self.reply.pk,
            "submission_id": self.submission.pk,
            "cell_id": self.cell.pk,
            "reflection_id": self.reflection.pk,
            "membership_id": self.people[Role.TEAM_MEMBER].pk,
            "invitation_id": self.invitation.pk,
            "nces_schid": self.school.nces_schid,
            "word": self.word,
        }


@dataclass(frozen=True)
class Side:
    """A district with two schools, its people, two keys to its API, a file of its specialist's, a
    webhook of its admin's and a sign-on provider.

    The first school's cycle of this year was reopened, the second one's is handed in. The second
    key was revoked.
    """

    word: str
    district: District
    campaign: Campaign
    past_year: int
    people: dict[Role, Membership]
    bearer: str
    revoked: ApiCredential
    export: Export
    delivery: WebhookDelivery
    provider: SignOnProvider
    desk: Desk
    next_door: Desk

    @property
    def names(self) -> dict[str, Any]:
        """What fills the gaps of an address: everything at the first school."""
        return SHARED_NAMES | {
            "district_slug": self.district.slug,
            "where": self.district.slug,
            "campaign_id": self.campaign.pk,
            "school_year": self.past_year,
            "export_id": self.export.pk,
            "api_client_id": self.revoked.api_client_id,
            "api_credential_id": self.revoked.pk,
            "webhook_id": self.delivery.webhook_id,
            "delivery_id": self.delivery.pk,
            "provider_id": self.provider.pk,
            **self.desk.names,
        }


def forget_next_year(side: Side) -> None:
    """As if the campaign that `bodies` opens had never been."""
    year = {"district": side.district, "school_year": side.district.this_school_year + 1}
    with district_scope(side.district.pk):
        for model in (Cell, Reflection, Cycle, Campaign):
            model.objects.filter(**year).delete()


def fingerprint(district: District) -> str:
    """Something about all rows of the district that is another once any of them has changed."""
    rows = superuser().execute(_rows_of_a_district(), {"district": district.pk}).fetchall()
    return repr(rows)


@cache
def tables_of_districts() -> list[str]:
    """Those whose rows say of which district they are. Asked once: tests make no tables."""
    return [table for (table,) in superuser().execute(_TABLES_OF_DISTRICTS).fetchall()]


@cache
def _rows_of_a_district() -> sql.Composed:
    parts = [
        sql.SQL(_PLACES if table == _NOTED_IN else _ROWS).format(
            name=sql.Literal(table), table=sql.Identifier(table)
        )
        for table in tables_of_districts()
    ]
    return sql.SQL(" UNION ALL ").join(parts)


def says(district: District, word: str) -> bool:
    """Whether the word stands in any row of the district."""
    asked = {"district": district.pk, "word": f"%{word}%"}
    tables = tables_of_districts()
    return any(superuser().execute(_saying(table), asked).fetchone() for table in tables)


def _saying(table: str) -> sql.Composed:
    statement = "SELECT 1 FROM {} AS t WHERE district_id = %(district)s AND t::text ILIKE %(word)s"
    return sql.SQL(statement).format(sql.Identifier(table))
