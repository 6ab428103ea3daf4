"""A wrong setting stops the start, with a hint of what to do."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, run_checks
from django.db import connections

ROLE_QUERY = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls,
           EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v'))
    FROM pg_roles r WHERE r.rolname = current_user
"""


def database_role_is_harmless(
    databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """The role that serves must be bound by row-level security, or the second lock is open."""
    return [problem for alias in databases or [] for problem in _role_problems(alias)]


def secrets_are_set(**_kwargs: Any) -> list[CheckMessage]:
    """Production needs a secret, its names, its address for mails, and no door for tests."""
    problems: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < 50:
        problems.append(
            Error(
                "SECRET_KEY is missing or too short.",
                hint="Set SECRET_KEY to at least 50 random characters.",
                id="ninefold.E001",
            )
        )
    if not settings.ALLOWED_HOSTS:
        problems.append(
            Error(
                "ALLOWED_HOSTS is empty.",
                hint="Set ALLOWED_HOSTS to the name people type, e.g. ninefold.example.org.",
                id="ninefold.E002",
            )
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        problems.append(
            Error(
                "PUBLIC_URL does not begin with https://, so the links in mails would not work.",
                hint="Set PUBLIC_URL to what people type, e.g. https://ninefold.example.org.",
                id="ninefold.E004",
            )
        )
    if settings.OUTGOING_LOOPBACK_HOSTS:
        problems.append(
            Error(
                "OUTGOING_LOOPBACK_HOSTS is set: webhooks could reach this machine from inside.",
                hint="Unset OUTGOING_LOOPBACK_HOSTS; it is for tests.",
                id="ninefold.E005",
            )
        )
    if not settings.SECOND_FACTOR_ENFORCED:
        problems.append(
            Error(
                "SECOND_FACTOR_ENFORCED is off: a password would open the admin and a district.",
                hint="Leave it as config/settings/base.py has it; it is off in the demo alone.",
                id="ninefold.E006",
            )
        )
    return problems


def refuse_unsafe_start() -> None:
    """Stop a production process before its first request when a check fails.

    Raises:
        SystemExit: with every problem and its hint.
    """
    if not getattr(settings, "REFUSE_UNSAFE_START", False):
        return
    found = run_checks(
        tags=[Tags.database, Tags.security],
        include_deployment_checks=True,
        databases=list(connections),
    )
    errors = [problem for problem in found if problem.is_serious()]
    if errors:
        raise SystemExit("Ninefold does not start:\n" + "\n".join(map(str, errors)))


def _role_problems(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute(ROLE_QUERY)
        name, is_super, bypasses, owns_tables = cursor.fetchone()
    wrong = [
        text
        for text, applies in (
            ("is a superuser", is_super),
            ("has BYPASSRLS", bypasses),
            ("owns tables", owns_tables),
        )
        if applies
    ]
    if not wrong:
        return []
    return [
        Error(
            f"The database role {name} {' and '.join(wrong)}: districts would not be kept apart.",
            hint="Serve with the role ninefold_app; only migrations use ninefold_owner.",
            id="ninefold.E003",
        )
    ]
