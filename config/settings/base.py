"""What every installation shares. This file alone reads the environment."""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = env("SECRET_KEY", default="")
# Earlier ones, newest first: what they have signed, locked or sealed stays readable.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "schools",
    "assessments",
    "config",
]

MIDDLEWARE = [
    # First, so that what others answer by themselves (a file, a redirect) carries them too.
    "config.middleware.AnswerHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page is a fifth of its size on a school's line. What an attacker could measure of a secret
    # in it (BREACH), Django masks: the token is another in each page, and the length is blurred.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.SeenMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PreferredLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "schools.access.DistrictMiddleware",
    "schools.sign_on_gate.SignOnMiddleware",
    "schools.gate.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "schools.access.district_context",
            ],
        },
    }
]

# The app role: no superuser, no BYPASSRLS, owner of nothing (docs/production.md).
DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgres:///ninefold"),
        "ENGINE": "config.postgresql",
        # One transaction for each view, so that a failed request leaves nothing half done.
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who signs in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Memory-hard, and part of Python: 16 MiB for each guess. What was hashed before is hashed anew
# when its person signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "schools.account_adapter.DistrictAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
# Who changes how a person gets in, tells that person.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# How often somebody is sent to a provider, by network address, which a whole school may share.
SIGN_ON_RATE = "200/m/ip"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
# Who must have a second factor: schools/second_factors.py. Off in the demo alone.
SECOND_FACTOR_ENFORCED = True
MFA_ADAPTER = "schools.factor_adapter.FactorAdapter"
MFA_FORMS = {
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "authenticate": "accounts.forms.CodeForm",
    "authenticate_webauthn": "accounts.forms.PasskeyStepForm",
    "login_webauthn": "accounts.forms.PasskeyAloneForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A phone's clock may be half a minute wrong.
MFA_TOTP_TOLERANCE = 1
# A fingerprint, a face or a PIN, always: a stolen security key alone is no passkey.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A whole school may sign in at eight, from one address.
MFA_RATE_LIMITS: dict[str, str] | bool = {"webauthn_login": "100/m/ip"}
# Shown when they are made; who wants to see some again makes new ones.
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Addresses are given by operators and invitations: nobody signs up and squats on one.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# By the network address a whole school may share, and by account ("key"), over all processes.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "100/m/ip",
    "login_failed": "30/m/ip,5/5m/key,20/h/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# How many reverse proxies of ours stand before the app: rate limits need the real address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# Words and numbers
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
# Whoever chose a language on this browser finds it again next year.
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
# Our files are for our own pages.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Exports wait here to be fetched, through a view alone: the folder must be reachable under no
# address. Web and workers share it.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "files"))
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# A request's form holds at most one cell or one reflection: two texts of 20,000 characters.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Only our own assets, nothing inline (quality.md).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How long a session lasts, by whose it is: accounts/sessions.py.
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
KNOWN_BROWSER_COOKIE_NAME = "known_browser"
# A script reads it, to send it along (left_behind.js, saving.js): the one cookie that may be read.
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
# What a page says once may name a school: it waits on the server, in no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "config.views.session_is_stale"

_SHARED = {
    "LOCATION": env("REDIS_URL", default="redis://127.0.0.1:6379/0"),
    "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
}
CACHES = {
    # What allauth counts and remembers for all web processes: tries to sign in, codes used up.
    "default": {"BACKEND": "config.shared_cache.SharedCache", "KEY_PREFIX": "shared", **_SHARED},
    # What was drawn is kept in the memory of the process that drew it: no other service can be
    # down, and a new release begins with nothing kept.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
    # What web processes count together. Waits for nothing: without Redis nobody is counted.
    "limits": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "KEY_PREFIX": "limits",
        **_SHARED,
    },
}
# Of one caller of the API, a person or a program.
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=1200)

# The queue. Why each of these: quality.md, "Never lose a word".
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
}
CELERY_TASK_DEFAULT_QUEUE = "rollup"
_QUEUES = {
    "mail": ("visit_districts", "plan_reminders", "sweep_notices", "send_mail"),
    "exports": ("run_errand",),
    "themes": ("find_themes_of_a_year",),
}
CELERY_TASK_ROUTES = {
    f"assessments.tasks.{name}": {"queue": queue}
    for queue, names in _QUEUES.items()
    for name in names
}
# Receivers that hang keep nobody waiting but one another.
CELERY_TASK_ROUTES["schools.tasks.run_webhook_errand"] = {"queue": "webhooks"}
for _task in ("sweep_invitations", "send_invitation"):
    CELERY_TASK_ROUTES[f"schools.tasks.{_task}"] = {"queue": "mail"}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-dirty-marks": {
        "task": "assessments.tasks.sweep_dirty_marks",
        "schedule": 2.0,
        # A tick that waited longer than this has been overtaken by the next.
        "options": {"expires": 10},
    },
    "sweep-errands": {
        "task": "assessments.tasks.sweep_errands",
        "schedule": 3.0,
        "options": {"expires": 10},
    },
    "sweep-theme-marks": {
        "task": "assessments.tasks.sweep_theme_marks",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "measure-every-district": {
        "task": "assessments.tasks.measure_every_district",
        "schedule": crontab(hour=9, minute=17),
    },
    "forget-changes": {
        "task": "assessments.tasks.forget_everywhere",
        "schedule": crontab(hour=10, minute=17),
    },
    "mark-every-district": {
        "task": "assessments.tasks.mark_every_district",
        "schedule": crontab(hour=8, minute=17),
    },
    "visit-districts": {
        "task": "assessments.tasks.visit_districts",
        # Every time zone begins its hours in one of these minutes.
        "schedule": crontab(minute="0,15,30,45"),
        "options": {"expires": 600},
    },
    "sweep-notices": {
        "task": "assessments.tasks.sweep_notices",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
}

CELERY_BEAT_SCHEDULE["seal-audit-logs"] = {
    "task": "schools.tasks.seal_audit_logs",
    "schedule": crontab(minute=47),
    "options": {"expires": 1800},
}
CELERY_BEAT_SCHEDULE["sweep-webhook-errands"] = {
    "task": "schools.tasks.sweep_webhook_errands",
    "schedule": 2.0,
    "options": {"expires": 10},
}

CELERY_BEAT_SCHEDULE["sweep-invitations"] = {
    "task": "schools.tasks.sweep_invitations",
    "schedule": 10.0,
    "options": {"expires": 10},
}

# Calls to addresses that somebody typed (schools/outgoing.py): name, connection and answer.
OUTGOING_SECONDS = env.float("OUTGOING_SECONDS", default=5.0)
# Hosts on loopback that may be called all the same, for tests: production does not start with any.
OUTGOING_LOOPBACK_HOSTS = env.list("OUTGOING_LOOPBACK_HOSTS", default=[])

# The API (config/api.py)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["config.api.CallerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["config.api.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["config.api.RateLimit"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ninefold API",
    "DESCRIPTION": "A district's schools, campaigns, cycles and dashboards: to read, and to write "
    "where its schools may write.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # In the order in which the page shows them.
    "TAGS": [
        {"name": "me", "description": "Who asks, and what they may do."},
        {"name": "schools", "description": "The district's schools."},
        {"name": "campaigns", "description": "When schools work: one campaign a school year."},
        {"name": "cycles", "description": "A school in a school year; submitting and reopening."},
        {"name": "cells", "description": "The nine cells of a cycle's first part."},
        {"name": "reflections", "description": "The answers to its second part's questions."},
        {"name": "commitments", "description": "What a school has decided to do about a cell."},
        {"name": "comments", "description": "What is said beside a school's words, and replies."},
        {"name": "submissions", "description": "Cycles as they were handed in."},
        {"name": "dashboards", "description": "The figures of a school year."},
        {"name": "themes", "description": "What schools have in common, and where they say it."},
        {"name": "changes", "description": "What was created, updated and deleted, one by one."},
        {"name": "exports", "description": "Whole tables, as files."},
        {"name": "webhooks", "description": "Addresses that are told of what happens."},
    ],
    # Several resources have a `status`, a `state` or a `kind` of their own.
    "ENUM_NAME_OVERRIDES": {
        "LevelEnum": "schools.models.SchoolLevel",
        "StatusEnum": "assessments.models.Status",
        "CommitmentStatusEnum": "assessments.models.Commitment.Status",
        "ExportKindEnum": "assessments.models.Export.Kind",
        "ThemeStatusEnum": "assessments.models.Theme.Status",
        "WebhookStateEnum": "schools.models.webhook.Webhook.State",
        "DeliveryStateEnum": "schools.models.webhook.WebhookDelivery.State",
    },
    # Linters and generators ask for one: the installation that the document came from.
    "SERVERS": [{"url": "/", "description": "This installation."}],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.examples.with_examples",
    ],
}

# The file that the backup's job touches when it has ended well (docs/production.md).
BACKUP_STAMP = env("BACKUP_STAMP", default="")

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A mail server that does not answer must not hold a worker, nor the person's notices, for long.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
# Where people find us: the links in mails begin with it.
PUBLIC_URL = env("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Ninefold <ninefold@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.OneLineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
