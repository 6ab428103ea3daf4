"""What operators see in the admin: tenants, people, instruments. Nothing that packages bring along.

Whoever could add a token, an address or a way to sign in there would read what its owner reads.
Every other app is loaded before this one.
"""

from typing import Final

from django.contrib import admin

OFFERED: Final = frozenset(
    {
        *("accounts.User", "schools.District", "schools.Membership", "schools.ApiClient"),
        "assessments.InstrumentVersion",
    }
)

for _model in list(admin.site._registry):
    if _model._meta.label not in OFFERED:
        admin.site.unregister(_model)
