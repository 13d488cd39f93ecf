"""The log of a process has an end: records a minute, characters a record, bytes a file."""

from __future__ import annotations

import subprocess
import sys
from logging import LogRecord
from pathlib import Path

from stage.process.bounded_log import LARGEST_BYTES, MOST_OF_OTHERS, SPAN_NS, Pace

NOISE = """
import logging, sys
from pathlib import Path
from stage.process.bounded_log import begin_log
from stage.units import NS_PER_S
minutes = iter(range(10**9))
begin_log("osc", Path(sys.argv[1]), lambda: next(minutes) * 60 * NS_PER_S)
for number in range(4000):
    logging.info("%s", "x" * 100_000)
"""


def record(name: str, message: str) -> LogRecord:
    return LogRecord(name, 20, "", 0, message, None, None)


def test_a_library_writes_a_few_records_of_a_kind_a_minute_and_the_rest_is_a_number() -> None:
    now_ns = 0
    pace = Pace(lambda: now_ns)
    assert sum(pace.filter(record("root", "Unhandled parameter type")) for _ in range(1000)) == MOST_OF_OTHERS
    assert pace.filter(record("openstage.osc", "refused"))
    now_ns = SPAN_NS
    said = record("root", "Unhandled parameter type")
    assert pace.filter(said)
    assert f"{1000 - MOST_OF_OTHERS} records" in said.msg


def test_a_log_is_set_aside_while_the_process_runs(tmp_path: Path) -> None:
    log = tmp_path / "osc.log"
    with log.open("ab") as out:
        subprocess.run([sys.executable, "-c", NOISE, str(log)], stderr=out, check=True)
    aside = tmp_path / "osc.1.log"
    assert 0 < log.stat().st_size < LARGEST_BYTES + 100_000
    assert LARGEST_BYTES < aside.stat().st_size < LARGEST_BYTES + 100_000
