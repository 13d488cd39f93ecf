"""Senders of every habit over UDP to the real processes: the conductor's decided cameras against the truth."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from socket import SOCK_DGRAM

from stage.bus.bus import Subscriber
from stage.errors import ProcessError
from stage.manager.table import Process
from stage.maths.frame_clock import FrameClock
from stage.maths.pose import Vector
from stage.messages.frames import Frame
from stage.messages.samples import SourceClock, SourceHealth, TrackingSample
from stage.show.camera_track import CameraTrack
from stage.units import NS_PER_S
from tools.bench.timing.offline import CAMERA, FRAMES_HZ, SOURCE, TimingFigures, limit_mm
from tools.bench.timing.rows import Row
from tools.bench.timing.worst import worst_because
from tools.live.free_port import free_port
from tools.live.live_stage import LiveStage, live_stage, wait_for_record
from tools.sim.motion import Motion

LEAD_NS = 3 * NS_PER_S
"""From starting the sender to its first packet: time to start Python."""
SETTLED_NS = 3 * NS_PER_S
LISTEN_NS = NS_PER_S // 20

STAGE_HEAD = """schema = "stage/1"
name = "timing"
frame_rate = "24"
scene = "boxes"
walls = [{ kind = "flat", name = "w", cabinets = { columns = 1, rows = 1, size_px = [16, 9], pitch_mm = 10.0 } }]
outputs = [{ name = "o", size_px = [16, 9], tiles = [{ tile = "w/all" }] }]
"""
STAGE_SOURCE = """
[[sources]]
name = "s{n}"
port = {port}

[[cameras]]
name = "c{n}"
source = "s{n}"
sensor_mm = [24.0, 13.5]
lens = {{ points = [{{ focal_length_mm = 24.0 }}] }}
"""


@dataclass(slots=True)
class _Heard:
    """The frames decided, the samples by camera, each source's last clock."""

    frames: list[Frame] = field(default_factory=list)
    samples: dict[str, list[TrackingSample]] = field(default_factory=dict)
    clocks: dict[str, SourceClock] = field(default_factory=dict)


def live_timing_figures(rows: Sequence[Row], seed: int, seconds: float) -> dict[str, TimingFigures]:
    """Every row as a source and a camera of its own, all at once, frames at 24 Hz. Raises ProcessError if the processes
    do not start or the sender fails."""
    ports = [free_port(SOCK_DGRAM) for _ in rows]
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = Path(folder) / "stage.toml"
        path.write_text(
            STAGE_HEAD + "".join(STAGE_SOURCE.format(n=n, port=port) for n, port in enumerate(ports)), encoding="utf-8"
        )
        processes = [Process("tracking", "tracking.service"), Process("conductor", "stage.conductor.service")]
        with live_stage(path, processes) as live:
            heard = live.bus.subscriber("conductor.frame", "tracking.health", "tracking.sample")
            wait_for_record(live, heard, SourceHealth)
            wait_for_record(live, heard, Frame)
            epoch_ns = live.clock.now_ns() + LEAD_NS
            order = {"rows": [row.name for row in rows], "ports": ports, "seed": seed, "seconds": seconds}
            sender = subprocess.Popen(
                [sys.executable, "-m", "tools.bench.timing.sender", json.dumps(order | {"epoch_ns": epoch_ns})],
                stdout=subprocess.PIPE,
            )
            try:
                heard_all = _listen(live, heard, epoch_ns + round(seconds * NS_PER_S))
                sender.communicate(timeout=10)
            finally:
                sender.kill()
                heard.close()
            if sender.returncode:
                raise ProcessError(f"the sender of the packets ended with {sender.returncode}")
    return {row.name: _figures(n, row, row.motion(seed + n), epoch_ns, heard_all) for n, row in enumerate(rows)}


def _listen(live: LiveStage, heard: Subscriber, until_ns: int) -> _Heard:
    """Everything until then."""
    found = _Heard()
    while live.clock.now_ns() < until_ns:
        live.check()
        for record in heard.receive(LISTEN_NS):
            if isinstance(record, Frame):
                found.frames.append(record)
            elif isinstance(record, TrackingSample):
                found.samples.setdefault(record.camera, []).append(record)
            elif isinstance(record, SourceHealth):
                found.clocks[record.source] = record.clock
    return found


def _figures(n: int, row: Row, motion: Motion, epoch_ns: int, heard: _Heard) -> TimingFigures:
    """The decided camera, and what the same samples would have given if they had been captured when they arrived."""
    arrived, waiting = CameraTrack(CAMERA, SOURCE.rate_hz), deque(heard.samples.get(f"c{n}", ()))
    squares, arrival_squares, judged = [], [], []
    for frame in heard.frames:
        tick_ns = frame.present_ns - FrameClock(FRAMES_HZ).period_ns
        while waiting and waiting[0].received_ns <= tick_ns:
            sample = waiting.popleft()
            arrived.observe(replace(sample, captured_ns=sample.received_ns))
        state = next(camera for camera in frame.cameras if camera.name == f"c{n}")
        if frame.present_ns - epoch_ns > SETTLED_NS and state.sample_number is not None:
            true_m = motion.pose_at((frame.present_ns - epoch_ns) / NS_PER_S).position_m
            judged.append((frame, state))
            squares.append(_square_mm(state.position_m, true_m))
            arrival_squares.append(_square_mm(arrived.state_at(frame.present_ns, tick_ns).position_m, true_m))
    if not squares:
        raise ProcessError(f"no frame was decided for {row.name!r}")
    rms, arrivals = (math.sqrt(sum(each) / len(each)) for each in (squares, arrival_squares))
    clock = heard.clocks.get(f"s{n}", SourceClock())
    worst, limit = math.sqrt(max(squares)), limit_mm(row, arrivals)
    at = squares.index(max(squares))
    tick_ns = judged[at][0].present_ns - FrameClock(FRAMES_HZ).period_ns

    def path(at_ns: int) -> Vector:
        return motion.pose_at((at_ns - epoch_ns) / NS_PER_S).position_m

    because = worst_because(judged, at, heard.samples.get(f"c{n}", ()), tick_ns, path)
    return TimingFigures(rms, worst, arrivals, limit, clock, because)


def _square_mm(a_m: Vector, b_m: Vector) -> float:
    return sum((a - b) ** 2 for a, b in zip(a_m, b_m, strict=True)) * 1e6
