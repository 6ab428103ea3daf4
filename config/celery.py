"""The Celery application. Every task lies in an app's `tasks.py` and takes its district first."""

import os

from celery import Celery
from celery.signals import worker_init

from config.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("ninefold")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def check_before_work(**_kwargs: object) -> None:
    """A worker does not start on a database whose row-level security would not hold."""
    refuse_unsafe_start()
