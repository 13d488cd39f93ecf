"""The tracking chain without a network: a tracker's bytes through protocol, conditioning and prediction.

Exactness: bytes that were written down independently (tools/proof/packets.py), without noise, against the true pupil
and the stage file's lens. Prediction: a noisy tracker against the truth at each frame's present time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from stage.maths.frame_clock import FrameClock
from stage.maths.pose import Pose, rotation_matrix
from stage.messages.samples import LensState
from stage.model.base import PoseModel
from stage.model.camera import Camera, Lens, LensPoint
from stage.model.look import Look
from stage.model.source import AnySource
from stage.model.sources.base import EncoderRange
from stage.model.sources.freed import FreedSource
from stage.model.stagefile import Stage
from stage.show.decide import Conductor
from stage.show.home import home_state
from stage.units import NS_PER_S
from tools.proof.apart import apart
from tools.proof.exposure import middle_ns
from tools.proof.packets import packet_of
from tools.sim.motion import motion_named
from tools.sim.tracker import NOISE_MM, SimulatedTracker, settings_for_source
from tracking.source_track import SharedPort, SourceTrack

SECONDS = 8.0
SETTLED_S = 1.0
EXACT_MOTION = "survey"
EXACT_POSES = 48
SENDER = "127.0.0.1"
EPOCH_NS = NS_PER_S
PROOF_SOURCE = FreedSource(
    name="proof", camera_id=9, axes=("-y", "+z", "-x"), pan_sign=-1, tilt_sign=-1, roll_sign=-1, position_scale=10.0,
    zero_position_m=(0.3, -1.2, 0.7), zero_pan_deg=12.0, zero_tilt_deg=-3.0, zero_roll_deg=1.5,
    zoom=EncoderRange(minimum=100, maximum=400_000, invert=True), focus=EncoderRange(minimum=10, maximum=900),
)  # fmt: skip
PROOF_CAMERA = Camera(
    name="proof", source="proof", sensor_mm=(24.0, 13.5), home=PoseModel(position_m=(0.0, -3.5, 1.6), pan_deg=-100.0),
    rig=PoseModel(position_m=(0.11, -0.07, 0.23), pan_deg=4.0, tilt_deg=-2.0, roll_deg=3.0),
    lens=Lens(points=(
        LensPoint(zoom_raw=100, focus_raw=10, focal_length_mm=24.0, entrance_pupil_m=0.12, radial=(-1e-4,)),
        LensPoint(zoom_raw=100, focus_raw=900, focal_length_mm=25.0, entrance_pupil_m=0.11, radial=(-9e-5,)),
        LensPoint(zoom_raw=400_000, focus_raw=10, focal_length_mm=70.0, entrance_pupil_m=0.08,
                  projection_offset_mm=(0.1, -0.2), tangential=(1e-6, -2e-6)),
        LensPoint(zoom_raw=400_000, focus_raw=900, focal_length_mm=72.0, entrance_pupil_m=0.07,
                  projection_offset_mm=(0.1, -0.2)),
    )),
)  # fmt: skip
"""Every setting of a source and a camera at a value that matters: what a stage of its own leaves at zero, or plus, is
tried all the same."""


@dataclass(frozen=True, slots=True)
class ExactFigures:
    """The largest errors of samples against the truth: pupil (at the scale of the wire, which is coarser where a
    source's unit is larger), axes, and of any lens value as a share of itself."""

    samples: int
    position_mm: float
    rotation_deg: float
    lens_share: float


@dataclass(frozen=True, slots=True)
class TrackedFigures:
    """Errors of the predicted pupil at frames' present times; `hold_rms_mm` = without prediction."""

    frames: int
    horizon_ms: float
    position_rms_mm: float
    position_p99_mm: float
    hold_rms_mm: float
    rotation_rms_deg: float

    @property
    def gain(self) -> float:
        """The predicted error over that of a held pose; 0 where a held pose is as exact as the tracker's noise."""
        return 0.0 if self.hold_rms_mm <= NOISE_MM * 2 else self.position_rms_mm / self.hold_rms_mm


def exact_figures(stage: Stage, camera: Camera, seed: int) -> ExactFigures:
    """The worst figures of the camera and of one that no setting spares (PROOF_CAMERA on PROOF_SOURCE), each on a
    survey, its lens at each of its calibrated points."""
    source = next((source for source in stage.sources if source.name == camera.source), None)
    pairs = [(PROOF_SOURCE, PROOF_CAMERA), *([] if source is None else [(source, camera)])]
    found = [_exact(source, camera, seed) for source, camera in pairs]
    return ExactFigures(
        sum(each.samples for each in found),
        max(each.position_mm for each in found),
        max(each.rotation_deg for each in found),
        max(each.lens_share for each in found),
    )


def _exact(source: AnySource, camera: Camera, seed: int) -> ExactFigures:
    home = home_state(camera)
    motion = motion_named(EXACT_MOTION, Pose(home.position_m, home.orientation), seed)
    wire_mm = 1000.0 / max(1.0, source.position_scale)
    place_mm, turn_deg, lens, count = 0.0, 0.0, 0.0, 0
    for number, point in enumerate(camera.lens.points * max(1, EXACT_POSES // len(camera.lens.points))):
        port = SharedPort([SourceTrack(source, (camera,), counting=False)])
        true = motion.pose_at(number * SECONDS / EXACT_POSES)
        turn = rotation_matrix(true.orientation)
        sender = source.allow[0] if source.allow else SENDER
        samples = port.take(packet_of(camera, source, point, np.asarray(true.position_m), turn), sender, EPOCH_NS)
        if len(samples) != 1:
            return ExactFigures(count, math.inf, math.inf, math.inf)
        count += 1
        place_mm = max(place_mm, wire_mm * float(np.linalg.norm(np.subtract(samples[0].position_m, true.position_m))))
        turn_deg = max(turn_deg, _between_deg(rotation_matrix(samples[0].orientation), turn))
        lens = max(lens, _lens_share(samples[0].lens, point))
    return ExactFigures(count, place_mm, turn_deg, lens)


def _between_deg(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The angle of the rotation between two frames, exact for small ones (half the length of the difference)."""
    return math.degrees(2.0 * math.asin(min(1.0, float(np.linalg.norm(a - b)) / math.sqrt(8.0))))


def _lens_share(found: LensState, point: LensPoint) -> float:
    pairs = [(found.focal_length_mm, point.focal_length_mm)]
    pairs += list(zip(found.projection_offset_mm, point.projection_offset_mm, strict=True))
    pairs += list(zip_longest(found.radial, point.radial, fillvalue=0.0))
    pairs += list(zip_longest(found.tangential, point.tangential, fillvalue=0.0))
    return max(abs(a - b) / max(abs(b), 1e-9) for a, b in pairs)


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
    stage: Stage, camera: Camera, source: AnySource, tracker: SimulatedTracker
) -> list[tuple[float, float, float, float]]:
    """(predicted error mm, held error mm, rotation error degrees, horizon ms) of every frame once settled."""
    conductor, clock = Conductor(stage, Look()), FrameClock(stage.rate_hz)
    port = SharedPort([SourceTrack(source, stage.cameras)])
    lead_ms = stage.timing.draw_lead_ms
    lead_ns = clock.period_ns if lead_ms is None else int(lead_ms * 1e6)
    first = clock.number_at(EPOCH_NS + lead_ns) + 1
    filmed_later_ns = middle_ns(stage, camera)
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
            true = tracker.settings.motion.pose_at((present_ns + filmed_later_ns - EPOCH_NS) / NS_PER_S)
            error_m, error_deg = apart(state, true)
            held_m = float(np.linalg.norm(np.subtract(newest.position_m, true.position_m)))
            rows.append((error_m * 1000.0, held_m * 1000.0, error_deg, state.horizon_ns / 1e6))
    return rows
