"""The tracking chain without a network: a noisy tracker's bytes through protocol, conditioning and prediction, against
the truth at each frame's present time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stage.maths.frame_clock import FrameClock
from stage.maths.pose import Pose
from stage.model.camera import Camera
from stage.model.look import Look
from stage.model.source import FreedSource
from stage.model.stagefile import Stage
from stage.show.decide import Conductor
from stage.units import NS_PER_S
from tools.proof.apart import apart
from tools.sim.tracker import SimulatedTracker, settings_for_source
from tracking.source_track import SharedPort, SourceTrack

SECONDS = 8.0
SETTLED_S = 1.0
SENDER = "127.0.0.1"
EPOCH_NS = NS_PER_S


@dataclass(frozen=True, slots=True)
class TrackedFigures:
    """Errors of the predicted pupil at frames' present times; `hold_rms_mm` = without prediction."""

    frames: int
    horizon_ms: float
    position_rms_mm: float
    position_p99_mm: float
    hold_rms_mm: float
    rotation_rms_deg: float


def tracked_figures(stage: Stage, camera: Camera, motion: str, seed: int) -> TrackedFigures | None:
    """The figures for one camera; None if no source of the stage moves it."""
    source = next((source for source in stage.sources if source.name == camera.source), None)
    if source is None:
        return None
    plain = replace(settings_for_source(stage, source, motion, seed), epoch_ns=EPOCH_NS)
    rows = _errors(stage, camera, source, SimulatedTracker(plain))
    table = np.array(rows)
    return TrackedFigures(
        len(rows),
        float(np.median(table[:, 3])),
        float(np.sqrt(np.mean(table[:, 0] ** 2))),
        float(np.percentile(table[:, 0], 99)),
        float(np.sqrt(np.mean(table[:, 1] ** 2))),
        float(np.sqrt(np.mean(table[:, 2] ** 2))),
    )


def _errors(
    stage: Stage, camera: Camera, source: FreedSource, tracker: SimulatedTracker
) -> list[tuple[float, float, float, float]]:
    """(predicted error mm, held error mm, rotation error degrees, horizon ms) of every frame once settled."""
    conductor, clock = Conductor(stage, Look()), FrameClock(stage.rate_hz)
    port = SharedPort([SourceTrack(source, stage.cameras)])
    lead_ms = stage.timing.draw_lead_ms
    lead_ns = clock.period_ns if lead_ms is None else int(lead_ms * 1e6)
    first = clock.number_at(EPOCH_NS + lead_ns) + 1
    rows, n, newest = [], 0, Pose()
    for number in range(first, first + int(SECONDS * float(stage.rate_hz))):
        present_ns = clock.present_ns(number)
        while tracker.sent_ns(n) <= present_ns - lead_ns:
            sent_ns, datagram = tracker.packet(n)
            for sample in port.take(datagram, SENDER, sent_ns):
                conductor.observe(sample)
                if sample.camera == camera.name:
                    newest = Pose(sample.position_m, sample.orientation)
            n += 1
        frame = conductor.decide(number, present_ns, present_ns - lead_ns)
        if present_ns - EPOCH_NS > SETTLED_S * NS_PER_S:
            state = next(state for state in frame.cameras if state.name == camera.name)
            true = tracker.settings.motion.pose_at((present_ns - EPOCH_NS) / NS_PER_S)
            error_m, error_deg = apart(state, true)
            held_m = float(np.linalg.norm(np.subtract(newest.position_m, true.position_m)))
            rows.append((error_m * 1000.0, held_m * 1000.0, error_deg, state.horizon_ns / 1e6))
    return rows
