# Everything a person does with Forewarn. `make` alone lists it.
# A setting of docs/settings.md can be given on the line: make run FOREWARN_WEB_PORT=8100

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VAR := $(or $(FOREWARN_VAR),var)
MAIN := $(VAR)/environments/main/bin/python
BOT := $(VAR)/environments/bot/bin/python
UV := $(VAR)/environments/main/bin/uv
export PYTHONPATH := $(CURDIR)

# Any Python 3 that runs finds and makes the two right ones; a name on PATH may refuse to run.
ANY := $(shell for p in python3 python3.11 python3.12 python3.10 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
RASA := env RASA_TELEMETRY_ENABLED=false $(BOT)
# What is imported must leave its byte code behind: without it Rasa takes three times as long to start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

# --- run ------------------------------------------------------------------------------------------

.PHONY: setup
setup: .any-python ## make both Python environments in var/environments
	@$(ANY) -m stack.environments main bot

.PHONY: run
run: setup ## prepare what changed, then run all parts until Ctrl-C
	@exec $(MAIN) -m stack run

.PHONY: demo
demo: setup ## run, ask a question in each language, an offer, a cry for help; then stop
	@exec $(MAIN) -m stack demo

.PHONY: chat
chat: setup ## talk in the terminal (LANGUAGE=th for another language)
	@exec $(MAIN) -m stack chat $(if $(findstring command,$(origin LANGUAGE)),--language $(LANGUAGE))

.PHONY: train
train: setup ## bring encoder, index, vectors and the trained bot up to date
	@$(MAIN) -m stack prepare

# --- check ----------------------------------------------------------------------------------------

.PHONY: validate
validate: setup ## check every file in knowledge/
	@$(MAIN) -m forewarn validate

.PHONY: take-down
take-down: setup ## take one contact out of service at once: make take-down ID=th-police-191
	@$(MAIN) -m retrieval take-down "$(ID)"

.PHONY: freshness
freshness: setup ## list what is due to be looked at again, worst first
	@$(MAIN) -m forewarn freshness

.PHONY: new-faq
new-faq: setup ## make the files of a new question: make new-faq TOPIC=travel ID=lost-passport
	@$(MAIN) -m forewarn new-faq "$(TOPIC)" "$(ID)"

.PHONY: add-language
add-language: setup ## make the files of a language: make add-language CODE=ms NAME="Bahasa Melayu" SCRIPT=Latin
	@$(MAIN) -m forewarn add-language "$(CODE)" "$(NAME)" --script "$(SCRIPT)" $(if $(NO_SPACES),--no-spaces)

.PHONY: guide
guide: setup ## write the editor hints and the staff guide's tables from the schema
	@$(MAIN) -m forewarn guide

.PHONY: test
test: ## set up what testing needs, then run every check and every test
	@$(MAKE) --no-print-directory setup-dev
	@$(MAIN) -m stack stages lint types validate train test-unit test-bot test-stack test-browser

.PHONY: setup-dev
setup-dev: .any-python ## make both environments, with what building and testing needs
	@$(ANY) -m stack.environments main+dev bot

.PHONY: lint
lint: setup-dev ## ruff: faults and formatting
	@$(MAIN) -m ruff check .
	@$(MAIN) -m ruff format --check .

.PHONY: types
types: setup-dev ## mypy --strict, of the bot with the bot's own packages
	@$(MAIN) -m mypy
	@$(MAIN) -m mypy --package bot --package bench.bare --exclude '^$$' --python-version 3.10 --python-executable $(BOT) --cache-dir .mypy_cache/bot

.PHONY: test-unit
test-unit: setup-dev ## unit and contract tests
	@$(MAIN) -m stack.debian
	@$(MAIN) -m pytest tests --numprocesses logical --dist loadfile --ignore tests/bot --ignore tests/browser --ignore tests/conversations --ignore tests/stack

.PHONY: test-bot
test-bot: setup-dev ## Rasa's checks of data and rules, and the bot's own tests
	@$(RASA) -m bot.check
	@$(RASA) -m pytest tests/bot

.PHONY: test-stack
test-stack: setup-dev ## the supervisor, the images' files, and whole conversations with everything running
	@$(MAIN) -m pytest tests/stack $(wildcard tests/conversations)

.PHONY: test-browser
test-browser: setup-dev ## the widget in Chromium
	@$(MAIN) -m stack.debian
	@$(MAIN) -m pytest tests/browser

# --- measure --------------------------------------------------------------------------------------

.PHONY: bench
bench: setup-dev ## measure quality beside peers, speed, memory and room; writes bench/results/*.json
	@$(ANY) -m stack.environments bot+shipped
	@$(MAIN) -m stack prepare
	@$(MAIN) -m bench

.PHONY: evaluate
evaluate: setup-dev ## write docs/evaluation.md and its pictures from bench/results/*.json
	@$(MAIN) -m bench report

.PHONY: calibrate
calibrate: train ## fit thresholds and weights on bench/calibration, the parity check on half the entries
	@$(MAIN) -m retrieval calibrate
	@$(MAIN) -m retrieval calibrate-offers
	@$(MAIN) -m retrieval calibrate-parity

# --- keep -----------------------------------------------------------------------------------------

.PHONY: vectors
vectors: train ## store the vectors of today's texts beside the program, for new machines
	@$(MAIN) -m retrieval ship-vectors bot/data/nlu bot/tests

.PHONY: lock
lock: setup-dev ## pin requirements/*.in into requirements/*.txt, with hashes (UPGRADE=1 for newer ones)
	@compile() { $(UV) pip compile --quiet $(if $(UPGRADE),--upgrade) --generate-hashes --no-header --no-annotate \
		--python "$$1" "requirements/$$2.in" --output-file "requirements/$$2.txt" $$3 >/dev/null; }; \
	without="--override=requirements/left-out.txt"; \
	for name in main dev web actions; do compile $(MAIN) $$name $$without || exit; done; \
	compile $(BOT) bot $$without && compile $(BOT) shipped

.PHONY: format
format: setup-dev ## let ruff format the code and mend what it can
	@$(MAIN) -m ruff check --fix .
	@$(MAIN) -m ruff format .

.PHONY: clean
clean: ## remove everything that was made here: environments, models, index, secrets
	@rm -rf $(VAR) .pytest_cache .mypy_cache .ruff_cache .hypothesis .rasa
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: .any-python
.any-python:
	@test -n "$(ANY)" || { echo "No Python 3 that runs was found: install Python 3.11 and 3.10 and run the same command again." >&2; exit 1; }
