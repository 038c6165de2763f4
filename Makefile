# make app    set everything up, index the seed documents, serve the page at 127.0.0.1:7860
# make test   set everything up, run the whole suite
# make test-fast  what needs no model, no browser and no other process, in less than a minute
# make lint   ruff, mypy, import contract
# make fuzz   broken files for every loader: make fuzz MINUTES=1 FORMAT=.docx
# make bench  retrieval benchmark: make bench DATA=folder with the public sets
# make clean  remove what the others made

PYTHON ?= python3
PORT ?= 7860
MINUTES ?= 5
VENV := .venv
BIN := $(VENV)/bin
SEEDS := build/seeds.index

.PHONY: app test test-fast lint fuzz bench clean
.DELETE_ON_ERROR:

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,lint,ocr]'
	touch $@

$(SEEDS): $(VENV)/installed $(wildcard seeds/documents/*) $(wildcard index/*.py index/*/*.py)
	mkdir -p build
	$(BIN)/underline build --overwrite $@ seeds/documents
	touch $@

app: $(SEEDS)
	$(BIN)/python app.py $(SEEDS) --port $(PORT) --examples seeds/examples.txt

test: $(VENV)/installed
	$(BIN)/python -m pytest $(TESTS)

test-fast: $(VENV)/installed
	$(BIN)/python -m pytest -m 'not models and not browser and not slow' $(TESTS)

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(VENV)/installed
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(if $(FORMAT),--format $(FORMAT))

bench: $(VENV)/installed
	@test -n "$(DATA)" || { echo "make bench DATA=FOLDER: the folder with the public sets, see benchmarks/README.md"; exit 2; }
	$(BIN)/python -m benchmarks.retrieval --data $(DATA)

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
