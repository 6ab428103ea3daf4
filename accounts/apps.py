"""Who a person is."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People; knows no district."""

    name = "accounts"
    verbose_name = _("people")
