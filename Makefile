# make demo    the whole road on a synthetic cohort; ends by naming the PDFs
# make test    every test
# make bench   how fast: one table of every piece of work beside a peer and the limit, also as bench.json
# make check   style, spelling, types, import contract, budgets, the documentation's commands and its site
# make sbom    build/sbom.json, every package of .venv as CycloneDX
# make docs    the documentation as pages in build/site, warnings as errors
#
# Each sets up .venv first, and again when pyproject.toml or constraints.txt have changed.
#   PYTHON=python3.11   interpreter       TORCH=cuda   the GPU build of torch       TORCH_INDEX=URL   index of its CPU builds

SHELL := /bin/bash
BIN := .venv/bin
READY := .venv/ready
HOUSE := tests/test_architecture.py tests/test_budgets.py tests/test_house.py tests/test_docs.py

.PHONY: demo test bench check docs sbom debian browser
.DEFAULT_GOAL := demo

demo: $(READY) debian
	$(BIN)/crescreen demo

test: $(READY) browser
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --durations 10

bench: $(READY) debian
	$(BIN)/python -m tests.benchmarks

check: $(READY) debian
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/python -m pytest $(HOUSE)
	@$(MAKE) --no-print-directory docs

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "-> build/site/index.html"

sbom: $(READY)
	@mkdir -p build
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json .venv
	@echo "-> build/sbom.json"

debian:
	@.ci/debian

browser: debian
	@.ci/debian --test || echo "no browser: the tests that open a report in one are skipped"

$(READY): pyproject.toml constraints.txt constraints.sha256 .ci/install .ci/hashes.py
	@echo "setting up .venv (the first time takes some minutes)"
	@rm -f $@
	.ci/install .venv dev
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
