"""What pairs of points say of a tracker's alignment: the transform, every point's error, who is wrong. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stage.alignment.pair import Pair
from stage.errors import InputError
from stage.maths.pose import Pose, Quaternion, Vector, pan_tilt_roll_from_quaternion, quaternion_normalised
from stage.maths.rigid_fit import (
    NotEnoughPoints,
    Points,
    RigidFit,
    expected_error_m,
    fit_points,
    mirrored,
)
from stage.model.sources.base import Alignment

SUSPECT_SCALE = 0.003
"""A scale that far from 1 is a unit, a calibration or a rubber band."""
SURE_TIMES = 5.0
"""Standard deviations from which on it is not chance."""
MANY_M = 0.02
"""Points that agree no better say that something about the tracker is wrong."""


@dataclass(frozen=True, slots=True)
class AlignedPoint:
    """One point, and how far from its place on the stage the alignment puts it."""

    name: str
    error_mm: float
    believed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`align`: for the source. `expected_mm`: how far off the middle of the camera's room is expected to be; None
    where there is no point to spare that could tell. `remarks`: sentences for the operator."""

    align: Alignment
    points: tuple[AlignedPoint, ...]
    spread_mm: float
    expected_mm: float | None
    remarks: tuple[str, ...]

    @property
    def outliers(self) -> tuple[str, ...]:
        """Names of the points that are not believed."""
        return tuple(point.name for point in self.points if not point.believed)


def answer_of(pairs: Sequence[Pair], where: str, at_m: Vector, *, with_scale: bool = False) -> Answer:
    """The alignment that pairs ask for; `at_m`: where the camera works. Raises InputError where they do not fix it."""
    tracker = np.array([pair.tracker_m for pair in pairs], np.float64).reshape(-1, 3)
    stage = np.array([pair.stage_m for pair in pairs], np.float64).reshape(-1, 3)
    try:
        fit = fit_points(tracker, stage, with_scale=with_scale)
    except NotEnoughPoints as error:
        raise InputError(where, "", str(error), "Measure more points, far apart and not on one line") from error
    expected_m = expected_error_m(fit, tracker, np.asarray(at_m)) if fit.spread_m else None
    return Answer(
        _alignment(fit),
        tuple(
            AlignedPoint(pair.name, float(off) * 1000.0, bool(believed))
            for pair, off, believed in zip(pairs, fit.residuals_m, fit.believed, strict=True)
        ),
        fit.spread_m * 1000.0,
        None if expected_m is None else expected_m * 1000.0,
        tuple(_remarks(fit, tracker, stage, with_scale=with_scale)),
    )


def _alignment(fit: RigidFit) -> Alignment:
    x, y, z = (float(part) for part in fit.position_m)
    pan, tilt, roll = pan_tilt_roll_from_quaternion(quaternion_of(fit.turn))
    return Alignment(position_m=(x, y, z), pan_deg=pan, tilt_deg=tilt, roll_deg=roll, scale=fit.scale)


def quaternion_of(turn: Points) -> Quaternion:
    """The quaternion of a (3, 3) rotation matrix, by the eigenvector of Bar-Itzhack (J. Guidance 23, 2000)."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = turn.tolist()
    matrix = np.array(
        [
            [xx - yy - zz, yx + xy, zx + xz, zy - yz],
            [yx + xy, yy - xx - zz, zy + yz, xz - zx],
            [zx + xz, zy + yz, zz - xx - yy, yx - xy],
            [zy - yz, xz - zx, yx - xy, xx + yy + zz],
        ]
    )
    x, y, z, w = (float(part) for part in np.linalg.eigh(matrix)[1][:, -1])
    return quaternion_normalised((w, x, y, z) if w >= 0.0 else (-w, -x, -y, -z))


def _remarks(fit: RigidFit, tracker: Points, stage: Points, *, with_scale: bool) -> list[str]:
    remarks: list[str] = []
    believed = fit.believed
    count = int(believed.sum())
    if count < len(believed):
        remarks.append("the points that are not believed: measure them again, or correct their place on the stage")
    if count <= 3:
        remarks.append("three points fit almost anything: a mistake in one cannot be seen. Measure six")
    if mirrored(tracker, stage, believed):
        return [*remarks, "the points fit as their mirror image: one axis in the source's `axes` has the wrong sign"]
    if count > 4 and not with_scale and (scale := _other_scale(tracker[believed], stage[believed])) is not None:
        words = f"a metre of the tracker is {scale:.4f} m on the stage: check its unit and calibration, or give --scale"
        return [*remarks, words]
    if fit.spread_m > MANY_M:
        remarks.append("the points do not agree: are they in the order of their names, and `axes` as the tracker's?")
    return remarks


def _other_scale(tracker: Points, stage: Points) -> float | None:
    """The scale that the points have, where it is surely not 1."""
    fit = fit_points(tracker, stage, with_scale=True)
    known = fit.spread_m / max(float(np.linalg.norm(stage - stage.mean(axis=0))), 1e-9)
    return fit.scale if abs(fit.scale - 1.0) > max(SUSPECT_SCALE, SURE_TIMES * known) else None


def moved(before: Alignment | None, after: Alignment, at_m: Vector) -> tuple[float, float]:
    """How far (mm) a new alignment puts what is at a place of the stage now, and how it turns it (degrees)."""
    old, new = ((Pose(), 1.0) if one is None else (one.pose(), one.scale) for one in (before, after))
    x, y, z = old[0].inverse().transform(at_m)
    ratio = new[1] / old[1]
    there = new[0].transform((x * ratio, y * ratio, z * ratio))
    turn = new[0].orientation
    w = abs(sum(a * b for a, b in zip(turn, old[0].orientation, strict=True)))
    return math.dist(there, at_m) * 1000.0, math.degrees(2.0 * math.acos(min(1.0, w)))
