"""An operator at their browser, and what a district's log says of them."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from schools.models import AuditEntry, BreakGlass, District
from schools.tenancy import district_scope
from tests.accounts.signing_in import browser_of
from tests.factories import make_user

REASON = "Their admin asked by phone why two figures differ"
PAGE = reverse("break_glass")
END = reverse("break_glass_end")


def make_operator(name: str = "Olive", **fields: Any) -> User:
    return make_user(name, is_staff=True, is_superuser=True, **fields)


def begins(browser: Client, district: District, reason: str = REASON) -> Any:
    """What sending the form is answered with."""
    return browser.post(PAGE, {"district": district.slug, "reason": reason})


def reading(district: District, operator: User | None = None) -> Client:
    """A browser in which an operator reads the district."""
    browser = browser_of(operator or make_operator())
    assert begins(browser, district).status_code == 302
    return browser


def the_session(district: District) -> BreakGlass:
    """The last one that was begun there."""
    return BreakGlass.objects.filter(district=district).latest("began_at")


def log(district: District) -> list[AuditEntry]:
    with district_scope(district.pk):
        return list(AuditEntry.objects.filter(district=district).order_by("pk"))


def events(district: District) -> list[str]:
    return [entry.event for entry in log(district)]
