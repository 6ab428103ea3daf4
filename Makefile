# Everything that people and CI run. `make` lists it.

SHELL := /bin/sh
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .tools/bin/uv
RUN := .venv/bin/python
# Time is counted from here, so that installing counts too.
export DEMO_STARTED := $(shell date +%s.%N)
export UV_PYTHON_DOWNLOADS := never
# Without the compiled files every start of Django would take seconds longer.
unexport PYTHONDONTWRITEBYTECODE
# What `manage.py` needs in order to load production's settings; nothing listens there.
PRODUCTION := DJANGO_SETTINGS_MODULE=config.settings.production ALLOWED_HOSTS=ninefold.example \
	PUBLIC_URL=https://ninefold.example \
	SECRET_KEY=for-checks-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ \
	DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0
CHECKS := check-style check-templates check-types check-contracts check-migrations \
	check-deployment check-security check-translations

.DEFAULT_GOAL := help
.PHONY: help demo dev test check audit fix bench test-clients test-isolation test-mutants \
	system-packages \
	$(CHECKS)

help:
	@echo "make demo    the product with demo districts on http://127.0.0.1:8000/ (PORT=8001 make demo)"
	@echo "make dev     the same, and the web server follows changes of the code"
	@echo "make test    everything that CI checks: make check, then every test"
	@echo "make test-isolation  between districts and schools, all of it: make test takes a part a day"
	@echo "make test-mutants    each filter, policy and permission taken away: do the nets notice? by hand"
	@echo "make test-clients  integrators' own tools against a real server; long, by hand"
	@echo "make check   style, templates, types, contracts, migrations, deployment, security, translations"
	@echo "make audit   known flaws of the packages that are locked; asks a service on the network"
	@echo "make fix     put style and formatting right"
	@echo "make bench   figures, as ratios (benchmarks/)"

demo: .venv/.installed
	@exec $(RUN) -m config.demo

dev: .venv/.installed
	@exec $(RUN) -m config.demo --reload

test: .venv/.installed-dev system-packages
	@$(MAKE) --no-print-directory check
	@$(RUN) -m pytest

test-isolation: .venv/.installed-dev system-packages
	@NINEFOLD_PART=whole $(RUN) -m pytest tests/architecture

# Two at once, as there are two cores; each takes every second mutant.
test-mutants: .venv/.installed-dev system-packages
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target mutants-1 mutants-2

mutants-%: .venv/.installed-dev
	@NINEFOLD_MUTANTS=$*/2 NINEFOLD_PART=whole $(RUN) -m pytest -n 0 -p no:cacheprovider \
		--ignore tests/journeys

check: .venv/.installed-dev
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target $(CHECKS)

fix: .venv/.installed-dev
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .
	@$(RUN) -m tests.translations --write

bench: .venv/.installed-dev
	@exec $(RUN) benchmarks/run.py

# What integrators use, each group in an environment of its own; nothing of it enters .venv.
CLIENTS := pulling tap schema

test-clients: .venv/.installed-dev $(CLIENTS:%=.venv-clients/%/.installed) \
		tests/clients/node/node_modules/.installed
	@NINEFOLD_CLIENTS=1 $(RUN) -m pytest -n 0 tests/clients

.venv-clients/%/.installed: tests/clients/requirements/%.lock | .tools/.uv-$(UV_VERSION)
	@echo "Installing $* …"
	@$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" \
		.venv-clients/$*
	@$(UV) pip install --quiet --python .venv-clients/$*/bin/python --require-hashes -r $<
	@touch $@

tests/clients/node/node_modules/.installed: tests/clients/node/package-lock.json
	@sh tests/clients/system-packages.sh
	@cd tests/clients/node && npm ci --no-audit --no-fund --loglevel error
	@touch $@

check-style:
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .

check-templates:
	@$(RUN) -m djlint --lint templates

check-types:
	@$(RUN) -m mypy

check-contracts:
	@.venv/bin/lint-imports

check-migrations:
	@$(PRODUCTION) $(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

check-deployment:
	@$(PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING

# Severities below medium are ruff's `S` rules, each exception with its reason beside it.
check-security:
	@$(RUN) -m bandit --quiet --severity-level medium --recursive accounts schools assessments config

# Not in `check`: it needs a service that a machine without a way out cannot ask.
audit: .venv/.installed-dev
	@$(RUN) -m pip_audit --disable-pip --require-hashes --strict -r requirements.lock -r requirements-dev.lock

check-translations:
	@$(RUN) -m tests.translations

system-packages:
	@sh config/system-packages.sh

# One environment for both: the second lock includes the first, so nothing is ever taken out.
.venv/.installed: requirements.lock | $(RUN)
	@echo "Installing …"
	@$(UV) pip install --quiet --python $(RUN) --require-hashes -r requirements.lock
	@touch $@

.venv/.installed-dev: requirements-dev.lock | $(RUN)
	@echo "Installing …"
	@$(UV) pip install --quiet --python $(RUN) --require-hashes -r requirements-dev.lock
	@touch $@ .venv/.installed

$(RUN): | .tools/.uv-$(UV_VERSION)
	@$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv

.tools/.uv-$(UV_VERSION):
	@sh config/install-uv.sh $(PYTHON) $(UV_VERSION)
	@touch $@
