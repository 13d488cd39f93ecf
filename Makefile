# The tasks of OpenStage. Each installs what is missing first (tools/setup.sh).
PYTHON := .venv/bin/python
OPENSTAGE := .venv/bin/openstage
STAGE ?= two-walls
MOTION := tests/data/fr1_xyz.tum
# A worker a core; the tests of a file stay together, for they share what is slow to start.
PARALLEL := -n logical --maxprocesses 8 --dist loadfile
ROUNDS ?= 10

.PHONY: run setup reference test test-slow test-busy test-mutants soak coverage hooks check licences bench clean

run: setup
	@$(OPENSTAGE) run $(STAGE) --simulate handheld --witness

setup:
	@tools/setup.sh

# Adds the path tracer that pictures are measured against: `openstage scene reference`, `openstage bench light`.
reference:
	@tools/setup.sh --reference

# The checks and the tests both run, whichever fails; the tests' summary comes last.
test:
	@tools/setup.sh --tests
	@$(PYTHON) -m tools.dev.check; checked=$$?; $(PYTHON) -m pytest -m "not slow" $(PARALLEL) && exit $$checked

# The quick tests ten times in a row beside two busy programs: what passes here does not fail by luck.
test-busy:
	@tools/setup.sh --tests
	@$(PYTHON) -m tools.dev.busy_suite --rounds $(ROUNDS) -- -m "not slow" $(PARALLEL)

# How much of the code the quick tests run, processes included. Measuring makes them a good deal slower.
coverage:
	@tools/setup.sh --tests
	@rm -rf out/coverage && mkdir -p out/coverage
	@$(PYTHON) -m coverage run -m pytest -m "not slow" $(PARALLEL); tested=$$?; \
	$(PYTHON) -m coverage combine --quiet && $(PYTHON) -m coverage report && exit $$tested

test-slow:
	@tools/setup.sh --tests --reference
	@$(PYTHON) -m pytest -m slow

# Four hours of a simulated day with faults: what processes hold must not grow. Series and their picture in out/soak.
soak: setup
	$(OPENSTAGE) bench soak --minutes 240

# Breaks the code in a copy, a line at a time, and asks whether the tests and the check notice; takes an hour.
test-mutants:
	@tools/setup.sh --tests
	@$(PYTHON) -m tools.dev.mutants; killed=$$?; $(PYTHON) -m tools.dev.check_mutants && exit $$killed

check: setup
	@$(PYTHON) -m tools.dev.check

# Everything that is shipped, with its licence; marked: what has duties for whoever passes it on.
licences: setup
	@$(PYTHON) -m tools.dev.licences

# From now on git runs what is quick of `make check` before each commit.
hooks: setup
	@$(PYTHON) -m pre_commit install

bench: setup
	$(OPENSTAGE) bench prediction --motion $(MOTION)
	$(OPENSTAGE) bench prediction-table
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
