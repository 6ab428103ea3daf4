"""The ASGI entry point, for servers that speak it; the checks are those of `config.wsgi`."""

import os

from django.core.asgi import get_asgi_application

from config.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

application = get_asgi_application()
refuse_unsafe_start()
