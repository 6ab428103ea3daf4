"""The trial and development: the services that `make demo` brings along, on loopback."""

from config.settings.base import *  # noqa: F403 - settings build on one another by names
from config.settings.base import SECRET_KEY

DEBUG = False
SECRET_KEY = SECRET_KEY or "development only, never on a reachable address"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# Files are served as they stand: collecting and compressing them takes longer than a demo may.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# The demo opens with a password alone: whoever tries it has no phone at hand.
SECOND_FACTOR_ENFORCED = False
