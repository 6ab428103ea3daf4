"""The tests: as in production, but for what makes them slow without making them truer."""

from config.settings.base import *  # noqa: F403 - settings build on one another by names
from config.settings.base import CACHES

SECRET_KEY = "tests only"  # noqa: S105 - no secret
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# No test's used-up code is another's.
CACHES = CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# allauth's throttles would count every sign-in of the whole test run as one person's.
ACCOUNT_RATE_LIMITS = False
SIGN_ON_RATE = ""
MFA_RATE_LIMITS = False
