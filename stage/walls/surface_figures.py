"""Figures of a wall's surface: normals, pixel pitch, how its canvas is covered. Pure numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats
from stage.walls.surface import Surface

MAX_SAMPLES_ACROSS = 1024
OFF_X, OFF_Y = 0.5 + 1e-4 / np.pi, 0.5 + 1e-4 / np.e
"""Sample points lie beside the pixel centres, so that none falls exactly on an edge between two triangles."""


def triangle_normals(surface: Surface) -> Floats:
    """(T, 3): unit normals of the front faces; zero where a triangle has no area."""
    a, b, c = _corners(surface.vertices_m, surface)
    normals = np.cross(b - a, c - a)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    unit: Floats = np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)
    return unit


def triangle_areas_m2(surface: Surface) -> Floats:
    """(T,): area of each triangle on the stage."""
    a, b, c = _corners(surface.vertices_m, surface)
    areas: Floats = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2.0
    return areas


def canvas_areas_px(surface: Surface) -> Floats:
    """(T,): area of each triangle on the canvas, positive where the picture reads the right way round from the
    front, negative where it is mirrored."""
    a, b, c = _corners(surface.canvas_px, surface)
    across, down = b - a, c - a
    areas: Floats = (across[:, 1] * down[:, 0] - across[:, 0] * down[:, 1]) / 2.0
    return areas


def pixel_pitch_m(surface: Surface) -> Floats:
    """(T, 2): size of a pixel across and down; NaN where a triangle has no area on the canvas.

    The columns of `J = [edges in metres] [edges in pixels]^-1`, by triangle.
    """
    a, b, c = _corners(surface.vertices_m, surface)
    ca, cb, cc = _corners(surface.canvas_px, surface)
    (ux, uy), (vx, vy) = (cb - ca).T, (cc - ca).T
    flat = np.abs(ux * vy - uy * vx) < 1e-9
    area = np.where(flat, np.nan, ux * vy - uy * vx)[:, None]
    across = ((b - a) * vy[:, None] - (c - a) * uy[:, None]) / area
    down = ((c - a) * ux[:, None] - (b - a) * vx[:, None]) / area
    return np.stack([np.linalg.norm(across, axis=1), np.linalg.norm(down, axis=1)], axis=1)


def median_pitch_m(surface: Surface) -> float:
    """The size of a typical pixel; 0 where no triangle has an area on the canvas."""
    pitch_m = pixel_pitch_m(surface)
    known = pitch_m[np.isfinite(pitch_m)]
    return float(np.median(known)) if known.size else 0.0


def canvas_cover(surface: Surface) -> NDArray[np.int32]:
    """How many triangles cover each point of the canvas, sampled at most `MAX_SAMPLES_ACROSS` points wide or high."""
    scale = min(1.0, MAX_SAMPLES_ACROSS / max(surface.size_px))
    width, height = (max(1, round(size * scale)) for size in surface.size_px)
    corners = surface.canvas_px * (width / surface.size_px[0], height / surface.size_px[1])
    cover = np.zeros((height, width), np.int32)
    for triangle in surface.triangles:
        _count(corners[triangle], cover)
    return cover


def _count(corners: Floats, cover: NDArray[np.int32]) -> None:
    """Add one where a sample point lies in the triangle, by barycentric coordinates."""
    height, width = cover.shape
    left, top = np.clip(np.floor(corners.min(axis=0) - 1).astype(int), 0, (width, height))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (width, height))
    (ax, ay), (bx, by), (cx, cy) = corners
    area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    if area == 0.0 or right <= left or bottom <= top:
        return
    x = np.arange(left, right)[None, :] + OFF_X - ax
    y = np.arange(top, bottom)[:, None] + OFF_Y - ay
    b = (x * (cy - ay) - (cx - ax) * y) / area
    c = ((bx - ax) * y - x * (by - ay)) / area
    cover[top:bottom, left:right] += (b >= 0) & (c >= 0) & (b + c <= 1)


def _corners(values: Floats, surface: Surface) -> tuple[Floats, Floats, Floats]:
    """The values at the three corners of every triangle."""
    a, b, c = surface.triangles.T
    return values[a], values[b], values[c]
