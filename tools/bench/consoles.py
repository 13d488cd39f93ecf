"""Many consoles on one stage: their cost to the walls, and whether all have a slider's last value when it is released.

The real processes; the consoles are WebSocket clients in one process of lower priority than the stage (in a show they
are other machines). The stage runs alternately without and with them. Then a slider is dragged as on the page: the
newest value is sent when the previous one is answered, at most twenty times a second. Meanwhile one console does not
answer (a tablet that went to sleep): its queue must not grow.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from stage.bus.bus import Subscriber
from stage.clock import Clock
from stage.console.link.web_server import ADDRESS_FILE
from stage.errors import ProcessError
from stage.files.loading import load_stage
from stage.manager.table import RunOptions, side_processes
from stage.maths.frame_clock import FrameClock
from stage.messages.frames import FrameReport
from stage.units import NS_PER_S
from tools.bench.switching.heard import lateness
from tools.live.live_stage import (
    START_LIMIT_NS,
    LiveStage,
    live_stage,
    offscreen_show,
    tracker_process,
    wait_for_record,
)
from tools.sim.stage_variant import write_variant

ROUNDS = 4
SETTLE_S = 2.0
SEND_NS = NS_PER_S // 20
"""The page sends a slider's value no more often than this (console/web/src/link/commands.ts)."""
LATEST_MS = 200.0
"""Time after release by which every console shows the last value."""
MOST_EV = 1.0
MOST_BATCHES = 2
"""A console that does not answer is sent at most two batches, each at most the whole state."""


class Clients:
    """The process of the consoles."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, word: str) -> Any:
        """Send a word; returns its answer. Raises ProcessError if the process has ended."""
        ear, mouth = self._process.stdin, self._process.stdout
        if ear is None or mouth is None:
            raise ProcessError("the consoles' process has no pipes")
        ear.write(word + "\n")
        ear.flush()
        if not (line := mouth.readline()):
            raise ProcessError(f"the consoles' process ended with {self._process.wait()}")
        return json.loads(line)


@dataclass(frozen=True, slots=True)
class Drag:
    """A slider's drag: how often it was sent, its last value, and when it was released."""

    sent: int
    last_ev: float
    released_ns: int


def console_figures(
    stage_path: Path, consoles: int = 20, seconds: float = 40.0, drag_s: float = 10.0, null_driver: bool = False
) -> dict[str, Any]:
    """`seconds` with and without consoles, alternately. Raises ProcessError if the stage does not start."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = write_variant(stage_path, Path(folder))
        stage = load_stage(path)
        trackers = [tracker_process(path, source.name, "--motion", "dolly") for source in stage.sources]
        sides = side_processes(stage, RunOptions(offscreen=True, listen=("127.0.0.1", 0)))
        shown = [process for process in sides if process.role == "console"]
        with live_stage(path, (*offscreen_show(null_driver), *shown, *trackers)) as live:
            address = _address(live)
            with _clients(address, consoles) as clients:
                without, beside = _in_turns(live, clients, seconds)
                slider = _dragged(live, clients, address, drag_s)
    period_ns = FrameClock(stage.rate_hz).period_ns
    return {"consoles": consoles, **_compared(without, beside, period_ns), "slider": slider}


def _in_turns(
    live: LiveStage, clients: Clients, seconds: float
) -> tuple[list[list[FrameReport]], list[list[FrameReport]]]:
    """The reports of each round without and with consoles."""
    ear = live.bus.subscriber("frame.report")
    wait_for_record(live, ear, FrameReport)
    without: list[list[FrameReport]] = []
    beside: list[list[FrameReport]] = []
    for _ in range(ROUNDS):
        _reports(live, ear, SETTLE_S)
        without.append(_reports(live, ear, seconds / ROUNDS))
        clients.tell("open")
        _reports(live, ear, SETTLE_S)
        beside.append(_reports(live, ear, seconds / ROUNDS))
        if lost := clients.tell("close"):
            raise ProcessError(f"{lost} connections were closed by the console")
    ear.close()
    return without, beside


def _compared(
    without: list[list[FrameReport]], beside: list[list[FrameReport]], period_ns: int
) -> dict[str, dict[str, float]]:
    """Both figures, and the median over the rounds of with : without."""
    one, other = lateness([*chain(*without)], period_ns), lateness([*chain(*beside)], period_ns)
    rounds = [(lateness(a, period_ns), lateness(b, period_ns)) for a, b in zip(without, beside, strict=True)]
    ratio = {
        name: float(np.median([after[key] / before[key] for before, after in rounds]))
        for name, key in (("p50", "drawing_p50_ms"), ("p99", "drawing_p99_ms"))
    }
    return {"without": one, "with": other, "drawing_ratio": ratio}


def _dragged(live: LiveStage, clients: Clients, address: str, drag_s: float) -> dict[str, Any]:
    """Drag, release, and read what the consoles have."""
    clients.tell("open")
    live.clock.sleep_until_ns(live.clock.now_ns() + round(SETTLE_S * NS_PER_S))
    (console,) = [child for child in live.children if child.process.role == "console"]
    before_mb = console.cpu_percent_and_memory_mb()[1]
    before = clients.tell("figures")
    clients.tell("count")
    clients.tell("stall")
    done = drag(live.clock, address, drag_s)
    live.clock.sleep_until_ns(live.clock.now_ns() + NS_PER_S)
    after = clients.tell("figures")
    resumed_ns = live.clock.now_ns()
    clients.tell("resume")
    live.clock.sleep_until_ns(live.clock.now_ns() + NS_PER_S)
    slow = clients.tell("figures")[-1]
    after_mb = console.cpu_percent_and_memory_mb()[1]
    clients.tell("close")
    arrived = arrivals(done, after[:-1])
    asleep_bytes, whole_bytes = after[-1]["state_bytes"], before[0]["first_bytes"]
    return {
        **arrived,
        "good": arrived["good"] and asleep_bytes <= MOST_BATCHES * whole_bytes,
        "bytes_per_s_and_console": _mean(after[:-1], "state_bytes") / (drag_s + 1.0),
        "state_values": [before[0]["values"], after[0]["values"]],
        "whole_state_bytes": whole_bytes,
        "asleep_got_bytes": asleep_bytes,
        "asleep_behind_ms": (slow["ev_ns"] - resumed_ns) / 1e6 if slow["ev"] == done.last_ev else float("inf"),
        "console_memory_mb": [before_mb, after_mb],
    }


def arrivals(done: Drag, consoles: list[dict[str, Any]]) -> dict[str, Any]:
    """Which consoles have the last value, and how long after release it came."""
    there = [(console["ev_ns"] - done.released_ns) / 1e6 for console in consoles if console["ev"] == done.last_ev]
    worst = max(there, default=float("inf"))
    return {
        "good": len(there) == len(consoles) and worst <= LATEST_MS,
        "sent": done.sent,
        "have_the_last_value": len(there),
        "of": len(consoles),
        "after_release_p50_ms": float(np.median(there)) if there else float("inf"),
        "after_release_max_ms": worst,
    }


def drag(clock: Clock, address: str, seconds: float) -> Drag:
    """Move the exposure like a finger for `seconds`, then release: the last value is sent as soon as possible."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=5.0)
    began_ns = clock.now_ns()
    length_ns = round(seconds * NS_PER_S)
    sent, released = 0, False
    while not released:
        now_ns = clock.now_ns()
        share = min(1.0, (now_ns - began_ns) / length_ns)
        released = share >= 1.0
        _set_exposure(connection, share * MOST_EV)
        sent += 1
        clock.sleep_until_ns(now_ns + SEND_NS)
    connection.close()
    return Drag(sent, MOST_EV, began_ns + length_ns)


def _set_exposure(connection: HTTPConnection, ev: float) -> None:
    body = json.dumps({"values": {"exposure.ev": ev}})
    connection.request("POST", "/api/commands/look.set", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise ProcessError(f"look.set was answered with {answer.status}: {text}")


def _reports(live: LiveStage, ear: Subscriber, seconds: float) -> list[FrameReport]:
    """The reports of the next `seconds`."""
    heard: list[FrameReport] = []
    until_ns = live.clock.now_ns() + round(seconds * NS_PER_S)
    while (left_ns := until_ns - live.clock.now_ns()) > 0:
        heard += [record for record in ear.receive(left_ns) if isinstance(record, FrameReport)]
        live.check()
    return heard


def _address(live: LiveStage) -> str:
    """The console's address, once it serves."""
    given_up_ns = live.clock.now_ns() + START_LIMIT_NS
    while live.clock.now_ns() < given_up_ns:
        if (live.run_dir / ADDRESS_FILE).exists():
            return str(json.loads((live.run_dir / ADDRESS_FILE).read_text(encoding="utf-8"))["url"])
        live.check()
        live.clock.sleep_until_ns(live.clock.now_ns() + NS_PER_S // 10)
    raise ProcessError("the console did not report its address")


@contextmanager
def _clients(address: str, count: int) -> Iterator[Clients]:
    command = [sys.executable, "-m", "tools.bench.console_clients", address, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Clients(process)


def _mean(consoles: list[dict[str, Any]], name: str) -> float:
    return float(np.mean([console[name] for console in consoles]))
