# ToteTaxi: `make run` shows the site, `make test` proves it. Both set up what is missing first.

python := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench css lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with the newest Python from 3.11 up, install the locked packages, build the CSS
	@.ci/setup

run: ## Serve the site with demo data (PORT=8000, SANDBOX_PORT=8420 to move it)
	@.ci/setup --runtime
	@$(if $(PORT),SITE_URL=http://localhost:$(PORT)) \
	 $(if $(SANDBOX_PORT),STRIPE_API_BASE=http://127.0.0.1:$(SANDBOX_PORT)) \
	 $(python) manage.py demo --with-parent

test: setup ## All checks, then all tests on SQLite and on PostgreSQL, with a real browser
	@$(python) -m tests.run lint sqlite postgresql

lint: setup ## The checks alone: style, types, imports, templates, migrations, settings
	@$(python) -m tests.run lint

format: setup ## Put Python files into the house style
	@$(python) -m ruff check --fix-only --quiet .
	@$(python) -m ruff format .

bench: setup ## Measure the site against a bare limit project (ARGS=--quick for two minutes)
	@$(python) -m tests.bench $(ARGS)

css: ## Build static/css/*.css
	@.ci/setup --runtime --css

lock: ## Resolve requirements*.in anew into the locks
	@.ci/lock

clean: ## Remove what the targets made, the demo's data included
	@rm -rf .venv var static/css test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
