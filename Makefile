# Every task of the project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SERVER := $(wildcard /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb /usr/local/opt/postgresql*/bin/initdb)
SOURCES := functions/query/query functions/ingest/ingest local tests

.DEFAULT_GOAL := help
.PHONY: help run upload test lint bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(STAMP) ## the whole system on this machine, until Ctrl-C
	@$(BIN)/python -m local.run

upload: $(STAMP) ## put FILES="a.json b.json" into the bucket and say what became of each
	@$(BIN)/python -m local.upload $(FILES)

test: $(STAMP) ## prove it: unit, contract and integration tests, on a real PostgreSQL and S3 over HTTP
	@test -d ../shared/data || echo "note: the large data set is absent; the tests use tests/data"
	$(BIN)/pytest

lint: $(STAMP) ## style, types and security, no finding allowed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy functions/query/query
	$(BIN)/mypy functions/ingest/ingest
	$(BIN)/mypy local
	$(BIN)/bandit -q -c pyproject.toml -r functions

bench: $(STAMP) ## query beside nginx and a plain program; the table goes to docs/performance.md
	PYTHONPATH=. $(BIN)/python -m tests.bench

lock: $(STAMP) ## pin all dependencies anew, with hashes, from the *.in files
	$(BIN)/python -m pip install -q uv
	for folder in functions/query functions/ingest; do $(call compile,$$folder/requirements) || exit 1; done
	$(call compile,requirements-dev) -c functions/query/requirements.txt -c functions/ingest/requirements.txt

clean: ## remove the virtual environment and the state of the laptop stack
	rm -rf $(VENV) .local

compile = $(BIN)/uv pip compile -q --universal --python-version 3.10 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(1).in -o $(1).txt

$(STAMP): requirements-dev.txt local/requirements-postgres.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(if $(SERVER)$(shell command -v postgres),,$(BIN)/python -m pip install -q --require-hashes -r local/requirements-postgres.txt)
	@touch $@
