# Each command makes what it needs: `make demo` and `make test` work in a fresh clone.
#
#   make demo      train a VAE on handwritten digits, evaluate it, write a report
#   make test      the tests
#   make lint      rules, form, who may import whom
#   make types     the type checker
#   make slow      reproductions of published numbers (minutes each)
#   make docs      the pages that are made from the code
#   make page      the explorer's page from frontend/ (needs Node 20; its result is committed)
#   make bench     timings against a plain loop and pythae
#   make format    mend what ruff can mend
#   make lock      choose new versions for constraints.txt
#   make clean     remove what the above have made (not runs/)
#
# Variables: PYTHON (which Python makes the environment), VENV (where it lies), WORKERS (how many
# processes test at once), ARGS (more arguments for pytest or the benchmarks).

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
ARGS ?=

PY := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
INSTALLED_BENCH := $(VENV)/installed-bench
DEMO := runs/demo

.DEFAULT_GOAL := help
.PHONY: help demo test lint types slow docs page bench format lock clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(INSTALLED)
	rm -rf $(DEMO)
	$(PY) -m elbowroom train digits --out $(DEMO)
	$(PY) -m elbowroom evaluate $(DEMO)
	$(PY) -m elbowroom report $(DEMO)
	@echo "Open $(DEMO)/report.html in a browser."

test: $(INSTALLED)
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

slow: $(INSTALLED)
	$(PY) -m pytest -m slow --durations 0 $(ARGS)

lint: $(INSTALLED)
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(VENV)/bin/lint-imports

types: $(INSTALLED)
	$(PY) -m ty check --python $(VENV)

format: $(INSTALLED)
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

docs: $(INSTALLED)
	mkdir -p docs
	$(PY) -c 'from elbowroom.combinations import combinations; print(combinations().markdown(), end="")' > docs/combinations.md
	$(PY) -c 'from elbowroom.recipes import Recipes, recipes; print(Recipes(recipes()).markdown(), end="")' > docs/recipes.md

page:
	@command -v npm >/dev/null || { echo "The explorer's page is built with Node 20 or newer, and 'npm' was not found. Its result is committed: nothing else needs this." >&2; exit 1; }
	cd frontend && npm ci --no-audit --no-fund && npm run check && npm test && npm run build

bench: $(INSTALLED_BENCH)
	$(PY) -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) $(LOCKING) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------- the environment

# The marker file is younger than what it was installed from, and names where: an environment
# does not survive being moved, so a moved clone installs again.
ifneq ($(shell cat $(INSTALLED) 2>/dev/null),$(CURDIR))
$(INSTALLED): moved
.PHONY: moved
moved:
endif

$(INSTALLED): pyproject.toml constraints.txt
	@$(call check_python,$(PYTHON))
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(if $(wildcard $(VENV)/pyvenv.cfg),--clear) $(VENV)
	@$(call check_python,$(PY))
	@echo "Installing Elbowroom into $(VENV): once, a few minutes."
	@$(PY) -m pip install --constraint constraints.txt --editable '.[dev]'
	@echo '$(CURDIR)' > $@

$(INSTALLED_BENCH): $(INSTALLED)
	$(PY) -m pip install --constraint constraints.txt --editable '.[bench]'
	@touch $@

# Says in words what would otherwise be a traceback in the middle of an installation.
define check_python
command -v $(1) >/dev/null || { \
	echo "Elbowroom needs Python 3.11 or newer, and '$(1)' was not found. Install Python, or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }; \
$(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Elbowroom needs Python 3.11 or newer; '$(1)' is $$($(1) --version 2>&1). Name a newer one: make PYTHON=python3.12 (and remove $(VENV) if it was made by the old one)" >&2; exit 1; }; \
$(1) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "'$(1)' lacks the venv module. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
endef

# What pip chooses today in an empty environment, written down. torch stays where it is put here:
# raise TORCH on purpose, because its builds are large and its numbers change.
TORCH := 2.13.0
LOCKING := .venv-lock

lock:
	@$(call check_python,$(PYTHON))
	rm -rf $(LOCKING)
	$(PYTHON) -m venv $(LOCKING)
	$(LOCKING)/bin/python -m pip install 'torch==$(TORCH)' --editable '.[dev,bench]'
	{ echo '# The exact versions that `make` installs. Made by `make lock`; not edited by hand.'; \
	  $(LOCKING)/bin/python -m pip freeze --all --exclude pip --exclude-editable | sed 's/+[^ ]*$$//'; \
	} > $(LOCKING)/constraints.txt
	@! grep -n '@\|file:' $(LOCKING)/constraints.txt || { echo 'a version is a local path' >&2; exit 1; }
	mv $(LOCKING)/constraints.txt constraints.txt
	rm -rf $(LOCKING)
