"""The tests' settings with production's limits upon signing in, for a web server of its own."""

from config.settings import base
from config.settings.test import *  # noqa: F403 - settings build on one another by names

ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
MFA_RATE_LIMITS = base.MFA_RATE_LIMITS
CACHES = base.CACHES
