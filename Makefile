# make demo: set up, read the sample cases.  make serve: the workbench.  make test: set up, check, test.  make bench: speed and memory.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLES := src/anamnese/samples

.PHONY: demo serve test lint bench vendor clean

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

# the rival has an environment of its own: its pins are not ours
.venv-bench/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --upgrade pip
	.venv-bench/bin/pip install --quiet --editable '.[bench]'
	touch $@

demo: $(VENV)/.installed
	$(BIN)/anamnese read $(SAMPLES)/cases --format text
	$(BIN)/anamnese read $(SAMPLES)/hospital --format text
	$(BIN)/anamnese read $(SAMPLES)/cases --format facts --out out/cases
	$(BIN)/anamnese read $(SAMPLES)/hospital --format facts --out out/hospital
	@echo "Les faits sont dans out/"

$(VENV)/.installed-web: $(VENV)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[web]'
	touch $@

# the workbench with the sample cases; its address is printed
serve: $(VENV)/.installed-web
	mkdir -p out
	$(BIN)/anamnese serve --db out/workbench.db --samples

vendor:
	$(PYTHON) vendor/take.py

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n auto

# the same program with what reads a report compiled (hatch_build.py): takes a C compiler and some minutes
.venv-bench/compiled/.built: .venv-bench/.installed hatch_build.py $(shell find src/anamnese -name '*.py' -o -name '*.tsv')
	rm -rf .venv-bench/compiled
	ANAMNESE_COMPILE=1 .venv-bench/bin/pip install --quiet --no-deps --target .venv-bench/compiled . \
	  && touch $@ || echo "not compiled: only the pure build is measured"

bench: .venv-bench/.installed .venv-bench/compiled/.built
	.venv-bench/bin/python bench/bench.py

clean:
	rm -rf $(VENV) .venv-bench out
