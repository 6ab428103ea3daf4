"""Where: the tenant, its schools and who sits where."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    """Districts, schools, memberships, API clients."""

    name = "schools"
    verbose_name = _("districts")

    def ready(self) -> None:
        """Listen: the models that are listened to are there by now."""
        import_module("schools.signing_in")
