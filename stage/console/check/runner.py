"""Behind the check button: `openstage check` on the running stage file, in a separate process of the lowest priority.
One at a time; the last result stays in the run directory.

The show is not touched: the check draws the walls separately. It does not start a second stage to measure latency,
whose trackers would send to the same ports: that figure is the running show's own.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stage.clock import Clock
from stage.console.check.report import CheckReport, CheckState, ShowMeanwhile, report_of
from stage.errors import EXIT_FAILED, InputError
from stage.files.loading import load_stage
from stage.units import NS_PER_S

FOLDER, FRESH = "check", "check.new"
RESULT = "result.json"
LONGEST_NS = 900 * NS_PER_S
LAST_WORDS_CHARS = 400
POLITE = ("nice", "-n", "19")
ONE_CORE = ("env", "LP_NUM_THREADS=1", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
"""Priority alone does not help where a software renderer draws the walls: cores that share a cache compete for it."""
LAUNCH = ("-m", "stage.manager.launch")
"""It ends with this process, just as every process ends with the manager."""

log = logging.getLogger("openstage.console")

Program = Callable[[Path, "CheckOrder", Path], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """What to check: the set (None = the stage file's), the camera motion, and how many frames of it."""

    scene: str | None = None
    motion: str = "dolly"
    frames: int = 6


@dataclass(frozen=True, slots=True)
class ShowFigures:
    """The show's own figures at one time; totals count from its start."""

    latency_p50_ms: float | None = None
    latency_p99_ms: float | None = None
    missed_total: int = 0
    late_total: int = 0


@dataclass(slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    figures: ShowFigures
    who: str
    since_ns: int


def check_program(stage_path: Path, order: CheckOrder, out: Path) -> tuple[str, ...]:
    """The command line, by module name, because the check is in a layer above this one."""
    scene = ("--scene", order.scene) if order.scene is not None else ()
    launch = (sys.executable, *LAUNCH, str(os.getpid()), "now")
    what = ("tools.cli", "check", str(stage_path), *scene, "--motion", order.motion, "--frames", str(order.frames))
    return (*ONE_CORE, *POLITE, *launch, *what, "--latency-seconds", "0", "--json", "--out", str(out))


class CheckRunner:
    """One per console; used from one thread. `tell` receives every new state, `figures` returns the show's figures."""

    def __init__(
        self,
        stage_path: Path,
        run_dir: Path,
        clock: Clock,
        utc_s: Callable[[], float],
        tell: Callable[[CheckState], None],
        figures: Callable[[], ShowFigures],
        program: Program = check_program,
    ) -> None:
        self._stage_path, self._run_dir = stage_path, run_dir
        self._clock, self._utc_s = clock, utc_s
        self._tell, self._figures, self._program = tell, figures, program
        self._running: _Running | None = None
        self.state = CheckState(report=self._kept())
        tell(self.state)

    @property
    def running(self) -> bool:
        """Whether a check is under way; `look` must then be called from time to time."""
        return self._running is not None

    def start(self, order: CheckOrder, who: str) -> None:
        """Start a check. Raises InputError where one is running or the stage file is now broken."""
        if self._running is not None:
            raise InputError("check", "", f"is already running, for {self._running.who}", "Wait for it, or cancel it")
        load_stage(self._stage_path)
        fresh = self._run_dir / FRESH
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            fresh.mkdir(parents=True)
            with (fresh / "answer.json").open("wb") as answer, (fresh / "log.txt").open("wb") as words:
                process = subprocess.Popen(
                    self._program(self._stage_path, order, fresh),
                    stdin=subprocess.DEVNULL,
                    stdout=answer,
                    stderr=words,
                    start_new_session=True,
                )
        except OSError as error:
            raise InputError("check", "", f"cannot be started: {error}", "Check whether the disk is full") from error
        self._running = _Running(process, self._figures(), who, self._clock.now_ns())
        self._become(CheckState(True, self._running.since_ns, who, None, self.state.report))

    def look(self) -> None:
        """Poll the check; when it is done, store and report its result."""
        running = self._running
        if running is None:
            return
        code = running.process.poll()
        if code is not None:
            self._running = None
            self._finish(code, running)
        elif self._clock.now_ns() - running.since_ns > LONGEST_NS:
            self._end(f"took longer than {LONGEST_NS // NS_PER_S} s and was stopped")

    def cancel(self) -> None:
        """Stop the running check and discard its result. Raises InputError where none is running."""
        if self._running is None:
            raise InputError("check", "", "is not running", "Start one")
        self._end("was cancelled")

    def close(self) -> None:
        """Called when the console ends: stops the check."""
        if self._running is not None:
            self._running.process.kill()
            self._running.process.wait()
            self._running = None

    def picture(self, name: str) -> Path | None:
        """A picture of the last check by file name; None where there is none."""
        path = self._run_dir / FOLDER / name
        return path if path.is_file() else None

    def _end(self, problem: str) -> None:
        self.close()
        self._become(replace(self.state, running=False, problem=problem))

    def _finish(self, code: int, ran: _Running) -> None:
        fresh = self._run_dir / FRESH
        try:
            if code not in (0, EXIT_FAILED):
                raise InputError("check", "", _last_words(fresh / "log.txt") or f"ended with {code}", "")
            document = json.loads((fresh / "answer.json").read_bytes())
            took_s = (self._clock.now_ns() - ran.since_ns) / NS_PER_S
            kept = {
                "document": document,
                "meanwhile": asdict(_meanwhile(ran.figures, self._figures())),
                "who": ran.who,
                "took_s": took_s,
                "done_utc_s": self._utc_s(),
            }
            report = self._report(kept)
            (fresh / RESULT).write_text(json.dumps(kept))
            shutil.rmtree(self._run_dir / FOLDER, ignore_errors=True)
            fresh.rename(self._run_dir / FOLDER)
        except (OSError, ValueError, InputError) as error:
            words = _last_words(fresh / "log.txt") if isinstance(error, ValueError) else ""
            log.error("the check gave no result: %s", words or error)
            self._become(replace(self.state, running=False, problem=words or str(error)))
            return
        self._become(CheckState(False, ran.since_ns, ran.who, None, report))

    def _kept(self) -> CheckReport | None:
        try:
            return self._report(json.loads((self._run_dir / FOLDER / RESULT).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, InputError):
            return None

    def _report(self, kept: dict[str, Any]) -> CheckReport:
        age_ns = round(max(0.0, self._utc_s() - kept["done_utc_s"]) * NS_PER_S)
        meanwhile = ShowMeanwhile(**kept["meanwhile"])
        done_ns = self._clock.now_ns() - age_ns
        return report_of(kept["document"], meanwhile, kept["who"], kept["took_s"], done_ns)

    def _become(self, state: CheckState) -> None:
        self.state = state
        self._tell(state)


def _meanwhile(before: ShowFigures, after: ShowFigures) -> ShowMeanwhile:
    missed = max(0, after.missed_total - before.missed_total)
    late = max(0, after.late_total - before.late_total)
    return ShowMeanwhile(after.latency_p50_ms, after.latency_p99_ms, missed, late)


def _last_words(path: Path) -> str:
    try:
        return path.read_bytes()[-LAST_WORDS_CHARS:].decode("utf-8", "replace").strip()
    except OSError:
        return ""
