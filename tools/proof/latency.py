"""Latency on the real path: packet sent, frame drawn, frame presented, followed by number; and its cost in px."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.model.camera import Camera
from stage.units import NS_PER_MS
from tools.live.progress import Tell, silent
from tools.proof.apart import apart
from tools.proof.exposure import middle_ns
from tools.proof.live import LiveRun, LiveSettings, live_run

LATE_MS = 1.0
"""A frame is late beyond this: the process wakes some tens of microseconds after the requested moment."""
Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 99th percentile."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    """Of one camera on a live run. `pupil_error_mm` = the frame's predicted pupil against the true one in the
    middle of the exposure that films it; `cost_px` = its effect at the camera's distance to the wall it looks at, for
    a set at infinity (the worst case); `skipped` frames were decided and never drawn, `late` ones presented too
    late."""

    frames: int
    skipped: int
    late: int
    packet_to_drawn_ms: Spread
    packet_to_presented_ms: Spread
    packet_to_presented_frames: Spread
    pupil_error_mm: Spread
    rotation_error_deg: Spread
    cost_px: Spread


def measure_latency(
    settings: LiveSettings, camera: Camera, wall_distance_m: float, tell: Tell = silent
) -> LatencyFigures | None:
    """Run the real processes and follow packets to frames; None if nothing was drawn."""
    with live_run(settings, tell) as seen:
        return latency_of(seen, camera, wall_distance_m)


def latency_of(seen: LiveRun, camera: Camera, wall_distance_m: float) -> LatencyFigures | None:
    """The figures of a finished run."""
    drawn = [(seen.frames[n], report) for n, report in sorted(seen.reports.items()) if n in seen.frames]
    rows, filmed_ns = [], middle_ns(seen.stage, camera)
    for frame, report in drawn:
        state = next(state for state in frame.cameras if state.name == camera.name)
        sent_ns = seen.packet_sent_ns(state)
        if sent_ns is not None:
            error_m, error_deg = apart(state, seen.true_pupil(state.name, frame.present_ns + filmed_ns))
            rows.append((report.drawn_ns - sent_ns, report.presented_ns - sent_ns, error_m * 1000.0, error_deg))
    if not rows:
        return None
    table = np.array(rows)
    period_ms = 1000.0 / float(seen.stage.rate_hz)
    px_per_mm = camera.lens.points[0].focal_length_mm / camera.sensor_mm[0] * camera.image_px[0] / wall_distance_m / 1e3
    presented_ms = table[:, 1] / NS_PER_MS
    return LatencyFigures(
        frames=len(rows),
        skipped=len(seen.frames) - len(drawn),
        late=sum(report.late_ns > LATE_MS * NS_PER_MS for _, report in drawn),
        packet_to_drawn_ms=spread(table[:, 0] / NS_PER_MS),
        packet_to_presented_ms=spread(presented_ms),
        packet_to_presented_frames=spread(presented_ms / period_ms),
        pupil_error_mm=spread(table[:, 2]),
        rotation_error_deg=spread(table[:, 3]),
        cost_px=spread(table[:, 2] * px_per_mm),
    )


def spread(values: Series) -> Spread:
    """Median and p99."""
    return Spread(float(np.median(values)), float(np.percentile(values, 99)))
