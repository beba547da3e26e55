# Every task of this project. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help venv run dev test test-browser prove prove-ingest prove-contract prove-properties faults fuzz lint lock sbom audit upload
.PHONY: reconcile bench bench-browser bench-servers bench-scale bench-together bench-ingest load-dataset demo clean

help: ## list the targets
	@awk -F ':.*## ' 'FNR == 1 {print NR == 1 ? "On this machine" : "\nOn a cluster"} \
		/^[a-z0-9-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: ## install the pinned dependencies into .venv; at once when that is done
	@$(PYTHON) local/environment.py

run: venv ## the whole system on this machine, in the foreground; Ctrl-C stops it
	@exec $(BIN)/python -m local.run

dev: venv ## `make run`, in which a function starts anew when its code changes
	@exec $(BIN)/python -m local.dev

test: venv ## every test that needs no cluster; ARGS='-k name' picks some
	@$(BIN)/python -m local.absent
	$(BIN)/python -m pytest $(ARGS)

test-browser: venv ## the pages in a real Chromium alone; pictures go to tests/browser/screenshots; ARGS='-k name' picks some
	$(BIN)/python -m pytest tests/browser $(ARGS)

prove: prove-ingest prove-contract prove-properties ## the long proofs, one after the other

prove-ingest: venv ## hundreds of random histories, monsters timed, the database away for ten minutes; ARGS='-k name' picks some
	$(BIN)/python -m pytest -m prove -s $(ARGS)

prove-contract: venv ## query's real server against its contract, some 6,000 requests made up by schemathesis
	CONTRACT_CASES=800 $(BIN)/python -m pytest -s --timeout 3600 tests/integration/query/test_contract.py

prove-properties: venv ## query against the oracle: 1,000 random filters of each kind on three random sets of movies
	PROPERTY_EXAMPLES=1000 $(BIN)/python -m pytest --timeout 3600 tests/integration/query/test_properties.py

faults: venv ## break the system on this machine and write docs/reliability.md; TRIES=20 FAULTS='name ...' AWAY_S=10 SOAK_S=1800
	@PYTHONPATH=functions/ingest:$(CURDIR) nice -n 5 $(BIN)/python -m tests.faults

fuzz: venv ## feed ingest's readers of files and events what a fuzzer thinks of; SECONDS=600 for each
	@nice -n 19 $(BIN)/python -m tests.fuzz.ingest

# What is searched for secrets: all but hashes of packages, which look like them.
SEARCHED := . ':!*requirements*.txt'
# How a manifest names a Secret without saying what is in it.
NO_SECRETS := \{\{ secret:|(secretName|secretKeyRef):\s

# Each function is checked on its own: both have a package named `function`.
lint: venv ## style, types, security and secrets: no finding is let through
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy functions/query/query functions/query/function
	$(BIN)/mypy functions/ingest/ingest functions/ingest/function
	$(BIN)/mypy local infra tests/support tests/bench tests/e2e tests/faults/*.py tests/faults/catalogue tests/conftest.py
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml functions
	$(BIN)/bandit --quiet --recursive --skip B404,B603,B606,B607 local infra  # these: it starts programs
	@files=$$(git ls-files --cached --others --exclude-standard -- $(SEARCHED)) && echo $$files | \
		xargs -P 4 -n 80 $(BIN)/detect-secrets-hook --no-verify --exclude-lines '$(NO_SECRETS)'

lock: venv ## compile requirements.in to pinned versions with hashes; UPGRADE=1 takes the newest
	@$(BIN)/python -m local.lock $(if $(UPGRADE),--upgrade)

sbom: venv ## list what both functions bring along, as CycloneDX, in .local/sbom
	@$(BIN)/python -m local.sbom

audit: venv ## ask the advisories' feed about all that is pinned; AUDIT_FEED_URL=… asks another
	@$(BIN)/python -m local.audit

upload: venv ## put files into the bucket and tell what became of each: FILES='a.json b.ndjson.gz'
	@$(BIN)/python -m $(if $(CLUSTER),infra.cluster.send upload,local.upload) $(FILES)

reconcile: venv ## let ingest compare the bucket with its ledger and fetch what is missing
	@$(BIN)/python -m $(if $(CLUSTER),infra.cluster.send reconcile,local.events)

bench: venv ## measure query beside its peers and nginx; writes docs/performance.md
	@$(BIN)/python -m tests.bench compare

bench-browser: venv ## measure the explorer in Chromium beside Datasette's table page; writes docs/performance.md
	@$(BIN)/python -m tests.bench browser

bench-scale: venv ## measure a page among 1, 12 and 120 times the data (BENCH_FACTORS); writes docs/performance.md
	@nice $(BIN)/python -m tests.bench scale

bench-servers: venv ## measure the WSGI servers that could run the functions; writes docs/performance.md
	@$(BIN)/python -m tests.bench servers

bench-together: venv ## measure what a question costs in a statement for several; writes docs/performance.md
	@PYTHONPATH=functions/query:$(CURDIR) $(BIN)/python -m tests.bench.together

bench-ingest: venv ## measure ingest beside psql's \copy of the same rows; MEGABYTES=2048 of one file
	@$(BIN)/python -m tests.bench.ingest

load-dataset: venv ## fetch the public Wikipedia data set and upload it (needs internet)
	@$(BIN)/python -m local.dataset

demo: venv ## play the explorer and an upload in Chromium, on a stack of its own; writes docs/explorer.gif
	@$(BIN)/python -m local.demo

clean: ## remove the virtual environment and everything that `make run` kept
	@$(PYTHON) local/clean.py

# For a cluster: doctor, operators, up, down, status, logs, deploy-query, deploy-ingest, migrate,
# port-forward, aws-up, aws-down, aws-policy, e2e, e2e-faults. `make up` is the whole system.
include infra/cluster.mk
