# Needs Python 3.11 or newer and make; everything else is installed into .venv.

.DEFAULT_GOAL := help
.PHONY: help run test lint fix bench safety-report safety-bench seed-load reset backup restore coordinator library rules

# The first of these that is there, is new enough and can make a .venv.
ifndef PYTHON
PYTHON := $(shell for python in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && echo $$python && break; done)
endif
TANDEM := .venv/bin/python -m services.embedded

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: prepare ## Start Tandem on PORT (8501); Ctrl-C stops it. TANDEM_DEMO=0 leaves the demo data out
	@exec $(TANDEM) run

test: prepare-dev ## Run every check and every test
	@exec .venv/bin/python -m tests.run

lint: prepare-dev ## Report what the checks find in code, imports and migrations
	@exec .venv/bin/python -m tests.lint

fix: prepare-dev ## Repair what can be repaired: format and simple findings
	@.venv/bin/ruff check --fix --exit-zero --quiet .
	@.venv/bin/ruff format .

bench: prepare-dev ## Measure the speed and write var/bench.json
	@exec .venv/bin/python -m tests.load.bench

safety-report: prepare-dev ## How well the safe-messaging checker does on the labelled texts
	@exec .venv/bin/python -m tests.support.safety_report

safety-bench: prepare-dev ## How fast the checker is, beside alex where Node can run it
	@exec .venv/bin/python -m tests.load.safety

seed-load: prepare-dev ## Write a year of an agency's data; SCALE=10 for ten (YES=1 does not ask)
	@exec .venv/bin/python -m tests.load.seed $(if $(SCALE),--scale $(SCALE)) $(if $(YES),--yes)

reset: prepare ## Delete all data of the embedded server, after asking (YES=1 does not ask)
	@exec $(TANDEM) reset $(if $(YES),--yes)

backup: prepare ## Copy database and uploaded files into one file: make backup FILE=tandem.backup
	@$(if $(FILE),,$(error Say where: make backup FILE=tandem.backup))exec $(TANDEM) backup "$(FILE)" $(if $(YES),--yes)

restore: prepare ## Put a backup back, after asking: make restore FILE=tandem.backup
	@$(if $(FILE),,$(error Say which: make restore FILE=tandem.backup))exec $(TANDEM) restore "$(FILE)" $(if $(YES),--yes)

coordinator: prepare ## Make a workspace and a link for its coordinator: EMAIL=... [WORKSPACE=name]
	@$(if $(EMAIL),,$(error Say who: make coordinator EMAIL=you@example.org))exec $(TANDEM) coordinator "$(EMAIL)" $(if $(WORKSPACE),--workspace "$(WORKSPACE)")

library: prepare ## Bring the shared part of the help library up to date, on the hosted project where there is one
	@exec $(TANDEM) library

rules: prepare ## Tell the database which rules the checker reads with, on the hosted project where there is one
	@exec $(TANDEM) rules

.PHONY: prepare prepare-dev
prepare prepare-dev:
	@$(if $(PYTHON),,$(error Tandem needs Python 3.11 or newer with its venv module; none was found))$(PYTHON) services/embedded/install.py $(if $(filter prepare-dev,$@),dev)
