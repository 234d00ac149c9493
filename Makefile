# make run · make test · make gate · make bench. Everything lives in .venv and .groundedqa.

PYTHON ?= python3
BIN := .venv/bin
CORPUS ?= corpus
PORT ?= 8501
export HF_HUB_OFFLINE := 1
export ANONYMIZED_TELEMETRY := False

.PHONY: run test test-fast test-corpus gate bench clean

run: .venv/installed
	@$(BIN)/groundedqa index $(CORPUS)
	@$(BIN)/groundedqa app --port $(PORT)

# Everything: lint, types, import contracts, the base that ships and all lanes of tests, two at a time.
test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/groundedqa check $(CORPUS)
	$(BIN)/python tests/corpus/survey.py $(CORPUS)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder

# While you write code: the unit lane, which needs no model, no process and no browser.
test-fast: .venv/installed-dev
	$(BIN)/python -m pytest -m unit

# While you write pages: only what checks the base that ships.
test-corpus: .venv/installed-dev
	$(BIN)/groundedqa check $(CORPUS)
	$(BIN)/python tests/corpus/survey.py $(CORPUS)
	$(BIN)/python -m pytest tests/corpus

# Whether answers to the gold cases got worse than benchmarks/baseline.json says.
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
