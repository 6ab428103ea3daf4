# One image for the web server, the worker, the beat and the migration; compose.yaml says which.
FROM python:3.11-slim-bookworm

ENV DJANGO_SETTINGS_MODULE=config.settings.production \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONUNBUFFERED=1

WORKDIR /srv/ninefold

COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY . .

# This key only lets the settings load while the files are collected; nothing is signed with it.
RUN SECRET_KEY=for-building-only python manage.py collectstatic --no-input

# The code belongs to root: who breaks in cannot change it. Only exports may be written.
RUN useradd --system --no-create-home --shell /usr/sbin/nologin ninefold \
    && install --directory --owner ninefold --mode 0700 /var/lib/ninefold/files
ENV MEDIA_ROOT=/var/lib/ninefold/files
USER ninefold

EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "4", \
    "--threads", "4", "--keep-alive", "75", "--worker-tmp-dir", "/dev/shm", \
    "--access-logfile", "-", "--no-control-socket"]
