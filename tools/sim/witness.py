"""The witness: a simulated camera that films the simulated wall.

Independent code that shares nothing with the renderer: for every pixel of the picture a ray is traced from the
entrance pupil (lens distortion undone by iteration) against the triangles of the walls; the wall's code value there is
read bilinearly and converted back to light by the wall's transfer curve and peak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import rotation_matrix
from stage.messages.frames import CameraState
from stage.messages.samples import LensState
from stage.walls.light import WallLight as WallLight
from stage.walls.light import display_codes as display_codes
from stage.walls.light import to_light as to_light
from stage.walls.surface import Surface

UNDISTORT_STEPS = 30
UNDISTORT_MM = 1e-9
EDGE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Hits:
    """Where the rays of a picture hit: (h, w) wall index (-1 = none), (h, w, 2) canvas pixel, (h, w) distance."""

    wall: NDArray[np.int32]
    canvas_px: NDArray[np.float32]
    distance_m: NDArray[np.float32]


class Witness:
    """Films the walls for any camera state; `size_px` is the picture."""

    def __init__(
        self, surfaces: Mapping[str, Surface], lights: Mapping[str, WallLight], size_px: tuple[int, int]
    ) -> None:
        self._surfaces = dict(surfaces)
        self._lights = dict(lights)
        self._size_px = size_px

    def film(
        self, camera: CameraState, canvases: Mapping[str, NDArray[np.uint8]], surround: float = 0.0
    ) -> NDArray[np.float32]:
        """The picture, (h, w, 3) linear light in units of 100 nits; `surround` where there is no wall.

        `canvases` holds each wall's picture, (h, w, 3 or 4), at the wall's size or any scale of it.
        """
        hits = self.trace(camera)
        width, height = self._size_px
        picture = np.full((height, width, 3), surround, np.float32)
        for index, (name, surface) in enumerate(self._surfaces.items()):
            seen = hits.wall == index
            if name in canvases and seen.any():
                light = to_light(canvases[name][..., :3], self._lights[name])
                picture[seen] = _bilinear(light, hits.canvas_px[seen], surface.size_px)
        return picture

    def trace(self, camera: CameraState) -> Hits:
        """Every pixel's ray against every wall triangle; the nearest front hit counts."""
        return self.cast(camera, ray_slopes(camera, self._size_px))

    def cast(self, camera: CameraState, slopes: NDArray[np.float64]) -> Hits:
        """Rays from the camera's pupil: `slopes` (h, w, 2) are right and up over forward."""
        height, width = slopes.shape[:2]
        nearest = np.full((height, width), np.inf, np.float64)
        wall = np.full((height, width), -1, np.int32)
        canvas = np.zeros((height, width, 2), np.float32)
        turn = rotation_matrix(camera.orientation)
        for index, surface in enumerate(self._surfaces.values()):
            local = (surface.vertices_m - np.asarray(camera.position_m)) @ turn
            for triangle in surface.triangles:
                _trace_triangle(
                    corners=local[triangle],
                    uv=surface.canvas_px[triangle],
                    slopes=slopes,
                    index=index,
                    nearest=nearest,
                    wall=wall,
                    canvas=canvas,
                )
        return Hits(wall, canvas, nearest.astype(np.float32))


def ray_slopes(camera: CameraState, size_px: tuple[int, int]) -> NDArray[np.float64]:
    """(h, w, 2): x/forward (right) and z/forward (up) of each pixel centre's ray, distortion undone.

    OpenLensIO: e_d = pixel on the sensor in mm, x right, y down; e_u - DP = U^-1.
    """
    return _slopes(camera.lens, camera.sensor_mm, size_px)


@lru_cache(maxsize=4)
def _slopes(lens: LensState, sensor_mm: tuple[float, float], size_px: tuple[int, int]) -> NDArray[np.float64]:
    """Cached, because a lens rarely moves, and therefore read-only."""
    width, height = size_px
    x = ((np.arange(width) + 0.5) / width - 0.5) * sensor_mm[0] - lens.projection_offset_mm[0]
    y = ((np.arange(height) + 0.5) / height - 0.5) * sensor_mm[1] - lens.projection_offset_mm[1]
    distorted = np.stack(np.meshgrid(x, y), axis=-1)
    undistorted = _undistort(distorted, lens.radial, lens.tangential)
    slopes: NDArray[np.float64] = undistorted * np.array([1.0, -1.0]) / lens.focal_length_mm
    slopes.flags.writeable = False
    return slopes


def _undistort(
    distorted: NDArray[np.float64], radial: tuple[float, ...], tangential: tuple[float, ...]
) -> NDArray[np.float64]:
    """Fixed-point inverse of the U-D model: e_u = (e_d - tangential(e_u)) / radial(e_u)."""
    if not any(radial) and not any(tangential):
        return distorted
    k = (*radial, *([0.0] * (6 - len(radial))))
    p1, p2 = tangential if tangential else (0.0, 0.0)
    guess = distorted.copy()
    for _ in range(UNDISTORT_STEPS):
        gx, gy = guess[..., 0], guess[..., 1]
        r2 = gx * gx + gy * gy
        scale = (1 + r2 * (k[0] + r2 * (k[2] + r2 * k[4]))) / (1 + r2 * (k[1] + r2 * (k[3] + r2 * k[5])))
        dx = 2 * p1 * gx * gy + p2 * (r2 + 2 * gx * gx)
        dy = p1 * (r2 + 2 * gy * gy) + 2 * p2 * gx * gy
        before = guess
        guess = np.stack([(distorted[..., 0] - dx) / scale, (distorted[..., 1] - dy) / scale], axis=-1)
        if np.abs(guess - before).max() < UNDISTORT_MM:
            break
    return guess


def _trace_triangle(
    corners: NDArray[np.float64],
    uv: NDArray[np.float64],
    slopes: NDArray[np.float64],
    index: int,
    nearest: NDArray[np.float64],
    wall: NDArray[np.int32],
    canvas: NDArray[np.float32],
) -> None:
    """One triangle in the camera's axes (right, forward, up): ray (sx, 1, sz) t by Moller and Trumbore's
    barycentric solution, solved as cross products because all rays start at the origin."""
    rows, columns = _picture_part(corners, slopes)
    part = slopes[rows, columns]
    if part.size == 0:
        return
    a, b, c = corners
    volume = float(np.dot(a, np.cross(b, c)))
    if abs(volume) < 1e-12:
        return
    sx, sz = part[..., 0], part[..., 1]
    normals = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)]) / volume
    first, second, third = (nx * sx + (nz * sz + ny) for nx, ny, nz in normals)
    total = first + second + third  # one over the distance
    least = np.minimum(np.minimum(first, second), third)
    hit = (total > 0) & (least >= -EDGE_TOLERANCE * total) & (total * nearest[rows, columns] > 1.0)
    nearest[rows, columns][hit] = distance = 1.0 / total[hit]
    wall[rows, columns][hit] = index
    weights = np.stack([first[hit], second[hit], third[hit]], axis=-1)
    canvas[rows, columns][hit] = (weights * distance[:, None]) @ uv


def _picture_part(corners: NDArray[np.float64], slopes: NDArray[np.float64]) -> tuple[slice, slice]:
    """Rows and columns of the picture that the triangle can touch; all of it if it crosses the lens plane."""
    height, width = slopes.shape[:2]
    if corners[:, 1].min() <= 1e-3:
        everything = (slice(0, height), slice(0, width))
        return everything if corners[:, 1].max() > 1e-3 else (slice(0, 0), slice(0, 0))
    seen = corners[:, [0, 2]] / corners[:, 1:2]
    low, high = seen.min(axis=0), seen.max(axis=0)
    inside = (
        (slopes[..., 0] >= low[0]) & (slopes[..., 0] <= high[0])
        & (slopes[..., 1] >= low[1]) & (slopes[..., 1] <= high[1])
    )  # fmt: skip
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if rows.size == 0:
        return slice(0, 0), slice(0, 0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _bilinear(
    picture: NDArray[np.float32], canvas_px: NDArray[np.float32], size_px: tuple[int, int]
) -> NDArray[np.float32]:
    """Values at canvas positions, the four nearest LEDs weighted; the picture may be a scaled canvas."""
    height, width = picture.shape[:2]
    x = np.clip(canvas_px[:, 0] * (width / size_px[0]) - 0.5, 0, width - 1.000001)
    y = np.clip(canvas_px[:, 1] * (height / size_px[1]) - 0.5, 0, height - 1.000001)
    left, top = np.minimum(x.astype(np.int32), width - 2), np.minimum(y.astype(np.int32), height - 2)
    fx, fy = [np.asarray(part, np.float32)[:, None] for part in (x - left, y - top)]
    leds, here = picture.reshape(-1, picture.shape[2]), top * width + left
    above = leds.take(here, axis=0) * (1 - fx) + leds.take(here + 1, axis=0) * fx
    below = leds.take(here + width, axis=0) * (1 - fx) + leds.take(here + width + 1, axis=0) * fx
    return np.asarray(above * (1 - fy) + below * fy, np.float32)
