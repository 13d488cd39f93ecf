"""A stage's processes, started for a measurement: the real ones of the process table, without the manager's loop."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from stage.bus.bus import Sent, Subscriber
from stage.bus.zmq_bus import ZmqBus
from stage.clock import Clock, MonotonicClock
from stage.errors import EXIT_BAD_INPUT, InputError, ProcessError
from stage.manager.child import Child
from stage.manager.run_dir import RunDirectory
from stage.manager.supervision import STOP_LIMIT_NS
from stage.manager.table import Process, RunOptions, show_processes
from stage.messages.topics import Record
from stage.units import NS_PER_S

START_LIMIT_NS = 60 * NS_PER_S
LISTENING_NS = NS_PER_S // 20
NULL_DRIVER = ("GALLIUM_NOOP=1", "GALLIUM_THREAD=0")
"""Mesa's driver that draws nothing: it leaves the cost of everything else. (Mesa's threaded front end crashes on it:
Mesa 22.3, glBufferSubData of more than 320 bytes after a draw.)"""


@dataclass(frozen=True, slots=True)
class LiveStage:
    """Running processes, their bus and run directory."""

    bus: ZmqBus
    run_dir: Path
    children: tuple[Child, ...]
    clock: Clock

    def check(self) -> None:
        """Raises InputError if one of them ended because of bad input, ProcessError with its last output if it died."""
        for child in self.children:
            code = child.exit_code()
            if code == EXIT_BAD_INPUT:
                problem, _, remedy = child.last_words().partition(". ")
                raise InputError(child.process.role, "", problem, remedy)
            if code is not None:
                raise ProcessError(f"{child.process.role} ended with {code}: {child.last_words()}")


@contextmanager
def live_stage(stage_path: Path, processes: Sequence[Process]) -> Iterator[LiveStage]:
    """Start the processes in their own run directory; end them all on leaving."""
    clock = MonotonicClock()
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder, RunDirectory(Path(folder), clock) as owned:
        bus = ZmqBus.in_directory(owned.path)
        children = tuple(Child(process, stage_path, owned.path) for process in processes)
        try:
            for child in children:
                child.spawn()
            yield LiveStage(bus, owned.path, children, clock)
        finally:
            for child in children:
                child.end(STOP_LIMIT_NS / NS_PER_S)
            bus.close()


def offscreen_show(null_driver: bool) -> tuple[Process, ...]:
    """The processes every show needs, offscreen; `null_driver`: nothing is actually drawn."""
    return tuple(
        replace(process, environment=NULL_DRIVER) if null_driver and process.role == "render" else process
        for process in show_processes(RunOptions(offscreen=True, listen=("127.0.0.1", 0)))
    )


def tracker_process(stage_path: Path, source: str, *options: str) -> Process:
    """A simulated tracker for a source of the stage, with options of `openstage simulate tracker`."""
    arguments = ("simulate", "tracker", "--stage", str(stage_path), "--source", source, *options)
    return Process(f"tracker-{source}", "tools.cli", arguments, needed_for_show=False, service=False)


def wait_for_record(live: LiveStage, subscriber: Subscriber, kind: type[Record]) -> Record:
    """The first record of a kind. Raises ProcessError if none comes, with the last output of what died."""
    given_up_ns = live.clock.now_ns() + START_LIMIT_NS
    while live.clock.now_ns() < given_up_ns:
        for record in subscriber.receive(NS_PER_S // 5):
            if isinstance(record, kind):
                return record
        live.check()
    raise ProcessError(f"no {kind.__name__} within {START_LIMIT_NS // NS_PER_S} s")


def records_for(live: LiveStage, subscriber: Subscriber, seconds: float) -> list[Sent]:
    """Everything sent for `seconds`. It is read only now and then, to avoid affecting the stage."""
    heard: list[Sent] = []
    until_ns = live.clock.now_ns() + round(seconds * NS_PER_S)
    while (now_ns := live.clock.now_ns()) < until_ns:
        live.clock.rest_until_ns(min(until_ns, now_ns + LISTENING_NS))
        heard += subscriber.receive_sent()
    return heard
