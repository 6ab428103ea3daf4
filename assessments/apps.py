"""What: the work itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    """Instruments, campaigns, cycles and the district's dashboard."""

    name = "assessments"
    verbose_name = _("cycles")
