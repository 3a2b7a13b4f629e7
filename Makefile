# Lumen on this machine. `make help` prints the targets.
# Everything is installed into .venv; a stamp per requirements file says what is in it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

# The Debian packages that tests need. Without one its tests skip with a reason; under CI=true they fail.
SYSTEM_PACKAGES := git make faketime wordnet-base shellcheck
# Programs that may have come from elsewhere; where one is missing, Debian's package of the same name is wanted.
SYSTEM_PROGRAMS := nodejs:node npm:npm chromium-headless-shell:chromium-headless-shell prometheus:promtool

PAGE_BIN := web/page/node_modules/.bin

FIRST_TESTS := tests/unit tests/contracts
# Two minutes on a machine at its usual pace (tests/conftest.py says so where it was more); at three times that, they hang.
FIRST_TESTS_S := 360
OTHER_TESTS = $(filter-out $(FIRST_TESTS) tests/benchmarks tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))
# Run on both cores, a file on one: what it sets up takes seconds. The others have servers of their own, or kill things.
BOTH_CORES := tests/web tests/looks tests/tiny tests/processes tests/deploy
# A folder without tests is fine; a folder with tests that ran none is pytest's error 5.
# One name is asked for: a grep that has seen enough would end find with SIGPIPE, and the folder would pass for empty.
HAS_TESTS = [ -n "$$(find "$$folder" -name 'test_*.py' -print -quit 2>/dev/null)" ]

.PHONY: help
help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: .venv/local.stamp ## build .venv with `lumen` in it

.PHONY: demo
demo: setup ## set up, make a flying bird, show the files
	$(BIN)/lumen make "flying bird" --out out/
	@ls -l out/

.PHONY: test
test: .venv/dev.stamp validator page ## set up and run all tests: unit and contracts, then every other folder of tests/
	@$(call first_tests,$(FIRST_TESTS))
	@failed=""; \
	for folder in $(OTHER_TESTS); do \
		if ! $(HAS_TESTS); then continue; fi; \
		echo "== $$folder"; \
		cores=""; case " $(BOTH_CORES) " in *" $$folder "*) cores="-n 2 --dist loadfile";; esac; \
		$(BIN)/python -m pytest $$cores "$$folder" || failed="$$failed $$folder"; \
	done; \
	if [ -n "$$failed" ]; then echo "make test: failed in$$failed" >&2; exit 1; fi

.PHONY: check
check: lint ## format, lint, types, layers and unit tests, in about a minute
	@$(call first_tests,tests/unit)

.PHONY: lint
lint: .venv/dev.stamp page ## format, lint, types, layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile
	@if [ -d $(PAGE_BIN) ]; then cd web/page && node_modules/.bin/biome check --error-on-warnings && node_modules/.bin/tsc -p .; \
	else echo "npm is not on the PATH: the page's sources were not checked"; fi

.PHONY: hadolint
hadolint: .venv/dev.stamp ## lint the Dockerfile alone
	$(BIN)/hadolint Dockerfile

.PHONY: image-dry
image-dry: setup ## try the lines of the Dockerfile without an engine, on a plain Debian 12 (as root; some 5 minutes)
	$(BIN)/python -m deploy.dry

.PHONY: format
format: .venv/dev.stamp ## rewrite the sources in the house's format
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format
	@if [ -d $(PAGE_BIN) ]; then cd web/page && node_modules/.bin/biome check --write; fi

.PHONY: docs
docs: setup ## write the pages of docs/ that are tables of the code, and the types of the API for pages
	$(BIN)/python docs/tables.py
	$(BIN)/python -m web.typescript

.PHONY: lock
lock: .venv/bin/python ## write the locks that the images install from, with the digests of every package (asks PyPI)
	@$(PIP) install --no-deps -r requirements-lock.txt
	$(BIN)/python deploy/lock.py

.PHONY: lexicon
lexicon: setup ## write models/words/lexicon.txt from WordNet, the decisions and the looks
	$(BIN)/python -m models.words.build

.PHONY: pictures
pictures: .venv/dev.stamp ## make the contact sheet and the pictures of the README, by the program itself
	$(BIN)/python docs/pictures.py --readme docs/images
	@if command -v chromium-headless-shell >/dev/null; then $(BIN)/python -m docs.page_pictures; \
	else echo "chromium-headless-shell is not on the PATH: the pictures of the page stay as they are"; fi

.PHONY: validator
validator: ## install the Khronos glTF validator, which tests/gltf asks (needs npm)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory .venv/gltf.stamp; \
	else echo "npm is not on the PATH: the tests of tests/gltf will be skipped"; fi

.PHONY: page
page: ## install what the page is built and checked with (needs npm)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory .venv/page.stamp; \
	else echo "npm is not on the PATH: tests of the page will be skipped"; fi

.PHONY: web
web: page ## build the page into web/page/built, which is kept with the source
	cd web/page && node build.mjs

.PHONY: torch
torch: .venv/torch.stamp ## install what the model routes run on, for tests/tiny (on a CPU 1 GB; with a GPU's libraries 6 GB)

.PHONY: emulators
emulators: .venv/dev.stamp ## Google's emulators on loopback until Ctrl-C, to try LUMEN_BACKEND=gcp by hand
	@$(BIN)/python -m tests.emulators.google

.PHONY: chaos
chaos: .venv/dev.stamp ## the long form of tests/chaos: every fault at every call, 100 concepts and 10 kills; prints what it saw
	CHAOS=long $(BIN)/python -m pytest tests/chaos -s

.PHONY: gpu
gpu: .venv/dev.stamp .venv/torch.stamp ## where there is a GPU: each model stage at full size, its VRAM and seconds into out/gpu.json
	GPU_REPORT=out/gpu.json $(BIN)/python -m pytest tests/gpu

.PHONY: bench
bench: .venv/dev.stamp ## measure: runs every tests/benchmarks/bench_*.py
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

.PHONY: stress
stress: .venv/dev.stamp ## 100 concepts on the emulators beside every fault and 24 000 looks, with tables (7 minutes)
	$(BIN)/python -m tests.benchmarks.stress

.PHONY: bench-peers
bench-peers: .venv/dev.stamp .venv/peers.stamp ## Lumen's runner beside Huey, RQ, Celery and Dramatiq (needs redis-server; 6 minutes)
	$(BIN)/python -m tests.benchmarks.peers

.PHONY: system
system: ## install the Debian packages that tests need (as root; otherwise print the line)
	@wanted="$(SYSTEM_PACKAGES)"; missing=""; \
	"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || wanted="$$wanted python3.11-venv"; \
	for program in $(SYSTEM_PROGRAMS); do \
		command -v "$${program#*:}" >/dev/null || wanted="$$wanted $${program%:*}"; \
	done; \
	if ! command -v dpkg-query >/dev/null; then echo "Not a Debian: install by hand what tests need: $$wanted"; exit 0; fi; \
	for package in $$wanted; do \
		[ "$$(dpkg-query -W -f '$${db:Status-Status}' "$$package" 2>/dev/null)" = installed ] || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then echo "All Debian packages are there: $$wanted"; \
	elif [ "$$(id -u)" = 0 ]; then \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -q; apt-get install -q -y --no-install-recommends $$missing; \
	else echo "Not root. Tests also want: apt-get install -y --no-install-recommends$$missing"; fi

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf .venv out build dist tests/gltf/node_modules web/page/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# On both cores, unit tests with the doctests of models/. Together two minutes, or nobody runs them first.
define first_tests
SECONDS=0; \
for folder in $(1); do \
	if ! $(HAS_TESTS); then continue; fi; \
	echo "== $$folder"; \
	doctests=""; \
	if [ "$$folder" = tests/unit ] && [ -d models ]; then doctests="--doctest-modules models"; fi; \
	left=$$(( $(FIRST_TESTS_S) - SECONDS )); \
	timeout --foreground -k 5 $$(( left > 1 ? left : 1 )) $(BIN)/python -m pytest -n 2 "$$folder" $$doctests || { \
		status=$$?; \
		if [ $$status = 124 ]; then echo "make: $(1) took more than $(FIRST_TESTS_S) s" >&2; fi; \
		exit $$status; \
	}; \
done
endef

# Only pinned packages get in: --no-deps installs the list and nothing else, `pip check` says if the list has a hole.
.venv/local.stamp: requirements-local.txt requirements-build.txt pyproject.toml | .venv/bin/python
	@echo "Installing requirements-local.txt ..."
	@$(PIP) install --no-deps -r requirements-build.txt -r requirements-local.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements-gcp.txt .venv/local.stamp
	@echo "Installing requirements-dev.txt ..."
	@$(PIP) install --no-deps -r requirements-dev.txt
	@$(BIN)/python -m pip check
	@touch $@

# With dependencies: a build of torch for a GPU has libraries of its own, one for a CPU has none.
.venv/torch.stamp: requirements-torch.txt .venv/local.stamp
	@echo "Installing requirements-torch.txt ..."
	@$(PIP) install -r requirements-torch.txt
	@$(BIN)/python -m pip check
	@touch $@

# A venv of their own: what Lumen runs with is not theirs to choose.
.venv/peers.stamp: requirements-peers.txt | .venv/bin/python
	@echo "Installing requirements-peers.txt ..."
	@$(BIN)/python -m venv .venv/peers
	@.venv/peers/bin/python -m pip --disable-pip-version-check --no-input --quiet install --no-deps -r requirements-peers.txt
	@.venv/peers/bin/python -m pip check
	@touch $@

.venv/page.stamp: web/page/package.json web/page/package-lock.json | .venv/bin/python
	@echo "Installing web/page ..."
	@cd web/page && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/gltf.stamp: tests/gltf/package.json tests/gltf/package-lock.json | .venv/bin/python
	@echo "Installing tests/gltf ..."
	@cd tests/gltf && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "Lumen runs on Python 3.11 and '$(PYTHON)' is not one: install it, or name it: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "This Python cannot build virtual environments: apt-get install python3.11-venv, then once more." >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }
