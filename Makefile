# Every target sets up what it needs; a bare machine needs Python 3.11 or newer and make, nothing else.
SHELL := /bin/bash
PYTHON ?= python3
V := .venv/bin
RUN := $(V)/python
# Compiled modules are kept: without them every process of the house compiles Django anew, three seconds each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-fast soak check fix screens dist messages tells clean setup

demo: setup ## Make the practice country once and serve it on http://127.0.0.1:8000
	$(V)/giamsat demo

test: setup .venv/.browser ## The whole suite once, real PostgreSQL and real Chromium
	$(V)/pytest -n 2 --dist loadscope -m "not soak" tests

test-fast: setup ## What a developer runs while working
	$(V)/pytest -n 2 --dist loadscope -m "not soak and not browser and not slow" tests --ignore=tests/journeys --ignore=tests/kills

soak: setup .venv/.browser ## The long runs, and the suite on the system's PostgreSQL 15
	bash tools/soak.sh

check: setup ## Walls, style, types, migrations: the same as in CI
	$(V)/lint-imports
	$(V)/ruff check src tests bench tools
	$(V)/ruff format --check src tests bench tools
	$(V)/mypy
	$(RUN) tools/check_migrations.py

fix: setup ## Put style right
	$(V)/ruff check --fix src tests bench tools
	$(V)/ruff format src tests bench tools

screens: setup .venv/.browser ## Photograph every screen: light and dark, vi and en, desk and phone
	$(RUN) -m tools.screens

bench-%: setup ## A benchmark by name; writes bench/results/NAME.json
	$(RUN) -m bench.$(subst -,_,$*)

dist: setup ## A wheel that holds the built front end
	$(V)/python -m build --wheel --no-isolation

messages: setup ## Compile the translations
	$(RUN) tools/compile_messages.py

setup: .venv/.installed .venv/.frontend .venv/.messages

.venv/.installed: requirements.lock pyproject.toml
	@test -x $(RUN) || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages …"
	@$(V)/pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes -r requirements.lock
	@$(V)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
.venv/.frontend: .venv/.installed $(FRONTEND_SOURCES)
	@$(RUN) -m giamsat.config.frontend
	@touch $@

MESSAGE_FILES := $(shell find src/giamsat/locale -name '*.po' 2>/dev/null)
.venv/.messages: .venv/.installed $(MESSAGE_FILES)
	@$(RUN) tools/compile_messages.py
	@touch $@

.venv/.browser: .venv/.installed
	@bash tools/browser.sh
	@touch $@

clean: ## Forget everything built; data/ stays
	rm -rf .venv build dist frontend/node_modules src/giamsat/static/dist
