"""Where: the tenant, its schools and who sits where."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    """Districts, schools, memberships, API clients."""

    name = "schools"
    verbose_name = _("districts")
