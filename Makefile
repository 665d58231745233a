# Two commands matter: `make run` and `make test`. Both work on an empty checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: run demo test coverage quick check format lock browser clean

run: $(VENV)/run.stamp          ## build what is missing, start the cabinet, the staff panel and letter delivery
	@$(BIN)/python -m portal.server

demo: $(VENV)/run.stamp         ## fill an empty installation with invented people and appeals
	@$(BIN)/flask --app app demo

# Whatever has no time of its own to keep runs in three processes for two cores: a test that waits for its browser or
# server leaves a core to the others. Storms and time limits want the machine alone.
# PostgreSQL is asked what a database can answer: pages, services, moves, faults; paper, rules and roles have none.
# What is hostile comes to the stricter reader of texts alone.
PAPER := tests/forms tests/rules tests/house tests/settings tests/access tests/letters/test_words.py
HOSTILE := tests/faults/test_hostile.py
JOBS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) * 3 // 2)')
test: $(VENV)/test.stamp browser  ## everything: rules, pages, real browser, real PostgreSQL, real SMTP server
	@$(BIN)/pytest -q -n $(JOBS) -m "not alone" --ignore=$(HOSTILE)
	@$(BIN)/pytest -q -m alone
	@$(BIN)/pytest -q --database=postgresql -n $(JOBS) -m "not (alone or browser or sqlite_only)" $(PAPER:%=--ignore=%)
	@$(BIN)/pytest -q --database=postgresql -m "alone and not sqlite_only" $(PAPER:%=--ignore=%)

coverage: $(VENV)/test.stamp browser  ## which lines no test runs; takes twice the time of the tests
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q
	@$(BIN)/coverage combine -q && $(BIN)/coverage report

quick: $(VENV)/test.stamp       ## what takes a minute: no browser, no servers, SQLite alone
	@$(BIN)/pytest -q -n $(JOBS) -m "not (alone or browser)" --ignore=tests/faults --ignore=tests/cli

check: $(VENV)/test.stamp       ## style, types, import contracts, templates, migrations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet

format: $(VENV)/test.stamp
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: $(VENV)/test.stamp        ## after a change of dependencies in pyproject.toml
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --no-header pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --no-header pyproject.toml --group dev -o requirements-dev.lock

browser:
	@if [ -z "$(CHROMIUM)" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "The tests drive a real browser: install Chromium (Debian: apt install chromium), then run this again." >&2; exit 1; fi; fi

$(VENV)/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/test.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing what the tests need…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

clean:                          ## forget the environment; data in instance/ and uploads/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
