"""A stage that `openstage run` runs for a measurement: orders to it, and what its bus says."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stage.bus.zmq_bus import ZmqBus
from stage.clock import Clock, MonotonicClock
from stage.errors import ProcessError
from stage.files.loading import load_stage
from stage.manager.run_dir import running_stage
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import OnAir
from stage.messages.control import AlertState, Phase, ProcessState
from stage.messages.frames import FrameReport
from stage.messages.topics import Record
from stage.units import NS_PER_S

LISTEN_NS = NS_PER_S // 20
START_NS = 120 * NS_PER_S
ANSWER_S = 10.0
NOBODY_KNOWS = (502, 503, 504)
"""The console has no answer: the order may still have been carried out."""
ENDS_S = 60.0
JSON = {"Content-Type": "application/json", "X-Operator": "bench"}


@dataclass
class Heard:
    """What the bus said, newest by key. `restarts` of each role that were seen, `unasked` ends of its processes."""

    states: dict[str, ProcessState] = field(default_factory=dict[str, ProcessState])
    alerts: dict[tuple[str, str], AlertState] = field(default_factory=dict[tuple[str, str], AlertState])
    presented_ns: list[int] = field(default_factory=list[int])
    late_ns: list[int] = field(default_factory=list[int])
    air: OnAir | None = None


class RunningShow:
    """The stage in `run_dir`."""

    def __init__(self, run_dir: Path, bus: ZmqBus, period_ns: int, process: subprocess.Popen[bytes]) -> None:
        self.run_dir, self.period_ns, self.process = run_dir, period_ns, process
        self.clock: Clock = MonotonicClock()
        self.heard = Heard()
        self._ear = bus.subscriber("process.state", "frame.report", "show.air", "alert")

    def listen(self, wait_ns: int = LISTEN_NS) -> None:
        """Take in what the bus says."""
        for record in self._ear.receive(wait_ns):
            self._hear(record)

    def listen_for(self, length_ns: int) -> None:
        """The same, for so long."""
        until_ns = self.clock.now_ns() + length_ns
        while self.clock.now_ns() < until_ns:
            self.listen()

    def _hear(self, record: Record) -> None:
        heard = self.heard
        if isinstance(record, ProcessState):
            heard.states[record.role] = record
        elif isinstance(record, FrameReport):
            heard.presented_ns.append(record.presented_ns)
            heard.late_ns.append(record.late_ns)
        elif isinstance(record, OnAir):
            heard.air = record
        elif isinstance(record, AlertState):
            heard.alerts[record.code, record.subject] = record

    def wait_running(self, role: str, settled_ns: int = 0) -> int:
        """The process id of a role that has run for so long. Raises ProcessError."""
        given_up_ns = self.clock.now_ns() + START_NS + settled_ns
        while (now_ns := self.clock.now_ns()) < given_up_ns:
            self.listen()
            state = self.heard.states.get(role)
            if state is not None and state.state is Phase.RUNNING and now_ns - state.since_ns > settled_ns:
                return state.pid
            if self.process.poll() is not None:
                raise ProcessError(f"the stage ended with {self.process.returncode}")
        raise ProcessError(f"{role} did not run within {START_NS // NS_PER_S} s")

    def air(self) -> OnAir:
        """What is on air, said from now on. Raises ProcessError."""
        self.heard.air = None
        given_up_ns = self.clock.now_ns() + START_NS
        while self.heard.air is None and self.clock.now_ns() < given_up_ns:
            self.listen()
        if self.heard.air is None:
            raise ProcessError("nobody says what is on air any more")
        return self.heard.air

    def mark(self) -> None:
        """Gaps count from here on: from the last frame that was presented."""
        self.listen()
        self.heard.presented_ns = self.heard.presented_ns[-1:]

    def gap_frames(self) -> float:
        """The longest time between two presentations since the mark, in frames; up to now where none came."""
        shown = [*self.heard.presented_ns, self.clock.now_ns()]
        return max((b - a for a, b in itertools.pairwise(shown)), default=0) / self.period_ns

    def active_alerts(self) -> list[AlertState]:
        """Alerts of the stage's processes that hold now."""
        return [alert for alert in self.heard.alerts.values() if alert.active]

    def order(self, name: str, arguments: object, who: str = "bench") -> bool | None:
        """Give an order: whether the stage accepted it; None where nobody knows, for no answer came."""
        return accepted(self.ask("POST", f"api/commands/{name}", arguments, who))

    def ask(self, method: str, path: str, body: object = None, who: str = "bench") -> object:
        """A request to the console: its document, also of a refusal; None where none comes."""
        running = running_stage(self.run_dir)
        data = None if body is None else json.dumps(body).encode()
        headers = {**JSON, "X-Operator": who}
        try:
            request = urllib.request.Request(
                f"{running.console if running else ''}{path}", data, headers, method=method
            )
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                document: object = json.load(answer)
                return document
        except urllib.error.HTTPError as error:
            with error:
                return _refusal(error)
        except (OSError, ValueError):
            return None


def _refusal(error: urllib.error.HTTPError) -> object:
    if error.code in NOBODY_KNOWS:
        return None
    try:
        return json.load(error)
    except (OSError, ValueError):
        return None


def accepted(answer: object) -> bool | None:
    """Whether an answer is one that accepts; None for no answer."""
    return bool(answer.get("accepted")) if isinstance(answer, dict) else None


@contextmanager
def running_show(
    stage: Path, run_dir: Path, *options: str, prefix: tuple[str, ...] = (), settled_ns: int = 0
) -> Iterator[RunningShow]:
    """Run a stage offscreen with a simulated tracker until everything in it runs. Raises ProcessError."""
    command = (*prefix, sys.executable, "-m", "tools.cli", "run", str(stage), "--offscreen", "--run-dir", str(run_dir))
    process = subprocess.Popen((*command, *options), stdout=subprocess.DEVNULL)
    bus = ZmqBus.in_directory(run_dir)
    try:
        show = RunningShow(run_dir, bus, FrameClock(load_stage(stage).rate_hz).period_ns, process)
        for role in ("render", "conductor", "tracking", "console", "manager"):
            show.wait_running(role, settled_ns)
        yield show
    finally:
        process.terminate()
        try:
            process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
        bus.close()
