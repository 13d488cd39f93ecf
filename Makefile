# The tasks of OpenStage. Each installs what is missing first (tools/setup.sh).
PYTHON := .venv/bin/python
OPENSTAGE := .venv/bin/openstage
STAGE ?= two-walls
MOTION := tests/data/fr1_xyz.tum

.PHONY: run setup test test-slow test-mutants check bench clean

run: setup
	@$(OPENSTAGE) run $(STAGE) --simulate handheld --witness

setup:
	@tools/setup.sh

# The checks and the tests both run, whichever fails; the tests' summary comes last.
test:
	@tools/setup.sh --tests
	@$(PYTHON) -m tools.dev.check; checked=$$?; $(PYTHON) -m pytest -m "not slow" && exit $$checked

test-slow:
	@tools/setup.sh --tests
	@$(PYTHON) -m pytest -m slow

# Breaks the code in a copy, a line at a time, and asks whether the tests notice; takes half an hour.
test-mutants:
	@tools/setup.sh --tests
	@$(PYTHON) -m tools.dev.mutants

check: setup
	@$(PYTHON) -m tools.dev.check

bench: setup
	$(OPENSTAGE) bench prediction --motion $(MOTION)
	$(OPENSTAGE) bench ingest
	$(OPENSTAGE) bench frame-cpu
	$(OPENSTAGE) bench latency
	$(OPENSTAGE) bench drawing
	$(OPENSTAGE) bench layers
	$(OPENSTAGE) bench picture
	$(OPENSTAGE) bench start
	$(OPENSTAGE) bench switching
	$(OPENSTAGE) bench consoles

clean:
	rm -rf stage/console/web_dist out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
