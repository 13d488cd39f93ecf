"""One lens model's distortion in the terms of another, fitted over the picture, with what is left of the difference.

"Brown-Conrady D-U" maps distorted points to undistorted ones; ours maps the other way, and no polynomial is the inverse
of another. Unreal's spherical model has no denominator. Both are fitted: what a lens shows within the picture is
reproduced by least squares, in coordinates scaled by the half diagonal, and the largest remaining difference is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.lens import LensModel, distort, radial_factor, tangential_shift, undistort

Points = NDArray[np.float64]
GRID, LIVE_GRID = 21, 9
"""Points along each side of the picture."""
ROUNDS = 8
"""Of Sanathanan and Koerner's iteration for the denominator (IEEE Trans. Automatic Control 8, 1963)."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A lens in other terms, and the largest distance in the picture between both, in millimetres on the sensor."""

    model: LensModel
    error_mm: float


def from_distorted_to_undistorted(
    model: LensModel,
    sensor_mm: tuple[float, float],
    distortion_offset_mm: tuple[float, float] = (0.0, 0.0),
    *,
    live: bool = False,
) -> Fitted:
    """The lens whose coefficients map distorted to undistorted points ("Brown-Conrady D-U"), in our direction.

    Its undistorted point is U(e_d - DC) + DC, both measured from the projection centre (OpenLensIO 1.0.1). `live`: in
    a fraction of a millisecond, by fewer points and without denominators.
    """
    seen = _picture(sensor_mm, model, LIVE_GRID if live else GRID)
    centre = np.asarray(distortion_offset_mm)
    e = seen - centre
    s = (e * e).sum(axis=-1, keepdims=True)
    straight = e * radial_factor(s, model.radial) + tangential_shift(e, model.tangential) + centre
    return _fitted(model, straight, seen, denominators=not live)


def without_denominator(model: LensModel, sensor_mm: tuple[float, float]) -> Fitted:
    """The lens with k1, k3, k5, p1 and p2 alone, as Unreal's spherical model has it. Exact where it has no others."""
    if not any(model.radial[1::2]):
        return Fitted(model, 0.0)
    seen = _picture(sensor_mm, model, GRID)
    straight = undistort(seen, model.radial, model.tangential)
    sound = ~np.isnan(straight).any(axis=-1)
    return _fitted(model, straight[sound], seen[sound], denominators=False)


def _picture(sensor_mm: tuple[float, float], model: LensModel, points_a_side: int) -> Points:
    """(N, 2) points all over the picture, from the projection centre."""
    x, y = (np.linspace(-side / 2.0, side / 2.0, points_a_side) for side in sensor_mm)
    points: Points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2) - np.asarray(model.projection_offset_mm)
    return points


def _fitted(model: LensModel, straight: Points, seen: Points, *, denominators: bool) -> Fitted:
    """Coefficients that move `straight` to `seen`."""
    scale = float(np.sqrt((straight**2).sum(axis=-1).max()))
    u, d = straight / scale, seen / scale
    x, y = u[:, 0], u[:, 1]
    s = (u * u).sum(axis=-1)
    powers = np.stack([s, s**2, s**3], axis=-1)
    shifts = np.stack([np.stack([2 * x * y, s + 2 * y * y], -1), np.stack([s + 2 * x * x, 2 * x * y], -1)], -1)
    below = np.ones_like(s)
    best: tuple[float, LensModel] | None = None
    for _ in range(ROUNDS if denominators else 1):
        above = u[:, :, None] * powers[:, None, :]
        under = -d[:, :, None] * powers[:, None, :]
        columns = [above, *([under] if denominators else []), shifts * below[:, None, None]]
        matrix = np.concatenate(columns, axis=-1) / below[:, None, None]
        target = (d - u) / below[:, None]
        found = np.linalg.lstsq(matrix.reshape(-1, matrix.shape[-1]), target.ravel(), rcond=1e-13)[0]
        k = found[3:6] if denominators else np.zeros(3)
        tried = _rescaled(model, found[:3], k, found[-2:], scale)
        error = float(np.linalg.norm(distort(straight, tried.radial, tried.tangential) - seen, axis=-1).max())
        if best is None or error < best[0]:
            best = (error, tried)
        below = 1.0 + powers @ k
        if not (below > 0.0).all():
            break
    assert best is not None
    return Fitted(best[1], best[0])


def _rescaled(model: LensModel, above: Points, below: Points, shift: Points, scale: float) -> LensModel:
    """The lens with coefficients of scaled coordinates, in mm^-n."""
    pairs = zip(above, below, (2, 4, 6), strict=True)
    radial = [float(k) / scale**power for one, other, power in pairs for k in (one, other)]
    while radial and radial[-1] == 0.0:
        radial.pop()
    tangential = (float(shift[0]) / scale, float(shift[1]) / scale)
    return LensModel(model.focal_length_mm, model.projection_offset_mm, tuple(radial), tangential)
