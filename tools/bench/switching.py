"""Presets and sets switched while the stage runs: does a frame come late for it, and which frame shows it first?

The real conductor, tracking and render processes; the bench gives the commands as the console does. First the stage
runs undisturbed, then with a recall every few frames and a set change now and then, in one run: the shares of late and
skipped frames are compared.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stage.bus.bus import Publisher, Subscriber
from stage.clock import NS_PER_S, FrameClock
from stage.errors import ProcessError
from stage.messages.commands import Command, CommandResult
from stage.messages.frames import Frame, FrameReport
from stage.model.loading import load_stage
from tools.live_stage import LiveStage, live_stage, offscreen_show, tracker_process, wait_for_record
from tools.sim.stage_variant import write_variant

TOPICS = ("conductor.frame", "frame.report", "command.result")
WARM_S = 3.0
LATE_SHARE = 0.5
"""A frame presented more than this share of a frame after its time is late."""
RECALLS_PER_SET = 10
EVERY_FRAMES = 3


@dataclass(slots=True)
class Heard:
    """What came from the bus in one part of the run."""

    frames: dict[int, Frame] = field(default_factory=dict)
    reports: list[FrameReport] = field(default_factory=list)
    results: list[CommandResult] = field(default_factory=list)


def switching_figures(
    stage_path: Path, scenes: Sequence[str], recalls: int = 200, null_driver: bool = False
) -> dict[str, Any]:
    """`scenes`: the sets that are switched in turn, all loaded at the start. Raises ProcessError where the stage does
    not come up or a command is refused."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = write_variant(stage_path, Path(folder), scene=scenes[0])
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("scene = ", f"scenes = {json.dumps(list(scenes))}\nscene = ", 1), encoding="utf-8")
        stage = load_stage(path)
        trackers = [tracker_process(path, source.name, "--motion", "dolly") for source in stage.sources]
        with live_stage(path, (*offscreen_show(null_driver), *trackers)) as live:
            quiet, busy, memory = _run(live, scenes, recalls)
    period_ns = FrameClock(stage.rate_hz).period_ns
    return {
        "commands": len(busy.results),
        "set_changes": sum(result.name == "scene.switch" for result in busy.results),
        "frames_to_show": _frames_to_show(busy),
        "undisturbed": _lateness(quiet, period_ns),
        "switching": _lateness(busy, period_ns),
        "render_memory_mb": memory,
    }


def _run(live: LiveStage, scenes: Sequence[str], recalls: int) -> tuple[Heard, Heard, dict[str, float]]:
    ear, mouth = live.bus.subscriber(*TOPICS), live.bus.publisher("console")
    wait_for_record(live, ear, FrameReport)
    _hear(live, ear, Heard(), round(WARM_S * NS_PER_S))
    for command in _commands(scenes, RECALLS_PER_SET * len(scenes)):
        _tell(live, ear, mouth, command, Heard())
    before_mb = _render_mb(live)
    quiet, busy = Heard(), Heard()
    begun_ns = live.clock.now_ns()
    for command in _commands(scenes, recalls):
        _tell(live, ear, mouth, command, busy)
    took_ns = live.clock.now_ns() - begun_ns
    after_mb = _render_mb(live)
    _hear(live, ear, quiet, took_ns)
    ear.close()
    mouth.close()
    return quiet, busy, {"before": before_mb, "after": after_mb}


def _commands(scenes: Sequence[str], recalls: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Recalls of two looks in turn; after every ten the next set."""
    for number in range(recalls):
        part = {"exposure": {"ev": 0.5 * (number % 2)}, "sun": {"gain": 1.0 + 0.5 * (number % 2)}}
        yield "look.recall", {"preset": f"bench-{number % 2}", "part": part}
        if number % RECALLS_PER_SET == RECALLS_PER_SET - 1:
            yield "scene.switch", {"scene": scenes[(number // RECALLS_PER_SET + 1) % len(scenes)]}


def _tell(
    live: LiveStage, ear: Subscriber, mouth: Publisher, command: tuple[str, dict[str, Any]], heard: Heard
) -> None:
    """Give it, wait for its answer, then for a few frames more."""
    name, arguments = command
    number = f"{live.clock.now_ns()}"
    mouth.publish(Command(number, name, json.dumps(arguments), "bench", live.clock.now_ns()))
    answered = len(heard.results)
    given_up_ns = live.clock.now_ns() + 5 * NS_PER_S
    while len(heard.results) == answered:
        if live.clock.now_ns() > given_up_ns:
            raise ProcessError(f"{name} was not answered in 5 s")
        _hear(live, ear, heard, NS_PER_S // 100)
    result = heard.results[-1]
    if not result.accepted:
        raise ProcessError(f"{name} was refused: {result.text}")
    while max(heard.frames, default=0) < result.frame_number + EVERY_FRAMES:
        _hear(live, ear, heard, NS_PER_S // 100)


def _hear(live: LiveStage, ear: Subscriber, heard: Heard, time_ns: int) -> None:
    until_ns = live.clock.now_ns() + time_ns
    while (left_ns := until_ns - live.clock.now_ns()) > 0:
        for record in ear.receive(left_ns):
            if isinstance(record, Frame):
                heard.frames[record.number] = record
            elif isinstance(record, FrameReport):
                heard.reports.append(record)
            elif isinstance(record, CommandResult):
                heard.results.append(record)
        live.check()


def _frames_to_show(heard: Heard) -> dict[str, float]:
    """Of every recall: frames from the last one decided before it was obeyed to the first that shows it; and whether
    the frame that was promised is the one."""
    waits: list[float] = []
    broken = 0
    for result in heard.results:
        before = [n for n, frame in heard.frames.items() if frame.decided_ns < result.done_ns]
        promised = heard.frames.get(result.frame_number)
        if not before or promised is None or result.name != "look.recall":
            continue
        waits.append(float(result.frame_number - max(before)))
        earlier = heard.frames.get(result.frame_number - 1)
        broken += earlier is not None and earlier.look == promised.look
    p50, p99 = np.percentile(waits or [float("nan")], (50, 99))
    return {"p50": float(p50), "p99": float(p99), "not_on_the_promised_frame": broken}


def _lateness(heard: Heard, period_ns: int) -> dict[str, float]:
    late = sum(report.late_ns > LATE_SHARE * period_ns for report in heard.reports)
    drawing_ms = [(report.drawn_ns - report.received_ns) / 1e6 for report in heard.reports]
    p50, p99 = np.percentile(drawing_ms or [float("nan")], (50, 99))
    return {
        "frames": len(heard.reports),
        "late": late,
        "skipped": sum(report.skipped for report in heard.reports),
        "drawing_p50_ms": float(p50),
        "drawing_p99_ms": float(p99),
    }


def _render_mb(live: LiveStage) -> float:
    return sum(child.cpu_percent_and_memory_mb()[1] for child in live.children if child.process.role == "render")
