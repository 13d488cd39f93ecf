"""Senders of every habit, their bytes through tracking and prediction without a network. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from stage.maths.frame_clock import FrameClock
from stage.messages.samples import SourceClock
from stage.model.camera import Camera
from stage.model.sources.freed import FreedSource
from stage.show.camera_track import CameraTrack
from stage.units import NS_PER_S
from tools.bench.timing.rows import Row
from tools.sim.motion import Motion
from tracking.source_track import SharedPort, SourceTrack

SECONDS = 15.0
SETTLED_S = 2.0
FRAMES_HZ = Fraction(24)
EPOCH_NS = 1000 * NS_PER_S
SENDER = "10.0.0.1"
SOURCE = FreedSource(name="t", rate_hz=60.0)
CAMERA = Camera.model_validate(
    {"name": "c", "source": "t", "sensor_mm": (24.0, 13.5), "lens": {"points": [{"focal_length_mm": 24.0}]}}
)
ALLOWED = 1.02
"""Above the error with arrivals as they come: chance of one frame."""
ALLOWED_MM = 0.02


@dataclass(frozen=True, slots=True)
class TimingFigures:
    """One sender over some seeds: rms error of the camera at the frames' present times, mm: with its clock (mean and
    worst seed), and with arrivals taken as they come. `limit_mm`: what the mean may be. `clock`: the last seed's.
    `because`: of a live run, what its worst frame suffered from."""

    rms_mm: float
    worst_mm: float
    arrivals_mm: float
    limit_mm: float
    clock: SourceClock
    because: str = ""

    @property
    def good(self) -> bool:
        """Whether it is within its limit."""
        return self.rms_mm <= self.limit_mm


def timing_figures(rows: Sequence[Row], seeds: Sequence[int]) -> dict[str, TimingFigures]:
    """The figures of every row."""
    return {row.name: _figures(row, seeds) for row in rows}


def _figures(row: Row, seeds: Sequence[int]) -> TimingFigures:
    dated, arrived = [], []
    clock = SourceClock()
    for seed in seeds:
        error_mm, clock = camera_error_mm(row, seed, counting=True)
        dated.append(error_mm)
        arrived.append(camera_error_mm(row, seed, counting=False)[0])
    mean, arrivals = sum(dated) / len(dated), sum(arrived) / len(arrived)
    return TimingFigures(mean, max(dated), arrivals, limit_mm(row, arrivals), clock)


def limit_mm(row: Row, arrivals_mm: float) -> float:
    """The most that a row may be wrong by, where arrivals as they come are wrong by that."""
    most = ALLOWED * arrivals_mm + ALLOWED_MM
    return most if row.limit_mm is None else min(row.limit_mm, most) if row.not_above_arrivals else row.limit_mm


def camera_error_mm(row: Row, seed: int, *, counting: bool) -> tuple[float, SourceClock]:
    """The rms error of a camera's frames, each decided one frame before it is presented, from what has arrived by
    then; `counting`: by the sender's clock."""
    track = SourceTrack(SOURCE, (CAMERA,), counting=counting)
    port, camera = SharedPort([track]), CameraTrack(CAMERA, SOURCE.rate_hz)
    frames, motion = FrameClock(FRAMES_HZ), row.motion(seed)
    number = frames.number_at(EPOCH_NS) + 2
    squares = []
    for at_ns, datagram in row.stream(SOURCE, seed, SECONDS):
        arrived_ns = EPOCH_NS + at_ns
        while (tick_ns := frames.present_ns(number) - frames.period_ns) < arrived_ns:
            for sample in port.flush(tick_ns):
                camera.observe(sample)
            if tick_ns > EPOCH_NS + SETTLED_S * NS_PER_S:
                squares.append(_square_mm(camera, motion, frames.present_ns(number), tick_ns))
            number += 1
        for sample in port.flush(arrived_ns) + port.take(datagram, SENDER, arrived_ns):
            camera.observe(sample)
    return math.sqrt(sum(squares) / len(squares)), track.health(arrived_ns).clock


def _square_mm(camera: CameraTrack, motion: Motion, present_ns: int, now_ns: int) -> float:
    shown = camera.state_at(present_ns, now_ns).position_m
    true = motion.pose_at((present_ns - EPOCH_NS) / NS_PER_S).position_m
    return sum((a - b) ** 2 for a, b in zip(shown, true, strict=True)) * 1e6
