"""What the database answers to a statement."""

from collections.abc import Callable
from typing import Any

from django.db import Error, connection, transaction


def attempt(call: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    """What the database answers, as a sentence; nothing when it obeys. Leaves no trace."""
    try:
        with transaction.atomic():
            call(*arguments, **options)
            transaction.set_rollback(True)
    except Error as refused:
        return str(refused).splitlines()[0]
    return ""


def outcome(statement: str) -> str:
    return attempt(run, statement)


def error_of(statement: str) -> str:
    """The kind of error that the statement ends in."""
    try:
        with transaction.atomic():
            run(statement)
            transaction.set_rollback(True)
    except Error as refused:
        return type(refused.__cause__).__name__
    return ""


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def touched(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount
