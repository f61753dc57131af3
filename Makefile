# Everything starts from here, on a machine with nothing but Python 3.11+ and make.
# `make help` lists the targets.

PYTHON ?= python3
PORT ?= 8000
VENV_PYTHON := .venv/bin/python

export PORT
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo demo-reset run manage test test-browser screenshots check lint types layers templates \
	migrations-check deploy-check format migrations lock bench lighthouse bench-radius bench-last-minute attack fleet load \
	clean base dev
.PHONY: bandit audit sbom

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F ':.*## ' '{ printf "  make %-17s %s\n", $$1, $$2 }'

# --- Use it

demo: base ## Serve the demo town at http://127.0.0.1:8000 (PORT=8001 to change), Ctrl-C to stop
	@exec $(VENV_PYTHON) -m tools.demo

demo-reset: base ## Forget the demo town: the next make demo begins anew
	@exec $(VENV_PYTHON) -m tools.demo --reset

run: dev ## Serve the same town for development: reloads on change, debug pages
	@exec $(VENV_PYTHON) -m tools.demo --dev

manage: base ## Run manage.py on the demo town's database: make manage ARGS="shell"
	@exec $(VENV_PYTHON) -m tools.manage $(ARGS)

# --- Prove it

# All of them share the processors, whole files at a time, the browser's last.
PARALLEL := $(if $(ARGS),,-n auto --dist loadfile --no-loadscope-reorder)

test: dev ## Run every test, browser included (ARGS="tests/core -x" to choose)
	@$(VENV_PYTHON) -m tools.chromium
	@exec $(VENV_PYTHON) -m pytest $(PARALLEL) $(ARGS)

test-browser: dev ## Run the browser tests only
	@$(VENV_PYTHON) -m tools.chromium
	@exec $(VENV_PYTHON) -m pytest -m browser $(ARGS)

screenshots: dev ## Take the README's pictures again
	@SCREENSHOTS=1 $(VENV_PYTHON) -m pytest -q tests/browser/test_readme.py

check: lint types layers templates migrations-check deploy-check bandit audit ## Check everything that needs no run

lint: dev ## Check the code's form (ruff)
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check --quiet .

types: dev ## Check the types (mypy)
	@$(VENV_PYTHON) -m mypy

layers: dev ## Check that imports only go down (import-linter)
	@.venv/bin/lint-imports --no-logo

# Their tools have an environment of their own: nothing of them reaches the portal's.
bandit: dev ## Check the code for known weaknesses (bandit, beside ruff's S rules)
	@$(VENV_PYTHON) -m tools.audit bandit

audit: dev ## Look for known faults of what we depend on (pip-audit; passes without a network)
	@$(VENV_PYTHON) -m tools.audit faults

sbom: dev ## Write sbom.json: what production is made of, with digests (CycloneDX)
	@$(VENV_PYTHON) -m tools.audit sbom

templates: dev ## Check the templates (djlint)
	@if [ -d templates ]; then .venv/bin/djlint templates --lint --quiet; fi

# No database is reached: an address is only needed for the settings to load.
migrations-check: export DATABASE_URL := postgresql:///none
migrations-check: export DJANGO_SETTINGS_MODULE := orleans_sante.settings.test
migrations-check: dev ## Check that the models and the migrations agree
	@$(VENV_PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

deploy-check: export DJANGO_SETTINGS_MODULE := orleans_sante.settings.production
deploy-check: export SECRET_KEY := for-this-check-only-0123456789-abcdefghijklmnopqrstuvwxyz
deploy-check: export FIELD_ENCRYPTION_KEYS := Zm9yLXRoaXMtY2hlY2stb25seS0wMTIzNDU2Nzg5LWE=
deploy-check: export ALLOWED_HOSTS := sante.example.org
deploy-check: export PUBLIC_URL := https://sante.example.org
deploy-check: export DATABASE_URL := postgresql:///none
deploy-check: dev ## Check the production settings (check --deploy)
	@$(VENV_PYTHON) manage.py check --deploy --fail-level WARNING

bench: dev ## Measure pages against Django's own floor, and write docs/performance.md
	@exec $(VENV_PYTHON) -m tests.bench

lighthouse: dev ## Have Lighthouse mark the main pages (needs node), and write docs/lighthouse.md
	@exec $(VENV_PYTHON) -m tests.bench.lighthouse

bench-radius: dev ## Measure searches around a place among 20 000 rooms and 100 000 places of care
	@exec $(VENV_PYTHON) -m tests.bench.radius

bench-last-minute: dev ## Have 200 owners send their project as a call closes, and write docs/last-minute.md
	@exec $(VENV_PYTHON) -m tests.bench.last_minute

attack: dev ## Attack the running portal, and write docs/trust.md (ARGS="uploads" for some parts)
	@exec $(VENV_PYTHON) -m tests.attack $(ARGS)

fleet: dev ## Kill processes and the database under load, behind nginx, and write docs/fleet.md
	@exec $(VENV_PYTHON) -m tests.fleet

load: dev ## Send a campaign's last day to the portal, find its knee, and write docs/load.md
	@exec $(VENV_PYTHON) -m tests.load

bench-scale: dev ## Measure pages from a thousand files to a million, and write docs/scale.md (SIZES="1000 10000")
	@exec $(VENV_PYTHON) -m tests.bench.growth $(SIZES)

# --- Work on it

format: dev ## Put the code in form (ruff)
	@$(VENV_PYTHON) -m ruff check --fix .
	@$(VENV_PYTHON) -m ruff format .

migrations: export DATABASE_URL := postgresql:///none
migrations: export DJANGO_SETTINGS_MODULE := orleans_sante.settings.test
migrations: dev ## Write the migrations that the models need
	@$(VENV_PYTHON) -W ignore::RuntimeWarning manage.py makemigrations

UV_COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

lock: dev ## Resolve requirements/*.txt again from pyproject.toml
	@$(UV_COMPILE) pyproject.toml -o requirements/base.txt
	@$(UV_COMPILE) pyproject.toml --extra s3 -c requirements/base.txt -o requirements/s3.txt
	@$(UV_COMPILE) pyproject.toml --extra dev --extra s3 -c requirements/s3.txt -o requirements/dev.txt
	@$(UV_COMPILE) requirements/audit.in -o requirements/audit.txt
	@$(UV_COMPILE) requirements/schemathesis.in -o requirements/schemathesis.txt
	@$(UV_COMPILE) requirements/wapiti.in -o requirements/wapiti.txt
	@$(UV_COMPILE) requirements/uv.in -o requirements/uv.txt

clean: ## Remove caches and measures (keeps .venv and the demo town)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .screenshots staticfiles
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

# --- The environment

base:
	@$(PYTHON) tools/bootstrap.py base

dev:
	@$(PYTHON) tools/bootstrap.py dev
