"""What recording costs, how soon a take plays after its cut, what a killed recorder loses: on the real processes."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from stage.errors import InputError, ProcessError
from stage.files.loading import load_stage
from stage.manager.child import Child
from stage.manager.table import Process, RunOptions, side_processes
from stage.messages.commands import CommandResult
from stage.messages.frames import Frame, FrameReport
from stage.messages.samples import TrackingSample
from stage.messages.takes import RecorderState
from stage.messages.topics import Record
from stage.show.orders.given import command_of
from stage.takes.places import take_folders
from stage.takes.take import Take
from stage.units import NS_PER_MS, NS_PER_S
from tools.live.live_stage import LiveStage, live_stage, offscreen_show, records_for, tracker_process, wait_for_record
from tools.sim.stage_variant import write_variant

RECORDER = "recorder"
WHO = "bench@127.0.0.1"
KEPT_NS = NS_PER_S // 5
"""What was on the bus longer than this before a kill must be in the take."""
PATIENCE_NS = 10 * NS_PER_S
WARM_S = 1.0
LEAST_S, ROLL_S = 0.3, 3.0
SEED = 7
MOST_MS = 1000.0
BYTES_PER_MB = 1e6


def take_figures(stage_path: Path, seconds: float, cuts: int, kills: int) -> dict[str, Any]:
    """The figures. `seconds`: of each of the four parts of the cost; `cuts`: takes that are played; `kills` of the
    recorder. Raises ProcessError if the stage does not start."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as name:
        path = write_variant(stage_path, Path(name))
        recorder = _recorder(path)
        sources = load_stage(path).sources
        show = [
            *offscreen_show(null_driver=True),
            *(tracker_process(path, source.name, "--motion", "handheld") for source in sources),
        ]
        with live_stage(path, [*show, recorder]) as live:
            bench = _Bench(live)
            cost = _cost(bench, live.children[-1].spawn(), seconds)
            played = _played(bench, cuts)
            bench.close()
        with live_stage(path, show) as live:
            killed = _killed(live, path, recorder, kills)
    good = played["p99"] <= MOST_MS and not any(value for key, value in killed.items() if key != "kills")
    return {**cost, "cut_to_played_ms": played, "killed": killed, "good": good}


def _recorder(path: Path) -> Process:
    options = RunOptions(offscreen=True, listen=("127.0.0.1", 0))
    return next(row for row in side_processes(load_stage(path), options) if row.role == RECORDER)


class _Bench:
    """Gives orders to a live stage, and listens."""

    def __init__(self, live: LiveStage) -> None:
        self.live, self.clock = live, live.clock
        self.ear = live.bus.subscriber(
            "frame.report", "command.result", "take.state", "conductor.frame", "tracking.sample"
        )
        self.mouth = live.bus.publisher("console")
        wait_for_record(live, self.ear, FrameReport)
        wait_for_record(live, self.ear, RecorderState)
        records_for(live, self.ear, WARM_S)

    def give(self, order: str, **arguments: Any) -> CommandResult:
        """Give an order, and wait for its answer."""
        command = command_of(order, arguments, WHO, self.clock.now_ns())
        self.mouth.publish(command)
        until_ns = self.clock.now_ns() + PATIENCE_NS
        while self.clock.now_ns() < until_ns:
            for record in self.ear.receive(NS_PER_S // 100):
                if isinstance(record, CommandResult) and record.number == command.number:
                    return record
        raise ProcessError(f"{order} was never answered")

    def close(self) -> None:
        """Stop listening."""
        self.ear.close()
        self.mouth.close()


def _cost(bench: _Bench, recorder_pid: int, seconds: float) -> dict[str, float]:
    """Render's times with and without a take that rolls, parts in turn; the recorder's share of a core; its rate."""
    process = psutil.Process(recorder_pid)
    times: dict[bool, list[float]] = {False: [], True: []}
    used_s = written = 0.0
    for rolls in (False, True, True, False):
        if rolls:
            bench.give("shot.roll", slate="cost")
        before_s = sum(process.cpu_times()[:2])
        heard = [each.record for each in records_for(bench.live, bench.ear, seconds)]
        times[rolls] += [each.cpu_ns / NS_PER_MS for each in heard if isinstance(each, FrameReport)]
        if rolls:
            used_s += sum(process.cpu_times()[:2]) - before_s
            written += max((each.bytes for each in heard if isinstance(each, RecorderState)), default=0)
            bench.give("shot.cut")
    return {
        "frame_cpu_ratio": float(np.median(times[True]) / np.median(times[False])),
        "recorder_core_share": used_s / (2 * seconds),
        "mb_per_minute": written / BYTES_PER_MB / (2 * seconds) * 60.0,
    }


def _played(bench: _Bench, cuts: int) -> dict[str, float]:
    """From the order to cut to the first frame of the take on the walls, in milliseconds."""
    waits: list[float] = []
    for number in range(cuts):
        bench.give("shot.roll", slate=f"play{number}")
        records_for(bench.live, bench.ear, 1.0)
        cut_ns = bench.clock.now_ns()
        bench.give("shot.cut")
        answer = bench.give("take.play", take=f"play{number}_t001")
        if answer.frame_number is None:
            raise ProcessError(f"the take was not played: {answer.text}")
        waits.append((_shown_ns(bench, answer.frame_number) - cut_ns) / NS_PER_MS)
        bench.give("take.live")
    return {"p50": float(np.median(waits)), "p99": float(np.percentile(waits, 99)), "worst": max(waits)}


def _shown_ns(bench: _Bench, number: int) -> int:
    """When a frame, or the first after it, was on the walls."""
    until_ns = bench.clock.now_ns() + PATIENCE_NS
    while bench.clock.now_ns() < until_ns:
        for record in bench.ear.receive(NS_PER_S // 100):
            if isinstance(record, FrameReport) and record.number >= number:
                return record.presented_ns
    raise ProcessError(f"frame {number} was never shown")


def _killed(live: LiveStage, path: Path, recorder: Process, kills: int) -> dict[str, int]:
    """Kill the recorder while a take rolls, at moments of a fixed sequence, and count what it has lost."""
    moments_s = np.random.default_rng(SEED).uniform(LEAST_S, ROLL_S, kills)
    counts = {"kills": kills, "lost_frames": 0, "lost_samples": 0, "unreadable": 0}
    for number, moment_s in enumerate(moments_s):
        child = Child(recorder, path, live.run_dir)
        pid = child.spawn()
        bench = _Bench(live)
        bench.give("shot.roll", slate=f"kill{number}")
        heard = records_for(live, bench.ear, float(moment_s))
        killed_ns = live.clock.now_ns()
        os.kill(pid, signal.SIGKILL)
        child.end(1.0)
        bench.give("shot.cut")
        bench.close()
        known = [each.record for each in heard if each.sent_ns < killed_ns - KEPT_NS]
        _count_lost(path.parent / "takes", f"kill{number}_", known, counts)
    return counts


def _count_lost(root: Path, stem: str, known: list[Record], counts: dict[str, int]) -> None:
    """Compare a take with what was heard on the bus."""
    folder = next((each for each in take_folders(root) if each.name.startswith(stem)), None)
    try:
        if folder is None:
            raise InputError(stem, "", "was never begun", "")
        with Take(folder) as take:
            frames = set(take.numbers.tolist())
            samples = {
                each.record.number
                for each in take.records("tracking.sample")
                if isinstance(each.record, TrackingSample)
            }
    except InputError:
        counts["unreadable"] += 1
        return
    counts["lost_frames"] += sum(isinstance(each, Frame) and each.number not in frames for each in known)
    counts["lost_samples"] += sum(isinstance(each, TrackingSample) and each.number not in samples for each in known)
