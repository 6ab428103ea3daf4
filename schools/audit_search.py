"""Finding entries of the audit log by a part of a name, among millions of them.

Names are few where entries are many: they are read off an index one by one, and those that fit are
looked up in it. An index for parts of words would not help: under row-level security PostgreSQL
uses none whose operators might say something of rows that one may not see.
"""

from typing import Any, Final
from uuid import UUID

from django.db import connection

COLUMNS: Final = ("actor_name", "object_name")
# Beyond so many names, or so many that fit, looking at the entries themselves is as good: what is
# there so often is found among the latest.
MOST_NAMES: Final = 20_000
MOST_THAT_FIT: Final = 200
_NAMES: Final = """
    WITH RECURSIVE names (name) AS (
        SELECT min({column}) FROM schools_auditentry WHERE district_id = %(district)s
        UNION ALL
        SELECT (
            SELECT min({column}) FROM schools_auditentry
            WHERE district_id = %(district)s AND {column} > names.name
        )
        FROM names WHERE names.name IS NOT NULL
    )
    SELECT name FROM names WHERE name IS NOT NULL LIMIT %(most)s
"""


def names_with(words: str, column: str, district_id: UUID) -> list[str] | None:
    """The names in which the words stand, whatever their case; None if these are too many.

    Inside the district's scope.
    """
    if column not in COLUMNS:
        raise ValueError(column)
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"district": district_id, "most": MOST_NAMES + 1}
        cursor.execute(_NAMES.format(column=column), asked)
        names = [name for (name,) in cursor.fetchall()]
    fitting = [name for name in names if words.casefold() in name.casefold()]
    if len(names) > MOST_NAMES or len(fitting) > MOST_THAT_FIT:
        return None
    return fitting
