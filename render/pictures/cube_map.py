"""Cube maps as equirects. Pure.

Faces as OpenEXR stores them (ImfEnvmap.h): six squares one under the other, +X, -X, +Y, -Y, +Z, -Z, Y up; its +Z is
the middle of an equirect and its +X to the left of that.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FACES = 6
ROWS_AT_ONCE = 256


def equirect_from_cube(strip: NDArray[np.float16]) -> NDArray[np.float16]:
    """(6 n, n, 3) faces as (2 n, 4 n, 3): as many pixels round the horizon."""
    side = strip.shape[1]
    faces = [np.asarray(strip[number * side : (number + 1) * side], np.float32) for number in range(FACES)]
    result = np.empty((2 * side, 4 * side, 3), np.float16)
    for first in range(0, 2 * side, ROWS_AT_ONCE):
        rows = np.arange(first, min(first + ROWS_AT_ONCE, 2 * side))
        result[rows] = _rows(faces, rows, side)
    return result


def _rows(faces: list[NDArray[np.float32]], rows: NDArray[np.int64], side: int) -> NDArray[np.float32]:
    latitude = np.pi * (0.5 - (rows + 0.5) / (2 * side))[:, None]
    longitude = 2.0 * np.pi * (0.5 - (np.arange(4 * side) + 0.5) / (4 * side))[None, :]
    x, z = np.sin(longitude) * np.cos(latitude), np.cos(longitude) * np.cos(latitude)
    y = np.broadcast_to(np.sin(latitude), x.shape)
    result = np.empty((*x.shape, 3), np.float32)
    sizes = np.abs(np.stack([x, y, z]))
    axis = sizes.argmax(axis=0)
    for number, face in enumerate(faces):
        own, positive = (x, y, z)[number // 2], number % 2 == 0
        here = (axis == number // 2) & ((own > 0.0) == positive)
        if here.any():
            across, down = _place(number, x[here], y[here], z[here])
            spot = [(value * 0.5 * side + 0.5 * side - 0.5).astype(np.float32) for value in (across, down)]
            result[here] = _sampled(face, spot[0], spot[1])
    return result


def _place(number: int, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Where a direction is on its face: across and down, -1 to 1."""
    if number == 0:
        return z / x, -y / x
    if number == 1:
        return z / x, y / x
    if number == 2:
        return x / y, -z / y
    if number == 3:
        return -x / y, -z / y
    if number == 4:
        return -x / z, -y / z
    return -x / z, y / z


def _sampled(face: NDArray[np.float32], across: NDArray[np.float32], down: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 3) between the four nearest pixels, OpenCV taking at most 32767 places a side."""
    wide = 16_384
    padded = -len(across) % wide
    places = [np.pad(value, (0, padded)).reshape(-1, wide) for value in (across, down)]
    mixed = cv2.remap(face, places[0], places[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(mixed, np.float32).reshape(-1, 3)[: len(across)]
