"""`python -m tools.dev.busy_suite -- PYTEST_ARGUMENTS`: repeats the tests while other programs use the cores.

A test that waits too briefly, or races with what it tests, passes on a quiet machine and fails on a busy one. Prints a
line a round and a total, with the names of failed tests; pytest's output of a failed round is kept in `out/busy`.
Exit code 1 if anything failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from stage.clock import MonotonicClock
from stage.units import NS_PER_S

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "out" / "busy"
BUSY = "from stage.process.lifeline import die_with_parent\ndie_with_parent()\nwhile True: pass"
"""A program that never waits. It dies with its parent, however that ends."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the tests. `failed`: names of tests that failed or could not be run."""

    passed: int
    skipped: int
    failed: tuple[str, ...]
    seconds: float
    exit_code: int

    @property
    def good(self) -> bool:
        """Tests ran, and all of them passed."""
        return self.exit_code == 0 and not self.failed and self.passed > 0

    def __str__(self) -> str:
        ended = "" if self.good or self.failed else f", ended with exit code {self.exit_code}"
        counts = f"{self.passed} passed, {len(self.failed)} failed, {self.skipped} skipped"
        return f"{counts} in {self.seconds:.0f} s{ended}"


def main(arguments: Sequence[str]) -> int:
    """Run the rounds and print their results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="number of rounds")
    parser.add_argument("--busy", type=int, default=2, help="number of programs that use the cores meanwhile")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after `--`")
    given = parser.parse_args(arguments)
    rounds: list[Round] = []
    with busy_programs(given.busy):
        for number in range(1, given.rounds + 1):
            rounds.append(_run(given.pytest, KEPT / f"round-{number}.txt"))
            print(f"round {number} of {given.rounds}: {rounds[-1]}", flush=True)
            for name in rounds[-1].failed:
                print(f"    {name}", flush=True)
    print(total_of(rounds), flush=True)
    return 0 if rounds and all(each.good for each in rounds) else 1


@contextmanager
def busy_programs(count: int) -> Iterator[None]:
    """Run `count` programs that use a core each, inside the context."""
    programs = [subprocess.Popen([sys.executable, "-c", BUSY], cwd=ROOT) for _ in range(count)]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


def total_of(rounds: Sequence[Round]) -> str:
    """The line for all rounds."""
    bad = sum(not each.good for each in rounds)
    failures = sum(len(each.failed) for each in rounds)
    seconds = max((each.seconds for each in rounds), default=0.0)
    passed = sum(each.passed for each in rounds)
    return (
        f"{len(rounds)} rounds, {bad} of them bad: {passed} passed, {failures} failed; the longest took {seconds:.0f} s"
    )


def _run(pytest: Sequence[str], kept: Path) -> Round:
    clock = MonotonicClock()
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        told = Path(folder) / "told.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={told}", *pytest]
        began_ns = clock.now_ns()
        ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        seconds = (clock.now_ns() - began_ns) / NS_PER_S
        found = round_of(told.read_bytes() if told.is_file() else b"", seconds, ran.returncode)
    if not found.good:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(ran.stdout)
    return found


def round_of(junit: bytes, seconds: float, exit_code: int) -> Round:
    """A round from pytest's JUnit file; nothing passed if pytest ended without writing one."""
    cases = list(ElementTree.fromstring(junit).iter("testcase")) if junit else []
    failed = {_name(case) for case in cases if case.find("failure") is not None or case.find("error") is not None}
    skipped = {_name(case) for case in cases if case.find("skipped") is not None}
    passed = {_name(case) for case in cases} - failed - skipped
    return Round(len(passed), len(skipped - failed), tuple(sorted(failed)), seconds, exit_code)


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '')}::{case.get('name', '')}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
