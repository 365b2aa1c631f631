# make demo   variations of the two sample photographs, from nothing but Python and make
# make test   the whole suite
# make check  the suite, then format, lint, types and layers: what CI runs
PYTHON ?= python3
VENV   ?= .venv
OUT    ?= out/demo
PIP_FLAGS ?=
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint check quality speed clean

help:
	@sed -n 's/^# //p' $(firstword $(MAKEFILE_LIST))

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(f"faceaug needs Python 3.11 or newer, {sys.executable} is {v.major}.{v.minor}; try: make PYTHON=python3.11 ..." if v < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# A stamp a set of packages: pip runs again only when pyproject.toml has changed.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) (torch is large; the first time takes some minutes) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_FLAGS) -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) (torch is large; the first time takes some minutes) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_FLAGS) -e '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_FLAGS) -e '.[test,bench]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed-test

venv: $(VENV)/.installed

demo: $(VENV)/.installed
	$(BIN)/faceaug run recipes/quickstart.yaml sample_data -o $(OUT)
	@echo
	@echo "pictures       $(OUT)/pictures"
	@echo "manifest       $(OUT)/manifest.csv (also .jsonl and .parquet)"
	@echo "contact sheet  $(OUT)/contact_sheet.png"

test: $(VENV)/.installed-test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

lint: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: test lint

quality: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks.quality
	$(BIN)/python -m benchmarks.combinations

speed: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks.speed

clean:
	rm -rf out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
