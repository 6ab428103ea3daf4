"""Registers the checks of the whole installation."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from config import checks


class ConfigApp(AppConfig):
    """The wiring; has no models."""

    name = "config"

    def ready(self) -> None:
        register(checks.database_role_is_harmless, Tags.database, deploy=True)
        register(checks.secrets_are_set, Tags.security, deploy=True)
