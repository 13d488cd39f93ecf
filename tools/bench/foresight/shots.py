"""A camera move as a tracker tells it, and as it truly goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.motion import MotionPredictor
from stage.maths.pose import (
    Pose,
    Quaternion,
    Vector,
    quaternion_conjugate,
    quaternion_from_pan_tilt_roll,
    quaternion_from_rotation_vector,
    quaternion_multiply,
    rotation_vector_from_quaternion,
)
from stage.units import NS_PER_S
from tools.bench.foresight.motions import Course

PoseAt = Callable[[float], Pose]
SETTLED_S = 1.0
"""From here on errors count; how prediction begins is measured apart."""
NOISE = 1e-4
"""Standard deviation of a sample per axis: 0.1 mm, and 0.1 mrad."""
POSITION, ROTATION = slice(0, 3), slice(3, 6)


@dataclass(frozen=True, slots=True)
class Shot:
    """Samples `rate_hz` apart and the truth `horizon_s` after each. `samples` and `truth` are (N, 6): metres, and the
    rotation vector in radians, summed up from sample to sample."""

    rate_hz: float
    horizon_s: float
    poses: tuple[Pose, ...]
    samples: Floats
    truth: Floats

    @property
    def settled(self) -> slice:
        return slice(round(SETTLED_S * self.rate_hz), None)

    def rms(self, predicted: Floats) -> tuple[float, float]:
        """Of position in metres and of rotation in radians, over what is settled."""
        missed = self.misses(predicted)
        position, rotation = np.sqrt((missed * missed).mean(axis=0)).tolist()
        return position, rotation

    def misses(self, predicted: Floats) -> Floats:
        """(N, 2): how far off each prediction is, over what is settled."""
        off = (predicted - self.truth)[self.settled]
        return np.stack([np.linalg.norm(off[:, part], axis=1) for part in (POSITION, ROTATION)], axis=1)


def made_pose_at(course: Course, t_s: Floats) -> list[Pose]:
    """The poses of a made move."""
    return [
        Pose((x, y, z), quaternion_from_pan_tilt_roll(pan, tilt, roll))
        for x, y, z, pan, tilt, roll in course(t_s).tolist()
    ]


def shot_of(true: list[Pose], later: list[Pose], rate_hz: float, horizon_s: float, seed: int = 1) -> Shot:
    """True poses at samples, and `horizon_s` after each; the samples get a tracker's noise."""
    noise = np.random.default_rng(seed).normal(0.0, NOISE, (len(true), 6)).tolist()
    poses = tuple(_shaken(pose, six) for pose, six in zip(true, noise, strict=True))
    turned, turns, truths = np.zeros(3), [np.zeros(3)], []
    for before, after in pairwise(poses):
        turned = turned + turn(before.orientation, after.orientation)
        turns.append(turned)
    for pose, ahead, so_far in zip(poses, later, turns, strict=True):
        truths.append([*ahead.position_m, *(so_far + turn(pose.orientation, ahead.orientation))])
    samples = np.concatenate([np.array([pose.position_m for pose in poses]), np.array(turns)], axis=1)
    return Shot(rate_hz, horizon_s, poses, samples, np.array(truths))


def predicted(shot: Shot) -> Floats:
    """(N, 6): what the product says after each sample of the moment one horizon later."""
    predictor, horizon_ns, found = MotionPredictor(), round(shot.horizon_s * NS_PER_S), []
    for number, (pose, sample) in enumerate(zip(shot.poses, shot.samples, strict=True)):
        captured_ns = round(number * NS_PER_S / shot.rate_hz)
        predictor.observe(captured_ns, pose.position_m, pose.orientation)
        position, orientation = predictor.predict(captured_ns + horizon_ns)
        found.append([*position, *(sample[ROTATION] + turn(pose.orientation, orientation))])
    return np.array(found)


def turn(before: Quaternion, after: Quaternion) -> Floats:
    """(3,) the rotation vector from one orientation to another, radians, in stage space."""
    return np.array(rotation_vector_from_quaternion(quaternion_multiply(after, quaternion_conjugate(before))))


def _shaken(pose: Pose, six: list[float]) -> Pose:
    x, y, z = pose.position_m
    place: Vector = (x + six[0], y + six[1], z + six[2])
    shake = quaternion_from_rotation_vector((six[3], six[4], six[5]))
    return Pose(place, quaternion_multiply(shake, pose.orientation))
