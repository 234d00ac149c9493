# make run · make test · make gate · make bench. Everything lives in .venv and .groundedqa.

PYTHON ?= python3
BIN := .venv/bin
CORPUS ?= corpus
PORT ?= 8501
export HF_HUB_OFFLINE := 1
export ANONYMIZED_TELEMETRY := False

.PHONY: run test gate bench clean

run: .venv/installed
	@$(BIN)/groundedqa index $(CORPUS)
	@$(BIN)/groundedqa app --port $(PORT)

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/groundedqa check $(CORPUS)
	$(BIN)/python tests/corpus/survey.py $(CORPUS)
	$(BIN)/python -m pytest

gate: .venv/installed-dev
	$(BIN)/python benchmarks/gate.py

bench: .venv/installed-dev
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/sizes.py

clean:
	rm -rf .venv .groundedqa

# Torch comes first and by itself: what else needs it then takes the build that is already there.
.venv/installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $$(grep '^torch==' constraints.txt)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
