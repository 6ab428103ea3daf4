"""What production shares, without HTTPS, and the addresses that only the benchmark has."""

from config.settings.base import *  # noqa: F403 - settings build on one another by names
from config.settings.base import INSTALLED_APPS as _APPS
from config.settings.base import env

SECRET_KEY = "benchmarks only"  # noqa: S105 - no secret
ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = [*_APPS, "benchmarks"]
ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = ""  # nothing is collected, and no file is asked for
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The role that lays the rows out; nothing is measured through it.
BENCHMARKS_LOADER_URL = env("BENCHMARKS_LOADER_URL", default="")
