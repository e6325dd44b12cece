# Qingshan. Two commands do all: `make demo` shows the city, `make test` proves it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix bench lock browser

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(READY) ## create the environment from the lock file

# uv where it can be had (seconds), plain pip from the same lock elsewhere (a minute)
$(READY): requirements-all.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python 3.11 with venv is needed; on Debian: apt-get install -y python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv 2>/dev/null || true
	@if [ -x $(BIN)/uv ]; then VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync -q --require-hashes requirements-all.lock; \
	  else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-all.lock; fi
	@echo "$(CURDIR)/src" > $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/qingshan.pth
	@printf '#!/bin/sh\nexec "$(CURDIR)/$(BIN)/python" -m qingshan.cli.main "$$@"\n' > $(BIN)/qingshan && chmod +x $(BIN)/qingshan
	@touch $(READY)

demo: $(READY) ## the demonstration city on http://127.0.0.1:8000, with logins
	@$(BIN)/qingshan demo

browser: # Debian's chromium for the browser tests; elsewhere one line says what to install
	@if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing chromium for the browser tests"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	  else echo "Browser tests will be skipped. To run them: sudo apt-get install -y chromium fonts-noto-cjk"; fi; fi

test: $(READY) browser check ## all checks and tests, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -q -n 2 --dist loadfile
	QINGSHAN_TEST_DATABASE=postgres $(BIN)/python -m pytest -q tests/apps tests/flows tests/web -m "not browser"
	@echo "All checks and tests passed."

check: $(READY) ## ruff, mypy, import contracts, lock hygiene
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	$(BIN)/lint-imports --no-cache | tail -n 3
	$(BIN)/mypy --no-error-summary
	@! grep -n -i -E 'https?:|file:|index-url|find-links' requirements*.lock

fix: $(READY) ## let ruff mend what it can
	$(BIN)/ruff check -q --fix .
	$(BIN)/ruff format -q .

bench: $(READY) ## ratios against peers in one run (creates .venv-bench for them)
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@VIRTUAL_ENV=.venv-bench $(BIN)/uv pip sync -q --require-hashes requirements-bench.lock || .venv-bench/bin/python -m pip install -q --require-hashes -r requirements-bench.lock
	$(BIN)/python -m benchmarks.run

lock: $(READY) # refresh the lock files
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group test --group lint pyproject.toml -o requirements-all.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -c requirements-all.lock -o requirements.lock
