"""`openstage bench kills`: processes of a running stage are killed, or stopped, at random moments amid orders.

Every order is another value of the look, so what is on air afterwards tells which were carried out: the last accepted
one must be, and one that was refused or unanswered must not. Gaps are between the presentations of two frames that
render reports, in frames; beside them stand the gaps of the same stage, in the same run, when nothing is killed.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.errors import ProcessError
from stage.files.loading import load_stage
from stage.manager.run_dir import running_stage
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import OnAir
from stage.messages.control import Phase, ProcessState
from stage.messages.frames import FrameReport
from stage.units import NS_PER_S

SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
VICTIMS = (
    ("kill", "render"),
    ("kill", "conductor"),
    ("stop", "render"),
    ("stop", "conductor"),
    ("kill", "tracking"),
    ("kill", "console"),
)
"""In turn: what is done, and to whom."""
LIMITS = {"kill render": 6.0, "stop render": 30.0, "stop conductor": 30.0}
LIMIT = 3.0
"""The largest gap of the wall allowed, in frames; for what `LIMITS` does not name."""
START_NS = 120 * NS_PER_S
SETTLED_NS = 12 * NS_PER_S
"""So long a process has run before it is killed: after 5 s its spare starts to load."""
AFTER_NS = 4 * NS_PER_S


@dataclass
class Watch:
    """What the stage's bus said."""

    states: dict[str, ProcessState] = field(default_factory=dict)
    presented_ns: list[int] = field(default_factory=list)
    air: OnAir | None = None


class KillBench:
    """One running stage, and what is done to it."""

    def __init__(self, run_dir: Path, bus: ZmqBus, period_ns: int, seed: int) -> None:
        self._run_dir, self._clock, self._period_ns = run_dir, MonotonicClock(), period_ns
        self._ear = bus.subscriber("process.state", "frame.report", "show.air")
        self._random = random.Random(seed)
        self._watch = Watch()
        self._orders = 0
        self.accepted, self.refused, self.lost, self.ghosts, self.steps_lost = 0, 0, 0, 0, 0
        self.gaps: dict[str, list[float]] = {"nothing": []}

    def wait_ready(self, role: str) -> int:
        """The pid of a process that has run long enough to have a spare. Raises ProcessError."""
        given_up_ns = self._clock.now_ns() + START_NS
        while (now_ns := self._clock.now_ns()) < given_up_ns:
            self._listen()
            state = self._watch.states.get(role)
            if state is not None and state.state is Phase.RUNNING and now_ns - state.since_ns > SETTLED_NS:
                return state.pid
        raise ProcessError(f"{role} did not run within {START_NS // NS_PER_S} s")

    def strike(self, what: str, role: str) -> None:
        """Measure a while without harm, then kill or stop the process between two orders, and see what is left."""
        pid = self.wait_ready(role)
        self._mark()
        self.gaps["nothing"].append(self._gap(AFTER_NS))
        self._mark()
        steps = self._watch.air.undo_steps if self._watch.air else 0
        values = [self._order()]
        self._clock.sleep_until_ns(self._clock.now_ns() + self._random.randrange(self._period_ns * 3))
        os.kill(pid, SIGNALS[what])
        values.append(self._order())
        self.gaps.setdefault(f"{what} {role}", []).append(self._gap(AFTER_NS))
        self._settle(steps, values)

    def _settle(self, steps: int, values: list[tuple[float, bool]]) -> None:
        """Count what was lost, and what was done though nobody was told so."""
        self._watch.air = None
        given_up_ns = self._clock.now_ns() + START_NS
        while self._watch.air is None and self._clock.now_ns() < given_up_ns:
            self._listen()
        if self._watch.air is None:
            raise ProcessError("nobody says what is on air any more")
        good = [value for value, accepted in values if accepted]
        on_air = self._watch.air.look.exposure.ev
        self.lost += bool(good and on_air != good[-1] and not any(on_air == v for v, done in values if not done))
        self.ghosts += any(on_air == value for value, accepted in values if not accepted)
        self.steps_lost += max(0, min(200, steps + bool(good)) - self._watch.air.undo_steps)

    def _order(self) -> tuple[float, bool]:
        """Give an order; its value, and whether the stage accepted it."""
        self._orders += 1
        value = (self._orders % 997) / 1000.0
        running = running_stage(self._run_dir)
        body = json.dumps({"values": {"exposure.ev": value}, "fade_s": self._random.choice((0.0, 30.0))}).encode()
        request = urllib.request.Request(
            f"{running.console if running else ''}api/commands/look.set",
            body,
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                done = bool(json.load(answer)["accepted"])
        except (OSError, ValueError):
            done = False
        self.accepted, self.refused = self.accepted + done, self.refused + (not done)
        return value, done

    def _mark(self) -> None:
        """Gaps count from here on: from the last frame that was presented."""
        self._listen()
        self._watch.presented_ns = self._watch.presented_ns[-1:]

    def _gap(self, length_ns: int) -> float:
        """The longest time between two presentations, in frames, since the mark and for `length_ns` from now."""
        until_ns = self._clock.now_ns() + length_ns
        while self._clock.now_ns() < until_ns:
            self._listen()
        shown = self._watch.presented_ns
        return max((later - sooner for sooner, later in itertools.pairwise(shown)), default=length_ns) / self._period_ns

    def _listen(self) -> None:
        for record in self._ear.receive(NS_PER_S // 20):
            if isinstance(record, ProcessState):
                self._watch.states[record.role] = record
            elif isinstance(record, FrameReport):
                self._watch.presented_ns.append(record.presented_ns)
            elif isinstance(record, OnAir):
                self._watch.air = record


def kill_figures(stage: Path, kills: int, seed: int) -> dict[str, object]:
    """Gaps by what was done, in frames, next to the limit, and what was lost. Raises ProcessError."""
    period_ns = FrameClock(load_stage(stage).rate_hz).period_ns
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        run_dir = Path(folder)
        command = (sys.executable, "-m", "tools.cli", "run", str(stage), "--offscreen", "--run-dir", folder)
        process = subprocess.Popen((*command, "--simulate", "handheld"), stdout=subprocess.DEVNULL)
        bus = ZmqBus.in_directory(run_dir)
        try:
            bench = KillBench(run_dir, bus, period_ns, seed)
            for role in ("render", "conductor", "tracking", "console"):
                bench.wait_ready(role)
            for number in range(kills):
                bench.strike(*VICTIMS[number % len(VICTIMS)])
            return _figures(bench)
        finally:
            process.terminate()
            process.wait()
            bus.close()


def _figures(bench: KillBench) -> dict[str, object]:
    rows: dict[str, object] = {}
    good = not (bench.lost or bench.ghosts or bench.steps_lost)
    for name, gaps in bench.gaps.items():
        limit = LIMITS.get(name, LIMIT)
        rows[name] = {"n": len(gaps), "worst": max(gaps), "median": sorted(gaps)[len(gaps) // 2], "limit": limit}
        good = good and (name == "nothing" or max(gaps) <= limit)
    return {
        "wall_gap_frames": rows,
        "orders": {
            "accepted": bench.accepted,
            "refused_or_unanswered": bench.refused,
            "accepted_and_lost": bench.lost,
            "done_but_not_answered": bench.ghosts,
            "undo_steps_lost": bench.steps_lost,
        },
        "good": good,
    }
