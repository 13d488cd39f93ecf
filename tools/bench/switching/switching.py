"""Presets and sets switched while the stage runs: is any frame mixed or late, and which frame shows the change first?

The real conductor, tracking and render processes; the bench gives the commands as the console does. The stage runs
alternately with a recall every few frames and an occasional set change, and undisturbed: late and skipped frames of
both are compared. The outputs' pictures are then redrawn from the frames' records and compared as well.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from stage.bus.bus import Publisher, Subscriber
from stage.errors import ProcessError
from stage.files.loading import load_stage
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import CommandResult
from stage.messages.frames import Frame, FrameReport, Preview
from stage.show.orders.given import command_of
from stage.units import NS_PER_S
from tools.bench.switching.heard import (
    Heard,
    decided_late_p99_ms,
    first_frames,
    frames_to_show,
    late_because_of,
    lateness,
    slope_per_100,
)
from tools.live.live_stage import LiveStage, live_stage, offscreen_show, tracker_process, wait_for_record
from tools.sim.stage_variant import write_variant

TOPICS = ("conductor.frame", "frame.report", "command.result", "wall.preview")
WARM_S = 3.0
EVERY_FRAMES = 3
ROUND = 50
"""Commands a round, followed by the same time undisturbed."""
TAIL_NS = NS_PER_S // 4
"""Frames still arrive after the last command of a round; they belong to no part."""


@dataclass(slots=True)
class Run:
    """The results of a whole run. `memory_mb`: role to (commands so far, MB)."""

    quiet: Heard = field(default_factory=Heard)
    busy: Heard = field(default_factory=Heard)
    memory_mb: dict[str, list[tuple[int, float]]] = field(default_factory=dict)


def switching_figures(
    stage_path: Path,
    scenes: Sequence[str],
    recalls: int = 200,
    set_changes: int = 20,
    null_driver: bool = False,
    coarser: int = 1,
) -> dict[str, Any]:
    """`scenes`: the sets that are switched in turn, all loaded at the start. `coarser`: see `write_variant`. Raises
    ProcessError if the stage does not start or a command is refused, InputError for the stage file."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = write_variant(stage_path, Path(folder), scene=scenes[0], coarser=coarser)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("scene = ", f"scenes = {json.dumps(list(scenes))}\nscene = ", 1), encoding="utf-8")
        stage = load_stage(path)
        trackers = [tracker_process(path, source.name, "--motion", "dolly") for source in stage.sources]
        with live_stage(path, (*offscreen_show(null_driver), *trackers)) as live:
            run = run_commands(live, list(commands(scenes, recalls, set_changes)))
        pictures = {} if null_driver else _pictures(path, scenes, run.busy)
    period_ns, lead_ms = FrameClock(stage.rate_hz).period_ns, stage.timing.draw_lead_ms
    return {**figures_of(run, period_ns, period_ns if lead_ms is None else round(lead_ms * 1e6)), **pictures}


def figures_of(run: Run, period_ns: int, lead_ns: int) -> dict[str, Any]:
    """The figures that need no pictures. `lead_ns`: from a frame's tick to its present time."""
    quiet, busy = run.quiet, run.busy
    first = first_frames(busy)
    parts = {"undisturbed": quiet.frames, "switching": busy.frames}
    parts["of_it_first_frames"] = {number: frame for number, frame in busy.frames.items() if number in first}
    return {
        "commands": len(busy.results),
        "set_changes": sum(result.name == "scene.switch" for result in busy.results),
        "frames_to_show": frames_to_show(busy),
        "undisturbed": lateness(quiet.reports, period_ns),
        "switching": lateness(busy.reports, period_ns),
        "of_it_first_frames": lateness([report for report in busy.reports if report.number in first], period_ns),
        "late_because_of_switching": late_because_of(quiet, busy, period_ns),
        "decided_late_p99_ms": {name: decided_late_p99_ms(frames.values(), lead_ns) for name, frames in parts.items()},
        "memory_mb_per_100_changes": {role: slope_per_100(samples) for role, samples in run.memory_mb.items()},
    }


def commands(scenes: Sequence[str], recalls: int, set_changes: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Recalls of two looks in turn, with set changes spread among them."""
    changed = 0
    for number in range(recalls):
        part = {"exposure": {"ev": 0.5 * (number % 2)}, "sun": {"gain": 1.0 + 0.5 * (number % 2)}}
        yield "look.recall", {"preset": f"bench-{number % 2}", "part": part}
        while changed < (number + 1) * set_changes // recalls:
            changed += 1
            yield "scene.switch", {"scene": scenes[changed % len(scenes)]}


def run_commands(live: LiveStage, orders: Sequence[tuple[str, dict[str, Any]]]) -> Run:
    """Give them in rounds, each followed by the same time undisturbed."""
    ear, mouth = live.bus.subscriber(*TOPICS), live.bus.publisher("console")
    wait_for_record(live, ear, FrameReport)
    _hear(live, ear, Heard(), round(WARM_S * NS_PER_S))
    for order in islice(orders, ROUND):
        _tell(live, ear, mouth, order, Heard())
    run = Run()
    for begin in range(0, len(orders), ROUND):
        begun_ns = live.clock.now_ns()
        for order in orders[begin : begin + ROUND]:
            _tell(live, ear, mouth, order, run.busy)
        took_ns = live.clock.now_ns() - begun_ns
        _note_memory(live, run)
        _hear(live, ear, Heard(), TAIL_NS)
        _hear(live, ear, run.quiet, took_ns)
    ear.close()
    mouth.close()
    return run


def _tell(
    live: LiveStage, ear: Subscriber, mouth: Publisher, command: tuple[str, dict[str, Any]], heard: Heard
) -> None:
    """Give a command, wait for its answer, then for a few more frames."""
    name, arguments = command
    mouth.publish(command_of(name, arguments, "bench", live.clock.now_ns()))
    answered = len(heard.results)
    given_up_ns = live.clock.now_ns() + 5 * NS_PER_S
    while len(heard.results) == answered:
        if live.clock.now_ns() > given_up_ns:
            raise ProcessError(f"{name} was not answered within 5 s")
        _hear(live, ear, heard, NS_PER_S // 100)
    result = heard.results[-1]
    if not result.accepted or result.frame_number is None:
        raise ProcessError(f"{name} was refused: {result.text}")
    while next(reversed(heard.frames), 0) < result.frame_number + EVERY_FRAMES:
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
            elif isinstance(record, Preview):
                heard.previews.append(record)
        live.check()


def _note_memory(live: LiveStage, run: Run) -> None:
    for child in live.children:
        if child.process.needed_for_show:
            sample = (len(run.busy.results), child.cpu_percent_and_memory_mb()[1])
            run.memory_mb.setdefault(child.process.role, []).append(sample)


def _pictures(stage_path: Path, scenes: Sequence[str], heard: Heard) -> dict[str, Any]:
    from tools.bench.switching.pictures import Again, picture_figures

    again = Again(stage_path, scenes)
    try:
        return {"pictures": picture_figures(again, heard)}
    finally:
        again.close()
