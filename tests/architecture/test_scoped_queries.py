"""The net under each single query: it says whose rows it asks for, or has a reason not to.

Reads the syntax tree of all of the product. Row-level security would keep a careless query inside
the district; where it is off, or for tables that have none, this is what stands there.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.architecture.scoping import modules, named, unscoped

_THEIRS: Final = "a person's own places, in all of their districts"
_DUE: Final = "what is due in any district: one errand each, by ids alone"
_BY_TOKEN: Final = "by a secret that names one row"
_OPERATOR: Final = "sessions of operators, who are in no district"
_COUNTED: Final = "how much waits everywhere, counted for operators"
_HELD: Final = "locks the very row that is read anew"
_OF_A_YEAR: Final = "`year` names the district and the school year"
WITH_A_REASON: Final[dict[str, dict[str, str]]] = {
    "assessments/answers.py": {"Cycle.objects.select_for_update()": _HELD},
    "assessments/dashboards/looking.py": {"ThemeMark.objects.order_by()": _DUE},
    "assessments/dashboards/snapshot.py": {
        "DirtyMark.objects.order_by()": _DUE,
        "Cell.objects.filter(**year)": _OF_A_YEAR,
        "Reflection.objects.filter(**year)": _OF_A_YEAR,
    },
    "assessments/meetings.py": {"Cycle.objects.select_for_update()": _HELD},
    "assessments/notifications/delivery.py": {
        "Notice.objects.select_for_update(": "one mail about all of a person's districts",
        "Notice.objects.filter(user=user": "when that person was written to last",
        "Membership.objects.filter(user=user)": _THEIRS,
    },
    "assessments/notifications/outbox.py": {"Notice.objects.filter(sent_at__isnull=True)": _DUE},
    "assessments/reports/exports/clerk.py": {
        "Errand.objects.filter(**self._errand)": "an errand is its district and its export"
    },
    "assessments/reports/exports/making.py": {"Errand.objects.select_for_update(": _DUE},
    "config/health.py": {
        "Notice.objects.filter(sent_at=None)": _COUNTED,
        "DirtyMark.objects.all()": _COUNTED,
        "ThemeMark.objects.all()": _COUNTED,
        "Errand.objects.filter(at__lte=now)": _COUNTED,
        "Invitation.objects.filter(mail_due_at__lte=now)": _COUNTED,
        "WebhookErrand.objects.filter(at__lte=now)": _COUNTED,
    },
    "schools/acceptance.py": {
        "Invitation.objects.open()": _BY_TOKEN,
        "Invitation.objects.filter(token_hash=": _BY_TOKEN,
        "Invitation.objects.select_for_update(": _BY_TOKEN,
    },
    "schools/audited_admin.py": {"Membership.objects.filter(user=obj)": _THEIRS},
    "schools/break_glass.py": {
        "BreakGlass.objects.over(now).filter(operator=operator)": _OPERATOR,
        "BreakGlass.objects.not_ended()": _OPERATOR,
        "BreakGlass.objects.over(now or ": _OPERATOR,
    },
    "schools/invitation_mails.py": {"Invitation.objects.waiting()": _DUE},
    "schools/models/membership.py": {"Membership.objects.needing_second_factor()": _THEIRS},
    "schools/people.py": {"Membership.objects.filter(user=person)": _THEIRS},
    "schools/second_factors.py": {
        "Membership.objects.needing_second_factor()": _THEIRS,
        "Membership.objects.filter(user=person)": _THEIRS,
    },
    "schools/sign_on/doors.py": {"Membership.objects.filter(user=person)": _THEIRS},
    "schools/signing_in.py": {"Membership.objects.filter(user=person": _THEIRS},
    "schools/views/break_glass.py": {
        "BreakGlass.objects.not_ended()": _OPERATOR,
        "BreakGlass.objects.lasting()": _OPERATOR,
    },
    "schools/webhooks/delivery.py": {"WebhookErrand.objects.filter(at__lte=now)": _DUE},
    "schools/webhooks/managing.py": {
        "WebhookDelivery.objects.filter(waiting(hook))": "`waiting` names the webhook"
    },
}


ASKING: Final = [file for file in modules() if ".objects" in file.read_text()]


@pytest.mark.parametrize("module", ASKING, ids=named)
def test_a_query_says_whose_rows_it_asks_for(module: Path) -> None:
    found = list(unscoped(module.read_text()))
    reasons = list(WITH_A_REASON.get(named(module), {}))

    assert [query for query in found if not query.startswith(tuple(reasons))] == []
    assert [it for it in reasons if not any(query.startswith(it) for query in found)] == []


@pytest.mark.parametrize(
    "query",
    [
        "Cell.objects.all()",
        "Cell.objects.filter(school_year=2026).submitted()",
        "Membership.objects.filter(role='viewer')",
        "Invitation.objects.get_or_create(email='a@example.org')",
        "Cell.objects.filter(**year)",
    ],
)
def test_the_net_catches_a_query_that_does_not(query: str) -> None:
    (caught,) = unscoped(f"def some():\n    return {query}\n")

    assert caught == query


@pytest.mark.parametrize(
    "said",
    [
        "return Cell.objects.visible_to(who).submitted()",
        "return Cell.objects.submitted().filter(district=district)",
        "return Cell.objects.filter(cycle__in=cycles)",
        "return Seat.objects.filter(membership=place)",
        "return District.objects.all()",
        "rows = Cell.objects.select_for_update()\n    return rows.filter(pk=pk)",
        "year = {'district': one, 'school_year': 2026}\n    return Cell.objects.filter(**year)",
        "return Cell.objects.bulk_create(cells)",
    ],
)
def test_the_net_lets_pass_what_does(said: str) -> None:
    assert list(unscoped(f"def some():\n    {said}\n")) == []
