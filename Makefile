# Two commands matter: `make demo` and `make test`. Each target does its own set-up, once.

PYTHON ?= python3
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench prove docs screenshots messages lock sbom

BIN := .venv/bin
BUILT := requirements/runtime.txt pyproject.toml hatch_build.py tools/set_up.py \
  $(wildcard frontend/*.json frontend/*.mjs frontend/src/*.ts frontend/src/*/*.ts frontend/src/*/*/*.ts) \
  $(wildcard frontend/styles/*.css frontend/styles/*/*.css) \
  $(wildcard src/jumelage/*/locale/*/LC_MESSAGES/*.po src/jumelage/*/*/locale/*/LC_MESSAGES/*.po)

help:  ## Show this help
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.stamp-runtime  ## Start both demonstration cities, Paris and San Francisco
	@exec $(BIN)/jumelage demo

test: .venv/.stamp-dev  ## Run every test this machine can run, on SQLite and on PostgreSQL
	@exec $(BIN)/python tools/run_tests.py

check: .venv/.stamp-dev  ## Check style, types, layers, migrations, translations, house rules
	@exec $(BIN)/python tools/check.py

fix: .venv/.stamp-dev  ## Put right what the tools can put right by themselves
	@exec $(BIN)/python tools/check.py --fix

bench: .venv/.stamp-dev  ## Measure everything; one JSON line a benchmark
	@exec $(BIN)/python tools/measure.py bench

bench-%: .venv/.stamp-dev  ## Measure one thing: the name of a file in benchmarks/
	@exec $(BIN)/python tools/measure.py bench $*

prove: .venv/.stamp-dev  ## Show that each promise is kept; one JSON line a promise
	@exec $(BIN)/python tools/measure.py prove

prove-%: .venv/.stamp-dev  ## Show that one promise is kept, by its identifier
	@exec $(BIN)/python tools/measure.py prove $*

docs: .venv/.stamp-runtime  ## Write the generated pages: docs/settings.md and docs/commands.md
	@exec $(BIN)/python tools/write_docs.py

screenshots: .venv/.stamp-dev  ## Take the pictures of README.md again
	@JUMELAGE_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/browser/test_screenshots.py

sbom: .venv/.stamp-dev  ## List the components a node runs on: dist/jumelage.cdx.json
	@exec $(BIN)/python tools/sbom.py

messages: .venv/.stamp-runtime  ## Bring the French catalogues up to date with the code
	@exec $(BIN)/python tools/messages.py

lock: .venv/.stamp-dev  ## Resolve the requirements again; commit what changes
	@exec $(BIN)/python tools/lock.py

.venv/.stamp-runtime: $(BUILT)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Jumelage needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1 | tail -n 1)." \
	    "Name a newer one, for example: make PYTHON=python3.12 demo" >&2; exit 1; }
	@$(PYTHON) tools/set_up.py runtime

.venv/.stamp-dev: .venv/.stamp-runtime requirements/dev.txt
	@$(PYTHON) tools/set_up.py dev
