"""The quality of motion prediction: on a recorded motion, and on a camera that stands still."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stage.clock import process_cpu_ns
from stage.errors import InputError
from stage.maths.motion import MotionPredictor
from stage.maths.pose import IDENTITY, Pose, quaternion_conjugate, quaternion_multiply, rotation_vector_from_quaternion
from stage.motions.kinds import NOTHING_SAID, Said
from stage.motions.reading import read_motion
from stage.motions.trajectory import Trajectory
from stage.units import NS_PER_S

RATE_LIMITS_HZ = (5.0, 1000.0)
HORIZON_LIMITS_MS = (1.0, 200.0)
STILL_NOISE_M = 1e-4
STILL_S = 60.0
MOST_SAMPLES = 1_000_000
"""Over two hours at 120 a second; each takes part of a kilobyte."""
STANDING_MM = 1e-6
"""A recording that moves less than this within the horizon counts as still."""


@dataclass(frozen=True, slots=True)
class PredictionFigures:
    """The prediction's quality `horizon_ms` ahead with samples at `rate_hz`.

    `hold_*` is the error of using the newest sample for the future, `predicted_*` that of the predictor; rms over
    all samples, of the distance in space. `still_jitter_mm` is the rms distance of the predicted from the true
    position of a camera that stands still, measured with 0.1 mm (one sigma per axis) of white noise.
    `notes` is what was recognised in the recording.
    `ratio` is predicted to hold, None if the recording is still. `observe_us` and `predict_us` are mean CPU times of
    a call.
    """

    hold_rms_mm: float
    predicted_rms_mm: float
    still_jitter_mm: float
    ratio: float | None
    predicted_p99_mm: float
    rotation_hold_rms_deg: float
    rotation_predicted_rms_deg: float
    rate_hz: float
    horizon_ms: float
    samples: int
    observe_us: float
    predict_us: float
    notes: tuple[str, ...] = ()


def prediction_figures(path: Path, rate_hz: float, horizon_ms: float, said: Said = NOTHING_SAID) -> PredictionFigures:
    """Predict a recorded motion, read as was `said`, at each sample only from it and earlier ones.

    The recording is resampled at `rate_hz` as `Trajectory.pose_at` interpolates; the recording's noise remains in the
    samples and in the truth. Raises InputError for a bad file, rate or horizon.
    """
    _check("--rate-hz", rate_hz, RATE_LIMITS_HZ)
    _check("--horizon-ms", horizon_ms, HORIZON_LIMITS_MS)
    trajectory = read_motion(path, said)
    if trajectory.duration_s * rate_hz > MOST_SAMPLES:
        problem = f"the motion lasts {trajectory.duration_s:.4g} s: too many samples at {rate_hz:g} a second"
        raise InputError(str(path), "", problem, "Say the unit of its times with --time-unit, or cut out a part")
    samples, truth = _resampled(trajectory, rate_hz, horizon_ms)
    if len(samples) < 2:
        problem = f"the motion lasts {trajectory.duration_s:.3f} s, no longer than the horizon of {horizon_ms:g} ms"
        raise InputError(str(path), "", problem, "Give a longer motion or a smaller --horizon-ms")
    predicted, observe_us, predict_us = _predictions(samples, rate_hz, horizon_ms)
    errors_mm = _distances_mm(predicted, truth)
    hold_mm = _rms(_distances_mm(samples, truth))
    return PredictionFigures(
        hold_rms_mm=hold_mm,
        predicted_rms_mm=_rms(errors_mm),
        still_jitter_mm=still_jitter_mm(rate_hz, horizon_ms),
        ratio=_rms(errors_mm) / hold_mm if hold_mm > STANDING_MM else None,
        predicted_p99_mm=float(np.percentile(errors_mm, 99)),
        rotation_hold_rms_deg=_rms(_angles_deg(samples, truth)),
        rotation_predicted_rms_deg=_rms(_angles_deg(predicted, truth)),
        rate_hz=rate_hz,
        horizon_ms=horizon_ms,
        samples=len(samples),
        observe_us=observe_us,
        predict_us=predict_us,
        notes=trajectory.notes,
    )


def still_jitter_mm(rate_hz: float, horizon_ms: float, noise_m: float = STILL_NOISE_M, seed: int = 1) -> float:
    """The rms distance of the predicted from the true position of a camera that stands still, from its first sample."""
    position_m = np.array([1.0, -2.0, 1.5])
    noise = np.random.default_rng(seed).normal(0.0, noise_m, (int(STILL_S * rate_hz), 3))
    samples = [Pose((x, y, z)) for x, y, z in (position_m + noise).tolist()]
    predicted, _, _ = _predictions(samples, rate_hz, horizon_ms)
    return _rms(_distances_mm(predicted, [Pose((1.0, -2.0, 1.5), IDENTITY)] * len(predicted)))


def _resampled(trajectory: Trajectory, rate_hz: float, horizon_ms: float) -> tuple[list[Pose], list[Pose]]:
    """The samples, and for each the true pose `horizon_ms` later."""
    horizon_s = horizon_ms / 1000.0
    count = max(0, int((trajectory.duration_s - horizon_s) * rate_hz) + 1)
    times_s = [index / rate_hz for index in range(count)]
    return [trajectory.pose_at(t_s) for t_s in times_s], [trajectory.pose_at(t_s + horizon_s) for t_s in times_s]


def _predictions(samples: Sequence[Pose], rate_hz: float, horizon_ms: float) -> tuple[list[Pose], float, float]:
    """The pose predicted after each sample, and the mean CPU time of a call, in microseconds."""
    predictor = MotionPredictor()
    horizon_ns = round(horizon_ms * 1e6)
    predicted = []
    observe_ns = predict_ns = 0
    for index, sample in enumerate(samples):
        captured_ns = round(index * NS_PER_S / rate_hz)
        start_ns = process_cpu_ns()
        predictor.observe(captured_ns, sample.position_m, sample.orientation)
        observed_ns = process_cpu_ns()
        pose = Pose(*predictor.predict(captured_ns + horizon_ns))
        predict_ns += process_cpu_ns() - observed_ns
        observe_ns += observed_ns - start_ns
        predicted.append(pose)
    return predicted, observe_ns / len(samples) / 1000.0, predict_ns / len(samples) / 1000.0


def _distances_mm(poses: Sequence[Pose], truth: Sequence[Pose]) -> list[float]:
    return [1000.0 * math.dist(a.position_m, b.position_m) for a, b in zip(poses, truth, strict=True)]


def _angles_deg(poses: Sequence[Pose], truth: Sequence[Pose]) -> list[float]:
    return [
        math.degrees(
            math.hypot(
                *rotation_vector_from_quaternion(
                    quaternion_multiply(a.orientation, quaternion_conjugate(b.orientation))
                )
            )
        )
        for a, b in zip(poses, truth, strict=True)
    ]


def _rms(values: Sequence[float]) -> float:
    return math.sqrt(sum(value * value for value in values) / len(values))


def _check(argument: str, value: float, limits: tuple[float, float]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise InputError(argument, "", f"{value:g} is out of range", f"Give {limits[0]:g} to {limits[1]:g}")
