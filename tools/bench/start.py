"""From `openstage run` to the first frame on the wall, and from a killed process to the next frame."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from stage.bus.bus import Subscriber
from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.errors import ProcessError
from stage.messages.control import ProcessState
from stage.messages.frames import Frame, FrameReport
from stage.messages.topics import Record
from stage.units import NS_PER_S
from tools.sim.stage_variant import write_variant

LIMIT_NS = 60 * NS_PER_S
STOP_S = 10.0
SETTLED_S = 12.0
"""How long a stage runs before a process is killed: by then spares are ready, as in a show."""


def start_figures(stage_path: Path, runs: int = 3) -> dict[str, object]:
    """Seconds from starting the program to the first frame presented, and from killing render or the conductor to
    the next one; medians of `runs`, and each run."""
    figures: dict[str, list[float]] = {"first_frame_s": [], "render_killed_s": [], "conductor_killed_s": []}
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
            path = write_variant(stage_path, Path(folder))
            for name, seconds in _one_run(path, Path(folder) / "run").items():
                figures[name].append(seconds)
    return {"runs": runs, **{name: median(values) for name, values in figures.items()}, "each": figures}


def _one_run(stage_path: Path, run_dir: Path) -> dict[str, float]:
    clock = MonotonicClock()
    bus = ZmqBus.in_directory(run_dir)
    subscriber = bus.subscriber("frame.report", "conductor.frame", "process.state")
    started_ns = clock.now_ns()
    with _running(stage_path, run_dir):
        first_ns = _presented_after(subscriber, clock, started_ns)
        figures = {"first_frame_s": (first_ns - started_ns) / NS_PER_S}
        for role in ("render", "conductor"):
            pid = _pid_of(subscriber, clock, role)
            killed_ns = clock.now_ns()
            os.kill(pid, signal.SIGKILL)
            back_ns = _presented_after(subscriber, clock, killed_ns, decided=role == "conductor")
            figures[f"{role}_killed_s"] = (back_ns - killed_ns) / NS_PER_S
    bus.close()
    return figures


def _presented_after(subscriber: Subscriber, clock: MonotonicClock, moment_ns: int, decided: bool = False) -> int:
    """The time the first frame that render received after a moment was presented; `decided`: also decided after it."""
    decided_ns: dict[int, int] = {}
    for record in _until_limit(subscriber, clock):
        if isinstance(record, Frame):
            decided_ns[record.number] = record.decided_ns
            continue
        if not isinstance(record, FrameReport) or record.received_ns <= moment_ns:
            continue
        if not decided or decided_ns.get(record.number, 0) > moment_ns:
            return record.presented_ns
    raise ProcessError(f"no frame was drawn within {LIMIT_NS // NS_PER_S} s")


def _pid_of(subscriber: Subscriber, clock: MonotonicClock, role: str) -> int:
    """The role's process, once the stage has run undisturbed for a while."""
    calm_ns = clock.now_ns() + round(SETTLED_S * NS_PER_S)
    for record in _until_limit(subscriber, clock):
        if isinstance(record, ProcessState) and record.role == role and clock.now_ns() > calm_ns and record.pid:
            return record.pid
    raise ProcessError(f"the manager reported nothing of {role} within {LIMIT_NS // NS_PER_S} s")


def _until_limit(subscriber: Subscriber, clock: MonotonicClock) -> Iterator[Record]:
    given_up_ns = clock.now_ns() + LIMIT_NS
    while clock.now_ns() < given_up_ns:
        yield from subscriber.receive(NS_PER_S // 5)


@contextmanager
def _running(stage_path: Path, run_dir: Path) -> Iterator[None]:
    """`openstage run --offscreen --simulate still`, ended as Ctrl-C ends it."""
    command = [sys.executable, "-m", "tools.cli", "run", str(stage_path), "--offscreen", "--simulate", "still"]
    process = subprocess.Popen([*command, "--run-dir", str(run_dir), "--json"], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(STOP_S)
