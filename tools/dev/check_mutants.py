"""`python -m tools.dev.check_mutants`: which faults `openstage check` sees, which the tests see, and which neither.

Each row of tools/dev/check_faults.py is put into a copy of the tree, never into the tree itself; there the check is run
on bundled stages until one of them is not good, and then the tests that are about the broken file. Exit code 1 where
the check sees less than it must, where neither notices, or where a row's text is not found.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stage.errors import EXIT_FAILED
from tools.dev.check_faults import FAULTS, Fault
from tools.dev.mutants import LONGEST_S, ROOT, Copy

CHECK = ("check", "--scene", "boxes", "--latency-seconds", "0")
LEAST_SEEN = 0.95
"""The share of the faults that the check alone must see."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who saw a fault: the stages whose check was not good, or ended with an error; and the tests. None: not found."""

    check: bool | None
    tests: bool | None
    where: str = ""

    def __str__(self) -> str:
        if self.check is None:
            return "NOT FOUND"
        by = [name for name, saw in (("check", self.check), ("tests", self.tests)) if saw]
        return " and ".join(by) or "NEITHER"


class CheckedCopy(Copy):
    """A copy of the tree in which the check can be run."""

    def good(self, stage: str) -> bool:
        """Whether the check calls this copy good on a bundled stage."""
        command = [sys.executable, "-B", "-m", "tools.cli", *CHECK[:1], stage, *CHECK[1:]]
        alone = os.environ | {"LP_NUM_THREADS": "1"}
        try:
            ran = subprocess.run(command, cwd=self.folder, env=alone, capture_output=True, timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            return False
        return ran.returncode == 0

    def seen(self, fault: Fault, with_tests: bool) -> Seen:
        """Who sees a fault; the copy is whole again afterwards."""
        path = self.folder / fault.file
        whole = path.read_text(encoding="utf-8")
        if whole.count(fault.old) != 1:
            return Seen(None, None)
        path.write_text(whole.replace(fault.old, fault.new), encoding="utf-8")
        try:
            where = next((stage for stage in fault.stages if not self.good(stage)), "")
            return Seen(bool(where), not self.passes(fault.tests) if with_tests else False, where)
        finally:
            path.write_text(whole, encoding="utf-8")


def judged(faults: Sequence[Fault], jobs: int, with_tests: bool) -> Iterator[tuple[Fault, Seen]]:
    """Every fault with who saw it, in order; `jobs` copies are at work at once.

    Raises AssertionError where the check or a test fails without any fault.
    """
    with tempfile.TemporaryDirectory(prefix="openstage-faults-") as folder:
        copies = [CheckedCopy(ROOT, Path(folder, str(number))) for number in range(jobs)]
        for stage in dict.fromkeys(stage for fault in faults for stage in fault.stages):
            assert copies[0].good(stage), f"the check of {stage} is not good without any fault"
        tests = list(dict.fromkeys(test for fault in faults for test in fault.tests))
        assert not with_tests or copies[0].passes(tests), "a test fails without any fault"
        free = list(copies)

        def judge(fault: Fault) -> Seen:
            copy = free.pop()
            try:
                return copy.seen(fault, with_tests)
            finally:
                free.append(copy)

        with ThreadPoolExecutor(jobs) as pool:
            yield from zip(faults, pool.map(judge, faults), strict=True)


def main() -> int:
    """Judge every fault; say who sees it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="those whose file or words hold this text")
    parser.add_argument("--jobs", type=int, default=1, help="how many copies are at work at once")
    parser.add_argument("--check-alone", action="store_true", help="do not ask the tests")
    given = parser.parse_args()
    chosen = [fault for fault in FAULTS if given.only in f"{fault.file} {fault.what}"]
    results: list[Seen] = []
    for fault, seen in judged(chosen, given.jobs, not given.check_alone):
        results.append(seen)
        print(f"{seen!s:<16}{seen.where:<10} {fault.file:<36}{fault.what}", flush=True)
    by_check = sum(seen.check is True for seen in results)
    unseen = sum(not seen.check and not seen.tests for seen in results)
    print(f"{len(results)} faults: {by_check} seen by the check, {unseen} by neither")
    enough = bool(results) and by_check >= LEAST_SEEN * len(results)
    return 0 if enough and not unseen else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
