"""Cameras and walls together from photographs of markers: bundle adjustment with the stage file as its first guess.

Unknown: the camera's focal length, centre and distortion (the same in all pictures), its place in each picture, and the
corrections of every wall (tools/proof/filmed/world.py). One wall, the reference, stays where the file says, and its
pitch across is believed: photographs have no scale and no place of their own. Levenberg and Marquardt's damped least
squares (Marquardt 1963), residuals weighted after Huber (1964); standard deviations from the curvature at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.proof.filmed.world import CORRECTIONS, MOVED, PITCH, RADIUS, TURNED, WallWorld

LENS = 5
"""Log of the focal length in px, centre x and y in shares of the width, k1, k2."""
POSE = 6
STEP = 1e-6
MOST_TURNS = 40
SETTLED = 1e-8
HUBER_PX = 1.0
DAMPING, EASIER, HARDER = 1e-3, 0.3, 8.0

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observation:
    """Points of one wall in one picture: their places on the wall (WallWorld.place), and in the picture (n, 2) px."""

    picture: int
    wall: str
    places: tuple[Array, Array]
    at_px: Array


@dataclass(frozen=True, slots=True)
class Solution:
    """What fits best. `corrections` (9,) and their standard deviations by wall; `rms_px` over all points; for each
    picture its rotation vector and translation (stage to camera, OpenCV's axes). `seen` are the walls in the pictures.
    """

    size_px: tuple[int, int]
    lens: Array
    poses: Array
    corrections: dict[str, Array]
    deviations: dict[str, Array]
    rms_px: float

    def project(self, picture: int, points_m: Array) -> Array:
        """(n, 2) px of stage points in a picture."""
        return projected(points_m, self.lens, self.poses[picture], self.size_px)


def solve(
    worlds: Mapping[str, WallWorld],
    observations: Sequence[Observation],
    reference: str,
    size_px: tuple[int, int],
    guess: tuple[Array, Array],
) -> Solution:
    """The best fit, from a first `guess` of the lens (5,) and of the poses (n, 6)."""
    names = sorted({each.wall for each in observations})
    free = [(name, item) for name in names for item in _free_of(worlds[name], name == reference)]
    lens, poses = guess
    count = len(poses)
    start = np.concatenate([lens, poses.ravel(), np.zeros(len(free))])

    def unpacked(values: Array) -> tuple[Array, Array, dict[str, Array]]:
        corrections = {name: np.zeros(CORRECTIONS) for name in names}
        for (name, item), value in zip(free, values[LENS + POSE * count :], strict=True):
            corrections[name][item] = value
        return values[:LENS], values[LENS : LENS + POSE * count].reshape(count, POSE), corrections

    def residuals(values: Array) -> Array:
        own_lens, own_poses, corrections = unpacked(values)
        parts = []
        for each in observations:
            points = worlds[each.wall].corrected(each.places, corrections[each.wall])
            parts.append(projected(points, own_lens, own_poses[each.picture], size_px) - each.at_px)
        return np.concatenate(parts).ravel()

    values, jacobian, errors = least_squares(residuals, start)
    lens, poses, corrections = unpacked(values)
    spread = standard_deviations(jacobian, errors)[LENS + POSE * count :]
    deviations = {name: np.full(CORRECTIONS, np.inf) for name in names}
    for (name, item), deviation in zip(free, spread, strict=True):
        deviations[name][item] = deviation
    return Solution(size_px, lens, poses, corrections, deviations, float(np.sqrt(np.mean(errors**2) * 2.0)))


def projected(points_m: Array, lens: Array, pose: Array, size_px: tuple[int, int]) -> Array:
    """(n, 2) px of stage points (n, 3): a pinhole with two terms of radial distortion."""
    turn, _ = cv2.Rodrigues(pose[:3])
    local = points_m @ np.asarray(turn).T + pose[3:]
    depth = np.where(np.abs(local[:, 2:]) < 1e-9, 1e-9, local[:, 2:])
    slopes = local[:, :2] / depth
    square = (slopes**2).sum(axis=1, keepdims=True)
    bent = slopes * (1.0 + square * (lens[3] + square * lens[4]))
    middle = np.array([size_px[0] / 2.0, size_px[1] / 2.0]) + lens[1:3] * size_px[0]
    return np.asarray(bent * np.exp(lens[0]) + middle)


def _free_of(world: WallWorld, reference: bool) -> list[int]:
    """Which corrections of a wall the pictures decide."""
    places = [] if reference else [*range(MOVED.start, MOVED.stop), *range(TURNED.start, TURNED.stop)]
    pitches = [PITCH.start + 1] if reference else [PITCH.start, PITCH.start + 1]
    return [*places, *pitches, *([RADIUS] if world.arc else [])]


def least_squares(residuals: Callable[[Array], Array], start: Array) -> tuple[Array, Array, Array]:
    """(values, Jacobian there, residuals there), residuals weighted after Huber from one unit on."""
    values, errors, damping = start, residuals(start), DAMPING
    jacobian = _jacobian(residuals, values, errors)
    for _ in range(MOST_TURNS):
        weights = np.minimum(1.0, HUBER_PX / np.maximum(np.abs(errors), 1e-12))
        normal = jacobian.T @ (jacobian * weights[:, None])
        slope = jacobian.T @ (errors * weights)
        better = False
        for _ in range(8):
            step = np.linalg.lstsq(normal + damping * np.diag(np.maximum(np.diag(normal), 1e-12)), -slope, rcond=None)[
                0
            ]
            tried = residuals(values + step)
            if _cost(tried) < _cost(errors):
                gain = 1.0 - _cost(tried) / _cost(errors)
                values, errors, damping, better = values + step, tried, damping * EASIER, gain > SETTLED
                break
            damping *= HARDER
        if not better:
            break
        jacobian = _jacobian(residuals, values, errors)
    return values, jacobian, errors


def _jacobian(residuals: Callable[[Array], Array], values: Array, errors: Array) -> Array:
    columns = []
    for item in range(len(values)):
        moved = values.copy()
        moved[item] += STEP
        columns.append((residuals(moved) - errors) / STEP)
    return np.stack(columns, axis=1)


def _cost(errors: Array) -> float:
    """Huber's: squares that go on as lines."""
    size = np.abs(errors)
    return float(np.where(size <= HUBER_PX, 0.5 * size**2, HUBER_PX * (size - 0.5 * HUBER_PX)).sum())


def standard_deviations(jacobian: Array, errors: Array) -> Array:
    """Standard deviations of the values: the residuals' own, robustly, through the inverse of the curvature."""
    scale = 1.4826 * float(np.median(np.abs(errors)))
    inverse = np.linalg.pinv(jacobian.T @ jacobian, rcond=1e-14)
    return np.asarray(np.sqrt(np.maximum(np.diag(inverse), 0.0)) * max(scale, 1e-6))
