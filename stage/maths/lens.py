"""The OpenLensIO camera and lens model 1.0.1 (SMPTE RIS-OSVP), its OpenCV equivalent, and overscan.

On the sensor, in millimetres: x right, y down, measured from the projection centre (where the optical axis meets the
sensor, `projection_offset_mm` off its middle). An undistorted point is `F (x/z, y/z)`; the lens moves it to

    e_d.x = e.x R + 2 p1 e.x e.y + p2 (r^2 + 2 e.x^2)
    e_d.y = e.y R + p1 (r^2 + 2 e.y^2) + 2 p2 e.x e.y             r^2 = e.x^2 + e.y^2
    R = (1 + k1 r^2 + k3 r^4 + k5 r^6) / (1 + k2 r^2 + k4 r^4 + k6 r^6)

("Brown-Conrady U-D", undistorted to distorted). `radial` = (k1, k2, ...), odd numerator, even denominator, missing
ones zero; `tangential` = (p1, p2) or empty. Units are mm^-n.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

NEWTON_STEPS = 20
NEWTON_STOP_MM = 1e-9
CLOSE_ENOUGH_MM = 1e-6
BISECTION_STEPS = 60
NEGLIGIBLE = 1e-60
"""A polynomial coefficient below this has no effect within a kilometre of sensor."""
BORDER_POINTS = 33
"""Per side of the picture, corners included: where overscan is measured."""


@dataclass(frozen=True, slots=True)
class LensModel:
    """Pinhole and distortion of a lens at one moment, OpenLensIO terms."""

    focal_length_mm: float
    projection_offset_mm: tuple[float, float] = (0.0, 0.0)
    radial: tuple[float, ...] = ()
    tangential: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCvLens:
    """OpenCV's rational lens. `radial` = k1..k6 in OpenCV's order: three of the numerator, three of the denominator.

    Pixel (0, 0) is the **centre** of the first pixel, as everywhere in OpenCV.
    """

    size_px: tuple[int, int]
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    radial: tuple[float, float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    tangential: tuple[float, float] = (0.0, 0.0)


def model_from_opencv(lens: OpenCvLens, sensor_mm: tuple[float, float], centre_px: float = 0.5) -> LensModel:
    """The OpenLensIO model of an OpenCV calibration (tangential p/F: the published note's p/F^2 is wrong).

    `centre_px` is where the first pixel's centre lies in the result: 0.5 (pixel corners count, as on our canvases)
    or 0 to keep OpenCV's. Where fx and fy differ the focal length is the mean of both.
    """
    scale_x, scale_y = (mm / px for mm, px in zip(sensor_mm, lens.size_px, strict=True))
    focal_mm = (scale_x * lens.fx_px + scale_y * lens.fy_px) / 2.0
    offset_mm = (
        scale_x * (lens.cx_px + centre_px - lens.size_px[0] / 2.0),
        scale_y * (lens.cy_px + centre_px - lens.size_px[1] / 2.0),
    )
    n1, n2, n3, d1, d2, d3 = lens.radial
    radial = tuple(k / focal_mm**power for k, power in zip((n1, d1, n2, d2, n3, d3), (2, 2, 4, 4, 6, 6), strict=True))
    p1, p2 = lens.tangential
    return LensModel(focal_mm, offset_mm, radial, (p1 / focal_mm, p2 / focal_mm))


def opencv_from_model(
    model: LensModel, sensor_mm: tuple[float, float], size_px: tuple[int, int], centre_px: float = 0.5
) -> OpenCvLens:
    """The other way round."""
    focal_mm = model.focal_length_mm
    per_mm = [px / mm for mm, px in zip(sensor_mm, size_px, strict=True)]
    n1, d1, n2, d2, n3, d3 = (
        k * focal_mm**power for k, power in zip(_padded(model.radial, 6), (2, 2, 4, 4, 6, 6), strict=True)
    )
    p1, p2 = (p * focal_mm for p in _padded(model.tangential, 2))
    offset_x, offset_y = model.projection_offset_mm
    return OpenCvLens(
        size_px=size_px,
        fx_px=per_mm[0] * focal_mm,
        fy_px=per_mm[1] * focal_mm,
        cx_px=per_mm[0] * offset_x + size_px[0] / 2.0 - centre_px,
        cy_px=per_mm[1] * offset_y + size_px[1] / 2.0 - centre_px,
        radial=(n1, n2, n3, d1, d2, d3),
        tangential=(p1, p2),
    )


def pixels_from_sensor(
    points_mm: Points, offset_mm: tuple[float, float], sensor_mm: tuple[float, float], size_px: tuple[int, int]
) -> Points:
    """(..., 2) points on the sensor, from the projection centre, as corner-based pixels of the picture."""
    size = np.asarray(size_px, np.float64)
    pixels: Points = (points_mm + np.asarray(offset_mm)) * size / np.asarray(sensor_mm) + size / 2.0
    return pixels


def distort(points_mm: Points, radial: tuple[float, ...], tangential: tuple[float, ...]) -> Points:
    """(..., 2) undistorted points to where the lens shows them."""
    factor = radial_factor(np.square(points_mm).sum(axis=-1), radial)
    return points_mm * factor[..., np.newaxis] + tangential_shift(points_mm, tangential)


def undistort(points_mm: Points, radial: tuple[float, ...], tangential: tuple[float, ...]) -> Points:
    """(..., 2) points of the picture to where a lens without distortion would show them.

    NaN where the model is undefined: beyond the radius up to which the picture grows outward.
    """
    if not any(radial) and not any(tangential):
        return points_mm.copy()
    limit_mm = valid_radius_mm(radial)
    solved = _newton(points_mm, points_mm, radial, tangential)
    doubtful = ~_solves(solved, points_mm, radial, tangential, limit_mm)
    if doubtful.any():
        start = _bisected(points_mm[doubtful], radial, limit_mm)
        solved[doubtful] = _newton(start, points_mm[doubtful], radial, tangential)
        solved[~_solves(solved, points_mm, radial, tangential, limit_mm)] = np.nan
    return solved


def valid_radius_mm(radial: tuple[float, ...]) -> float:
    """The undistorted radius up to which a larger radius stays larger in the picture (infinite for most lenses).

    The smallest positive root of d(r R)/dr or of the denominator, as polynomials in s = r^2.
    """
    k = _padded(radial, 6)
    above = np.polynomial.Polynomial([1.0, k[0], k[2], k[4]])
    below = np.polynomial.Polynomial([1.0, k[1], k[3], k[5]])
    s = np.polynomial.Polynomial([0.0, 1.0])
    growth = (above + 2 * s * above.deriv()) * below - 2 * s * above * below.deriv()
    roots = np.concatenate([part.trim(NEGLIGIBLE).roots() for part in (growth, below)])
    real = roots[(np.abs(roots.imag) < 1e-9 * np.maximum(1e-12, np.abs(roots))) & (roots.real > 0)].real
    return math.sqrt(real.min()) if real.size else math.inf


def overscan(model: LensModel, sensor_mm: tuple[float, float]) -> float:
    """The factor (at least 1) by which an undistorted picture must be larger to contain all that the lens shows.

    Measured along the border of the picture. Raises ValueError where the distortion folds inside the picture.
    """
    if not any(model.radial) and not any(model.tangential):
        return 1.0
    width, height = sensor_mm
    offset = np.asarray(model.projection_offset_mm)
    seen = undistort(_border(width, height) - offset, model.radial, model.tangential) + offset
    if np.isnan(seen).any():
        radius = valid_radius_mm(model.radial)
        raise ValueError(f"the distortion folds inside the picture (defined up to a radius of {radius:.3g} mm)")
    across, down = np.abs(seen).max(axis=0)
    return max(1.0, 2.0 * float(across) / width, 2.0 * float(down) / height)


def field_of_view_deg(width_mm: float, focal_length_mm: float) -> float:
    """The angle a sensor side sees, without distortion and offset."""
    return math.degrees(2.0 * math.atan(width_mm / (2.0 * focal_length_mm)))


def _padded(values: tuple[float, ...], count: int) -> tuple[float, ...]:
    return (*values, *(0.0 for _ in range(count - len(values))))


def radial_factor(s: Points, radial: tuple[float, ...]) -> Points:
    k1, k2, k3, k4, k5, k6 = _padded(radial, 6)
    return (1 + s * (k1 + s * (k3 + s * k5))) / (1 + s * (k2 + s * (k4 + s * k6)))


def _radial_slope(s: Points, radial: tuple[float, ...]) -> Points:
    """dR/ds, s = r^2."""
    k1, k2, k3, k4, k5, k6 = _padded(radial, 6)
    below = 1 + s * (k2 + s * (k4 + s * k6))
    factor = radial_factor(s, radial)
    return (k1 + s * (2 * k3 + 3 * s * k5) - factor * (k2 + s * (2 * k4 + 3 * s * k6))) / below


def tangential_shift(points_mm: Points, tangential: tuple[float, ...]) -> Points:
    p1, p2 = _padded(tangential, 2)
    x, y = points_mm[..., 0], points_mm[..., 1]
    s = x * x + y * y
    return np.stack([2 * p1 * x * y + p2 * (s + 2 * x * x), p1 * (s + 2 * y * y) + 2 * p2 * x * y], axis=-1)


def _newton(start: Points, wanted: Points, radial: tuple[float, ...], tangential: tuple[float, ...]) -> Points:
    """Newton's method in two dimensions; diverging points become infinite or NaN without an error."""
    e = start.copy()
    p1, p2 = _padded(tangential, 2)
    with np.errstate(all="ignore"):
        for _ in range(NEWTON_STEPS):
            x, y = e[..., 0], e[..., 1]
            s = x * x + y * y
            factor, slope = radial_factor(s, radial), _radial_slope(s, radial)
            xx = factor + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x
            yy = factor + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x
            xy = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
            off = distort(e, radial, tangential) - wanted
            solved = [yy * off[..., 0] - xy * off[..., 1], xx * off[..., 1] - xy * off[..., 0]]
            step = np.stack(solved, axis=-1) / (xx * yy - xy * xy)[..., np.newaxis]
            e = e - step
            if not np.nanmax(np.abs(step), initial=0.0) > NEWTON_STOP_MM:
                break
    return e


def _solves(
    e: Points, wanted: Points, radial: tuple[float, ...], tangential: tuple[float, ...], limit_mm: float
) -> NDArray[np.bool_]:
    """Which points are the picture's `wanted`, on the branch that begins at the centre."""
    with np.errstate(all="ignore"):
        off = np.abs(distort(e, radial, tangential) - wanted).max(axis=-1)
        solved: NDArray[np.bool_] = (off <= CLOSE_ENOUGH_MM) & (np.square(e).sum(axis=-1) < limit_mm * limit_mm)
    return solved


def _bisected(wanted: Points, radial: tuple[float, ...], limit_mm: float) -> Points:
    """The solution without the tangential part, by bisection on the radius: a start for Newton."""
    radius = np.sqrt(np.square(wanted).sum(axis=-1))
    low, high = np.zeros_like(radius), np.full_like(radius, min(limit_mm, 1e4))
    for _ in range(BISECTION_STEPS):
        middle = (low + high) / 2
        inside = middle * radial_factor(middle * middle, radial) < radius
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    scale: Points = (low + high) / 2 / np.maximum(radius, 1e-12)
    return wanted * scale[..., np.newaxis]


def _border(width: float, height: float) -> Points:
    """Points along the four sides of the picture, from its middle."""
    x, y = np.linspace(-width / 2, width / 2, BORDER_POINTS), np.linspace(-height / 2, height / 2, BORDER_POINTS)
    rows = [np.column_stack([x, np.full_like(x, edge)]) for edge in (-height / 2, height / 2)]
    columns = [np.column_stack([np.full_like(y, edge), y]) for edge in (-width / 2, width / 2)]
    return np.concatenate(rows + columns)
