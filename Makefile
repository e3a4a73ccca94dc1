# Every target works in .venv, which the first one makes. Needed beforehand: make, and Python 3.11 or newer.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock
NBVAL := --nbval-lax --nbval-current-env --nbval-cell-timeout=90 --nbval-sanitize-with=notebooks/sanitize.cfg

.PHONY: help demo test test-long lint notebooks lab docs wheel lock clean

help:
	@echo "make demo       plan a day of deliveries in Wuhan; leaves out/demo/ with map.html and more"
	@echo "make test       tests, doctests and notebooks (under 7 minutes on 2 cores)"
	@echo "make test-long  the fuzzing, fault and brute-force campaigns too"
	@echo "make lint       style, types, layers"
	@echo "make lab        JupyterLab with the notebooks"
	@echo "make docs       the documentation as HTML in out/docs/"
	@echo "make wheel      dist/*.whl"
	@echo "make lock       renew requirements.lock (needs uv)"

demo: .venv/.base
	$(BIN)/python -m routing demo --out out/demo

test: .venv/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long" --doctest-modules $(NBVAL) notebooks tests gisdata routing

test-long: .venv/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile -m long tests

lint: .venv/.test
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

notebooks: .venv/.test
	$(BIN)/python -m pytest $(NBVAL) notebooks tests/test_notebook_form.py

lab: .venv/.notebooks
	$(BIN)/jupyter lab notebooks

docs: .venv/.docs
	$(BIN)/mkdocs build --strict

wheel: .venv/.test
	$(BIN)/python -m build --wheel

lock:
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-header --no-annotate --upgrade \
		pyproject.toml -o requirements.lock

clean:
	rm -rf .venv out dist build

.venv/.base: pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found. Install one, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	@touch $@

.venv/.notebooks .venv/.test .venv/.docs: .venv/.%: .venv/.base
	$(PIP) -e ".[$*]"
	@touch $@
