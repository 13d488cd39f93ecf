"""Where the entrance pupil sits on the tracked body, and where the tracker's space lies on the stage: from pictures.

The first guess is OpenCV's hand-eye calibration (Park and Martin 1994, Daniilidis 1999: whichever fits better); then
both poses are fitted to where the markers are seen, by the same damped least squares as the filmed check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.alignment.answer import quaternion_of
from stage.errors import InputError
from stage.maths.pose import (
    Pose,
    quaternion_conjugate,
    quaternion_from_rotation_vector,
    quaternion_multiply,
    rotation_matrix,
    rotation_vector_from_quaternion,
)
from tools.align.views import View
from tools.proof.filmed.solve import least_squares, standard_deviations

FEWEST_VIEWS = 3
FEWEST_POINTS = 8
LEAST_TURN_DEG = 8.0
"""Views turned by less against each other say nothing about the rig."""
LEAST_SECOND_DEG = 3.0
"""Turns about one axis alone leave the offset along it unknown."""
METHODS = (cv2.CALIB_HAND_EYE_PARK, cv2.CALIB_HAND_EYE_DANIILIDIS)
STAGE_FROM_CV = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""A camera's right, forward and up from OpenCV's right, down and forward."""
NEAREST = 1e-3
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ViewError:
    """One picture: how far (in a thousandth of the focal length) its markers are from where they should be seen."""

    name: str
    markers: int
    rms_per_mille: float


@dataclass(frozen=True, slots=True)
class HandEye:
    """`body_from_pupil`: the rig with the lens; `stage_from_space`: the alignment. Standard deviations (millimetres and
    degrees, the largest of three axes) by how the fit would bend."""

    body_from_pupil: Pose
    stage_from_space: Pose
    views: tuple[ViewError, ...]
    rms_per_mille: float
    rig_mm: float
    rig_deg: float
    align_mm: float
    align_deg: float


def hand_eye(views: Sequence[View], where: str) -> HandEye:
    """Both poses from pictures. Raises InputError: too few, or motions that leave something unknown."""
    sound = [view for view in views if len(view.points_m) >= FEWEST_POINTS]
    if len(sound) < FEWEST_VIEWS:
        problem = f"{len(sound)} pictures show markers well: at least {FEWEST_VIEWS} are needed, ten are good"
        raise InputError(where, "", problem, "Take more, each turned and moved against the others")
    check_motions([view.body for view in sound], where)
    pupils = [_seen_from(view) for view in sound]
    start = np.concatenate([_six(pose) for pose in _guess(sound, pupils)])

    def residuals(values: Array) -> Array:
        rig, space = _pose(values[:6]), _pose(values[6:])
        return np.concatenate([_off(view, space @ view.body @ rig) for view in sound]).ravel() * 1000.0

    values, jacobian, errors = least_squares(residuals, start)
    spread = standard_deviations(jacobian, errors)
    each = np.split(errors.reshape(-1, 2), np.cumsum([len(view.points_m) for view in sound])[:-1])
    return HandEye(
        body_from_pupil=_pose(values[:6]),
        stage_from_space=_pose(values[6:]),
        views=tuple(
            ViewError(view.name, len(view.points_m) // 4, _rms(off)) for view, off in zip(sound, each, strict=True)
        ),
        rms_per_mille=_rms(errors.reshape(-1, 2)),
        rig_mm=float(spread[:3].max()) * 1000.0,
        rig_deg=float(np.degrees(spread[3:6].max())),
        align_mm=float(spread[6:9].max()) * 1000.0,
        align_deg=float(np.degrees(spread[9:].max())),
    )


def check_motions(bodies: Sequence[Pose], where: str) -> None:
    """Raises InputError where the camera did not turn, or turned about one axis only."""
    first = quaternion_conjugate(bodies[0].orientation)
    turns = [rotation_vector_from_quaternion(quaternion_multiply(body.orientation, first)) for body in bodies[1:]]
    sizes = np.degrees(np.linalg.svd(np.array(turns), compute_uv=False)) / np.sqrt(len(turns))
    if np.degrees(max(float(np.linalg.norm(turn)) for turn in turns)) < LEAST_TURN_DEG:
        problem = "the camera hardly turned between the pictures: where it sits on the tracked body cannot be known"
        raise InputError(where, "", problem, "Pan, tilt and roll it between pictures, by 20 degrees and more")
    if len(sizes) < 2 or sizes[1] < LEAST_SECOND_DEG:
        problem = "the camera turned about one axis only: the offset along that axis cannot be known"
        raise InputError(where, "", problem, "Take pictures with other tilts and rolls, too, not only other pans")


def _seen_from(view: View) -> Pose:
    """The pupil on the stage by the markers alone (perspective-n-point)."""
    matrix = np.eye(3)
    _, turn, shift = cv2.solvePnP(view.points_m, view.slopes, matrix, None, flags=cv2.SOLVEPNP_SQPNP)
    turn, shift = cv2.solvePnPRefineLM(view.points_m, view.slopes, matrix, None, turn, shift)
    cv_from_stage = np.asarray(cv2.Rodrigues(turn)[0], np.float64)
    place = -cv_from_stage.T @ np.asarray(shift, np.float64).ravel()
    x, y, z = (float(part) for part in place)
    return Pose((x, y, z), quaternion_of(cv_from_stage.T @ STAGE_FROM_CV.T))


def _guess(views: Sequence[View], pupils: Sequence[Pose]) -> tuple[Pose, Pose]:
    bodies = [view.body for view in views]
    found = []
    for method in METHODS:
        turn, shift = cv2.calibrateHandEye(
            [rotation_matrix(body.orientation) for body in bodies],
            [np.array(body.position_m) for body in bodies],
            [rotation_matrix(pupil.inverse().orientation) for pupil in pupils],
            [np.array(pupil.inverse().position_m) for pupil in pupils],
            method=method,
        )
        if np.isfinite(turn).all() and np.isfinite(shift).all():
            x, y, z = (float(part) for part in np.ravel(shift))
            rig = Pose((x, y, z), quaternion_of(np.asarray(turn, np.float64)))
            space = _mean([pupil @ (body @ rig).inverse() for body, pupil in zip(bodies, pupils, strict=True)])
            off = sum(float((_off(view, space @ view.body @ rig) ** 2).sum()) for view in views)
            found.append((off, rig, space))
    return min(found, key=lambda one: one[0])[1:]


def _mean(poses: Sequence[Pose]) -> Pose:
    turns = np.array([pose.orientation for pose in poses])
    w, x, y, z = (float(part) for part in np.linalg.eigh(turns.T @ turns)[1][:, -1])
    px, py, pz = (float(part) for part in np.mean([pose.position_m for pose in poses], axis=0))
    return Pose((px, py, pz), (w, x, y, z))


def _off(view: View, stage_from_pupil: Pose) -> Array:
    """(n, 2) where the markers would be seen, less where they are: slopes right and down."""
    turn = rotation_matrix(stage_from_pupil.orientation)
    local = (view.points_m - np.array(stage_from_pupil.position_m)) @ turn
    ahead = np.maximum(local[:, 1], NEAREST)
    return np.stack([local[:, 0] / ahead, -local[:, 2] / ahead], axis=-1) - view.slopes


def _rms(off: Array) -> float:
    return float(np.sqrt((off**2).sum(axis=-1).mean()))


def _six(pose: Pose) -> Array:
    return np.array((*pose.position_m, *rotation_vector_from_quaternion(pose.orientation)))


def _pose(values: Array) -> Pose:
    x, y, z, a, b, c = (float(value) for value in values)
    return Pose((x, y, z), quaternion_from_rotation_vector((a, b, c)))
