# Kervan's commands. `make help` lists them; every one installs what it needs first.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup check lint house test peers console console-api pictures demo bench crash sabotage lock fix ratchet

BIN := .venv/bin
STAMP := .venv/.stamp
export PATH := $(CURDIR)/.peers/bin:$(CURDIR)/.venv/bin:$(PATH):/usr/sbin
# Where the machine keeps its own certificates (a company's, say), uv and npm trust them too.
CERTIFICATES := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt))
ifneq ($(CERTIFICATES),)
export UV_SYSTEM_CERTS := true
export NODE_EXTRA_CA_CERTS ?= $(CERTIFICATES)
endif
# Hundreds of Pythons are started: what each would compile anew is compiled once and kept.
unexport PYTHONDONTWRITEBYTECODE
ROUNDS ?= 200
BENCH ?= all
BY_FILE := --dist loadfile --no-loadscope-reorder
STORIES := tests/sdk tests/story
CONSOLE := tests/console
LONGEST := $(addprefix tests/,unit/segments/test_tree.py crash/test_house.py unit/profiles/test_resolve.py)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## install everything into .venv, from the lock files

$(STAMP): pyproject.toml tools/setup.sh requirements/lock.txt requirements/uv.txt
	@bash tools/setup.sh
	@touch $@

check: $(STAMP) ## lint, types, layers and the rules of the house; no services, under a minute
	@$(MAKE) --no-print-directory --jobs=2 --output-sync --keep-going lint house

lint: $(STAMP) # each of the four speaks, then the target fails if any did
	@status=0; \
	$(BIN)/ruff check --quiet --output-format concise || status=1; \
	$(BIN)/ruff format --check --quiet >/dev/null 2>&1 || { echo "Not formatted yet: make fix"; status=1; }; \
	$(BIN)/mypy || status=1; \
	$(BIN)/lint-imports --no-logo || status=1; \
	exit $$status

house: $(STAMP)
	@$(BIN)/python -m pytest tests/house -q

test: $(STAMP) peers ## everything: check, and all tests against real engines and real peers
	@# Types are checked on one core; meanwhile the other compiles the tests once for all workers,
	@# and the console is fetched, built and checked.
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1 & \
	{ $(MAKE) --no-print-directory console && npm --prefix console run --silent types; } & console=$$!; \
	$(MAKE) --no-print-directory lint; status=$$?; \
	wait $$console || status=$$?; wait; exit $$status
	@# Stories wait a lot, the others reckon: beside each other they leave no core idle. The console
	@# is looked at by one process, with one Kervan and one browser. Who reckons longest begins when
	@# it is done, for all of them run slower beside each other. What is said behind the scenes is
	@# shown when the others have spoken.
	@said=$$(mktemp -d); \
	$(BIN)/python -m pytest --numprocesses 2 $(BY_FILE) $(STORIES) >$$said/stories 2>&1 & stories=$$!; \
	{ $(BIN)/python -m pytest $(CONSOLE) >$$said/console 2>&1; status=$$?; \
	  $(BIN)/python -m pytest --numprocesses 3 $(BY_FILE) $(LONGEST) >$$said/longest 2>&1 && \
	  exit $$status; } & longest=$$!; \
	$(BIN)/python -m pytest --numprocesses 2 $(BY_FILE) \
		$(patsubst %,--ignore %,$(STORIES) $(CONSOLE) $(LONGEST)); status=$$?; \
	wait $$stories || status=$$?; wait $$longest || status=$$?; \
	cat $$said/*; rm -r $$said; exit $$status

peers: $(STAMP) ## bring Chromium, Firefox, Postfix and Node where this machine allows it
	@bash tools/peers.sh

console: $(STAMP) ## build the web console, when its sources have changed
	@bash tools/node.sh
	@$(BIN)/python tools/console.py

pictures: $(STAMP) peers console ## save a picture of every page of the console in pictures/
	@KERVAN_PICTURES=pictures $(BIN)/python -m pytest -q tests/console/test_pages.py

console-api: $(STAMP) ## the types of the API for the console, from the application itself
	@bash tools/node.sh
	@$(BIN)/python -m tools.console_api

demo: $(STAMP) console ## the whole story on real order history, live in the browser; Ctrl-C ends it
	@$(BIN)/kervan demo

bench: $(STAMP) peers ## measure; BENCH=collect runs one of them
	@$(BIN)/kervan bench $(BENCH)

crash: $(STAMP) ## kill -9 at random moments, ROUNDS=200 times
	@KERVAN_CRASH_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest tests/crash

sabotage: $(STAMP) ## break Kervan on purpose; the crash tests must turn red
	@$(BIN)/python -m tests.crash.sabotage

lock: $(STAMP) ## write the lock files anew; UPGRADE=1 takes newer versions
	@bash tools/lock.sh $(if $(UPGRADE),--upgrade)

fix: $(STAMP) ## let ruff mend and format what it can
	@$(BIN)/ruff check --fix --quiet; $(BIN)/ruff format --quiet

ratchet: $(STAMP) ## write down how many escapes from the rules are left; the numbers only fall
	@$(BIN)/python -m tools.ratchet
