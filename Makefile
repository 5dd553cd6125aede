# Two commands on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 4000
VENV := .venv
BIN := $(VENV)/bin

# Tests and the demo talk to loopback only and never read a person's own settings.
CLEAR := env -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY -u http_proxy -u https_proxy -u all_proxy

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench soak lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3 make ..."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Could not make a virtual environment; on Debian: apt-get install python3-venv"; exit 2; }
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements.lock pyproject.toml
	@echo "Setting up; the first time takes about a minute ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run ## try the bot in a local Slack (PORT=4000, KEEP=dir keeps data, MODEL=1 asks your model)
	@$(CLEAR) $(BIN)/python -m sandbox --port $(PORT) $(if $(KEEP),--keep "$(KEEP)") $(if $(MODEL),--model)

test: $(VENV)/.dev ## run the tests on SQLite and PostgreSQL
	$(CLEAR) $(BIN)/python -m pytest -n auto $(ARGS)

check: $(VENV)/.dev ## format, lint, strict types, import arrow
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## measure, as ratios within one run
	$(CLEAR) $(BIN)/python -m benchmarks $(ARGS)

soak: $(VENV)/.dev ## kill bots 300 times in simulated months, and count what was posted (ARGS="--seeds 4")
	$(CLEAR) $(BIN)/python -m benchmarks.soak $(ARGS)

lock: $(VENV)/.python ## compile both lock files anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group build $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --group build $(LOCK) -c requirements.lock -o requirements-dev.lock

LOCK := --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate

clean: ## remove what make made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis var
