"""KHR_texture_transform as two rows: `(u', v') = rows . (u, v, 1)`. Pure."""

from __future__ import annotations

import math

from render.layers.mesh.gltf.document.uses import TextureTransform
from render.layers.mesh.mesh_data import UvRows


def uv_rows(transform: TextureTransform) -> UvRows:
    """Scaled, then rotated counter-clockwise as seen (v is down), then moved."""
    cosine, sine = math.cos(transform.rotation), math.sin(transform.rotation)
    (wide, high), (right, down) = transform.scale, transform.offset
    return ((cosine * wide, sine * high, right), (-sine * wide, cosine * high, down))


def scaled_rows(rows: UvRows, scale: tuple[float, float]) -> UvRows:
    """The rows, then u and v multiplied by `scale`."""
    if scale == (1.0, 1.0):
        return rows
    (a, b, c), (d, e, f) = rows
    across, down = scale
    return ((a * across, b * across, c * across), (d * down, e * down, f * down))


def inverse_rows(rows: UvRows) -> UvRows | None:
    """The inverse of `rows`; None if there is none."""
    (a, b, c), (d, e, f) = rows
    area = a * e - b * d
    if abs(area) < 1e-12:
        return None
    a, b, d, e = e / area, -b / area, -d / area, a / area
    return ((a, b, -(a * c + b * f)), (d, e, -(d * c + e * f)))


def joined_rows(last: UvRows, first: UvRows | None) -> UvRows | None:
    """`last` after `first`; None where there is no first."""
    if first is None:
        return None
    (a, b, c), (d, e, f) = first
    return (_row(last[0], (a, d), (b, e), (c, f)), _row(last[1], (a, d), (b, e), (c, f)))


def _row(
    row: tuple[float, float, float], u: tuple[float, float], v: tuple[float, float], one: tuple[float, float]
) -> tuple[float, float, float]:
    x, y, shift = row
    return (x * u[0] + y * u[1], x * v[0] + y * v[1], x * one[0] + y * one[1] + shift)
