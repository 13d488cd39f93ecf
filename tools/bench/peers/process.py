"""A side in a process of its own, driven by lines: `draw FIRST COUNT` answers what it took, `picture FILE` stores the
walls' pictures, the end of the input ends it.

`python -m tools.bench.peers.process SIDE CASE`. Only this program's answers go to its output: what libraries print
goes to the error stream.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TextIO

import numpy as np

from stage.clock import MonotonicClock, all_cpu_ns
from stage.errors import ProcessError
from stage.units import NS_PER_MS
from tools.bench.peers.cases import CASES
from tools.bench.peers.sides import DrawingSide, side_of


@dataclass(frozen=True, slots=True)
class Turn:
    """What one frame took, ms: CPU of all the process's threads (mean), and the clock (median and 99 of 100)."""

    cpu_ms: float
    wall_p50_ms: float
    wall_p99_ms: float


class SideProcess:
    """A side at work. Raises ProcessError where it ends."""

    def __init__(self, side: str, case: str, environment: dict[str, str]) -> None:
        self.side = side
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.bench.peers.process", side, case],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def draw(self, first: int, count: int) -> Turn:
        """Draw frames one after the other."""
        return Turn(**json.loads(self._asked(f"draw {first} {count}")))

    def picture(self, file: Path) -> None:
        """Store the walls' pictures in an .npz file."""
        self._asked(f"picture {file}")

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _asked(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            said = self._process.stderr.read()[-2000:]
            raise ProcessError(f"{self.side} ended with {self._process.wait(20)}: {said}")
        return answer


def timed(side: DrawingSide, numbers: Sequence[int]) -> Turn:
    """Draw frames and say what they took."""
    clock, walls = MonotonicClock(), []
    cpu_ns = all_cpu_ns()
    for number in numbers:
        started_ns = clock.now_ns()
        side.draw(number)
        walls.append((clock.now_ns() - started_ns) / NS_PER_MS)
    cpu_ms = (all_cpu_ns() - cpu_ns) / NS_PER_MS / len(numbers)
    return Turn(cpu_ms, median(walls), float(np.percentile(walls, 99)))


def serve(side: DrawingSide, lines: TextIO, answers: TextIO) -> None:
    """Do what each line asks."""
    for line in lines:
        what, *rest = line.split()
        if what == "draw":
            first, count = int(rest[0]), int(rest[1])
            turn = timed(side, range(first, first + count))
            answer = {name: getattr(turn, name) for name in Turn.__slots__}
        else:
            np.savez(line.split(maxsplit=1)[1].strip(), **side.pictures())  # type: ignore[arg-type]
            answer = {}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """One side, one case."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _, side, case = sys.argv
    serve(side_of(side, CASES[case]), sys.stdin, answers)


if __name__ == "__main__":
    main()
