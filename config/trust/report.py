"""All looks, one after the other; one that fails is a finding too."""

import logging
from collections.abc import Iterable, Iterator
from functools import wraps
from typing import Final

from django.db import DatabaseError, connection, transaction

from config.trust import database, people, programs, seals, wiring
from config.trust.finding import Check, DistrictCheck, Finding, State
from schools.models import District

# What can be seen without a database, whatever has become of that.
OF_THE_PROCESS: Final[tuple[Check, ...]] = (wiring.settings_are_safe,)
CHECKS: Final[tuple[Check, ...]] = (
    database.role_is_harmless,
    database.tables_are_locked,
    database.grants_are_few,
    database.rows_are_kept,
    database.lists_are_whole,
    wiring.backup_is_fresh,
    people.operators_have_second_factors,
)
DISTRICT_CHECKS: Final[tuple[DistrictCheck, ...]] = (
    people.admins_have_second_factors,
    people.memberships_are_used,
    people.invitations_are_few,
    people.operators_read,
    programs.credentials_are_looked_after,
    programs.webhooks_arrive,
    seals.audit_log_is_whole,
)

logger = logging.getLogger(__name__)


def trust_report(districts: Iterable[District]) -> Iterator[Finding]:
    """What was found about the installation, and about each of the districts."""
    for check in OF_THE_PROCESS:
        yield from _tried(check)
    for check in CHECKS:
        yield from _looked(check)
    try:
        for district in districts:
            for look in DISTRICT_CHECKS:
                yield from _looked(look, district)
    except DatabaseError:
        logger.exception("The districts could not be asked for")
        yield Finding("districts", State.WRONG, "could not be asked for; the log says why")


def _looked(look: Check | DistrictCheck, *about: District) -> Iterable[Finding]:
    def in_a_transaction(*about: District) -> Iterable[Finding]:
        with transaction.atomic():
            # Whatever a look does, the database lets it do no more than look.
            connection.cursor().execute("SET TRANSACTION READ ONLY")
            return list(look(*about))

    return _tried(wraps(look)(in_a_transaction), *about)


def _tried(look: Check | DistrictCheck, *about: District) -> Iterable[Finding]:
    try:
        return list(look(*about))
    except Exception:
        logger.exception("A look of the trust report failed")
        slug = about[0].slug if about else ""
        topic = look.__name__.replace("_", " ")
        return [Finding(topic, State.WRONG, "could not be looked at; the log says why", slug)]
