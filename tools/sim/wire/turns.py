"""Rotations of simulated devices as matrices: a second way to say what the tracking chain says in quaternions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def turn_matrix(pan_deg: float, tilt_deg: float, roll_deg: float) -> Matrix:
    """(3, 3) Rz(pan) Rx(tilt) Ry(roll): columns right, forward, up in the stage."""
    return about("z", pan_deg) @ about("x", tilt_deg) @ about("y", roll_deg)


def about(axis: str, degrees: float) -> Matrix:
    """(3, 3) the right-handed turn about a coordinate axis; in a left-handed frame the same numbers turn clockwise."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    i, k = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(3)
    matrix[i, i], matrix[i, k], matrix[k, i], matrix[k, k] = cosine, -sine, sine, cosine
    return matrix


def device_matrix(frame: Sequence[str]) -> Matrix:
    """(3, 3) stage from device: row r has the sign of the device axis that `frame` names for stage axis r."""
    matrix = np.zeros((3, 3))
    for row, axis in enumerate(frame):
        matrix[row, "xyz".index(axis[1])] = -1.0 if axis[0] == "-" else 1.0
    return matrix


def in_device_axes(turn: Matrix, frame: Sequence[str]) -> Matrix:
    """A rotation of the stage in the device's coordinates."""
    stage_from_device = device_matrix(frame)
    return np.asarray(stage_from_device.T @ turn @ stage_from_device)


def place_in_device_axes(place: Matrix, frame: Sequence[str]) -> Matrix:
    """A place (3,) of the stage in the device's coordinates."""
    return np.asarray(device_matrix(frame).T @ place)


def turn_vector(turn: Matrix) -> Matrix:
    """(3,) axis times angle in radians: the axis is the eigenvector of 1."""
    cosine = max(-1.0, min(1.0, (float(np.trace(turn)) - 1.0) / 2.0))
    skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    sine = float(np.linalg.norm(skew)) / 2.0
    angle = math.atan2(sine, cosine)
    if sine > 1e-6:
        return np.asarray(skew / (2.0 * sine) * angle)
    if cosine > 0.0:
        return np.asarray(skew / 2.0)
    axis = np.sqrt(np.maximum(0.0, (np.diag(turn) + 1.0) / 2.0))
    largest = int(np.argmax(axis))
    signs = np.where(turn[largest] + turn[:, largest] < 0.0, -1.0, 1.0)
    signs[largest] = 1.0
    return np.asarray(axis * signs * angle)


def quaternion_xyzw(turn: Matrix) -> Matrix:
    """(4,) x, y, z, w of a rotation."""
    vector = turn_vector(turn)
    angle = float(np.linalg.norm(vector))
    scale = 0.5 if angle < 1e-9 else math.sin(angle / 2.0) / angle
    return np.array([*(vector * scale), math.cos(angle / 2.0)])
