"""Zoom and focus encoders to the lens: a table of calibrated points, interpolated.

Focal length: monotone cubic (PCHIP) in log F over the zoom encoder, linear in log F over the focus encoder. All else
is linear, distortion in normalised form (k F^n, p F), because mm^-n values of very different F do not mix. Beyond the
table the outermost point holds. Plain floats: a reading is taken for every sample while the lens moves.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from stage.maths.lens import LensModel, overscan

RADIAL_POWERS = (2, 2, 4, 4, 6, 6)
OVERSCAN_STEPS = 4
"""The number of parts of an interval between calibrated encoder values when searching its largest overscan."""


@dataclass(frozen=True, slots=True)
class LensKnot:
    """One calibrated point: raw encoder keys, and the lens there. The pupil is metres in front of the sensor, focus is
    at `focus_m` (infinite at infinity, None where nobody measured it)."""

    zoom_raw: int
    focus_raw: int
    model: LensModel
    entrance_pupil_m: float = 0.0
    focus_m: float | None = None


@dataclass(frozen=True, slots=True)
class LensReading:
    """The lens at one moment. `outside` says in words what about it is not calibrated (an encoder beyond the table), ""
    where all is. `focus_m` is None where a point of the table does not say it."""

    model: LensModel
    entrance_pupil_m: float
    overscan: float
    outside: str = ""
    focus_m: float | None = None

    @property
    def calibrated(self) -> bool:
        """Whether both encoders are within the table."""
        return not self.outside


Values = tuple[float, ...]
"""Of a knot, in the form that is interpolated: log F, pupil, projection offset x and y, k1..k6 F^n, p1 and p2 F, and
one over the focus distance."""


class LensTable:
    """The lens at any encoder values. Every zoom has its own focus points; a single point is a prime lens."""

    def __init__(self, knots: Sequence[LensKnot], sensor_mm: tuple[float, float]) -> None:
        """Raises ValueError: no knot, two at the same encoder values, or a distortion that folds in the picture."""
        if not knots:
            raise ValueError("a lens needs at least one point")
        self._knots: dict[tuple[float, float], LensKnot] = {(knot.zoom_raw, knot.focus_raw): knot for knot in knots}
        if len(self._knots) < len(knots):
            raise ValueError("two points of the lens have the same zoom_raw and focus_raw")
        self._only_knot = knots[0] if len(knots) == 1 else None
        self._zooms = sorted({knot.zoom_raw for knot in knots})
        self._rows = [_Row([knot for knot in knots if knot.zoom_raw == zoom]) for zoom in self._zooms]
        self._radial_count = max(len(knot.model.radial) for knot in knots)
        self._has_tangential = any(knot.model.tangential for knot in knots)
        self._focus_ends = self._common_focus_range()
        self._tells_focus = all(knot.focus_m is not None for knot in knots)
        self._overscans = _Overscans(self, sensor_mm)

    @property
    def zooms_raw(self) -> list[int]:
        """The calibrated zoom values, ascending."""
        return self._zooms

    @property
    def focuses_raw(self) -> list[int]:
        """The calibrated focus values at any zoom, ascending."""
        return sorted({knot.focus_raw for knot in self._knots.values()})

    @property
    def distorts(self) -> bool:
        """Whether any point has distortion."""
        return any(any(knot.model.radial) or any(knot.model.tangential) for knot in self._knots.values())

    def reading(self, zoom_raw: int, focus_raw: int) -> LensReading:
        """The lens at these encoder values."""
        model, pupil_m, focus_m = self.looked_up(zoom_raw, focus_raw)
        overscan_here = self._overscans.around(zoom_raw, focus_raw)
        return LensReading(model, pupil_m, overscan_here, self._outside(zoom_raw, focus_raw), focus_m)

    def interpolated(self, zoom_raw: float, focus_raw: float) -> tuple[LensModel, float]:
        """Pinhole and distortion, and the entrance pupil in metres; at a calibrated point exactly its values."""
        return self.looked_up(zoom_raw, focus_raw)[:2]

    def looked_up(self, zoom_raw: float, focus_raw: float) -> tuple[LensModel, float, float | None]:
        """As `interpolated`, and the focus distance in metres: interpolated as its inverse, so that infinity is 0."""
        knot = self._only_knot or self._knots.get((zoom_raw, focus_raw))
        if knot is not None:
            return knot.model, knot.entrance_pupil_m, knot.focus_m if self._tells_focus else None
        rows = [row.at(focus_raw) for row in self._rows]
        if len(rows) == 1:
            return self._from_values(rows[0])
        zoom = min(max(zoom_raw, self._zooms[0]), self._zooms[-1])
        left = min(bisect_right(self._zooms, zoom), len(self._zooms) - 1) - 1
        log_focal = pchip(self._zooms, [row[0] for row in rows], zoom)
        part = (zoom - self._zooms[left]) / (self._zooms[left + 1] - self._zooms[left])
        return self._from_values((log_focal, *_mixed(rows[left], rows[left + 1], part)[1:]))

    def _from_values(self, values: Values) -> tuple[LensModel, float, float | None]:
        focal_mm = math.exp(values[0])
        radial = tuple(
            [k / focal_mm**power for k, power in zip(values[4:10], RADIAL_POWERS, strict=True)][: self._radial_count]
        )
        tangential = (values[10] / focal_mm, values[11] / focal_mm) if self._has_tangential else ()
        model = LensModel(focal_mm, (values[2], values[3]), radial, tangential)
        focus_m = (1.0 / values[12] if values[12] > 0.0 else math.inf) if self._tells_focus else None
        return model, values[1], focus_m

    def _common_focus_range(self) -> tuple[int, int] | None:
        """The focus values calibrated at every zoom; None for a lens without a focus encoder (one value only)."""
        if len(self.focuses_raw) == 1:
            return None
        return max(row.focuses[0] for row in self._rows), min(row.focuses[-1] for row in self._rows)

    def _outside(self, zoom_raw: int, focus_raw: int) -> str:
        zoom_ends = (self._zooms[0], self._zooms[-1]) if len(self._zooms) > 1 else None
        axes = (("zoom", zoom_raw, zoom_ends), ("focus", focus_raw, self._focus_ends))
        beyond = [
            f"{name} {raw} is beyond the lens table ({ends[0]} to {ends[1]}), whose last point is held"
            for name, raw, ends in axes
            if ends is not None and not ends[0] <= raw <= ends[1]
        ]
        return ", ".join(beyond)


class _Row:
    """The focus points of one zoom."""

    def __init__(self, knots: Sequence[LensKnot]) -> None:
        ordered = sorted(knots, key=lambda knot: knot.focus_raw)
        self.focuses = [knot.focus_raw for knot in ordered]
        self._values = [_values_of(knot) for knot in ordered]

    def at(self, focus_raw: float) -> Values:
        """Linear between the points, held beyond them."""
        focuses = self.focuses
        if focus_raw <= focuses[0]:
            return self._values[0]
        if focus_raw >= focuses[-1]:
            return self._values[-1]
        left = bisect_right(focuses, focus_raw) - 1
        part = (focus_raw - focuses[left]) / (focuses[left + 1] - focuses[left])
        return _mixed(self._values[left], self._values[left + 1], part)


class _Overscans:
    """Overscan on a grid finer than the table, and the largest of the grid cell with the encoders' values.

    Measured once, when the stage is loaded: a measurement takes longer than a sample may.
    """

    def __init__(self, table: LensTable, sensor_mm: tuple[float, float]) -> None:
        self._zooms: list[float] = [0.0]
        self._focuses: list[float] = [0.0]
        self._largest = [[1.0]]
        if not table.distorts:
            return
        self._zooms, self._focuses = _refined(table.zooms_raw), _refined(table.focuses_raw)
        self._largest = [
            [overscan(table.interpolated(zoom, focus)[0], sensor_mm) for focus in self._focuses] for zoom in self._zooms
        ]

    def around(self, zoom_raw: float, focus_raw: float) -> float:
        """The largest overscan at the corners of the cell."""
        rows, columns = _neighbours(self._zooms, zoom_raw), _neighbours(self._focuses, focus_raw)
        return max(self._largest[row][column] for row in rows for column in columns)


def pchip(x: Sequence[float], y: Sequence[float], at: float) -> float:
    """Monotone cubic interpolation (Fritsch and Butland 1984, one-sided ends); `x` ascending, `at` within it."""
    if len(x) == 2:
        return y[0] + (y[1] - y[0]) * (at - x[0]) / (x[1] - x[0])
    left = min(bisect_right(x, at), len(x) - 1) - 1
    step = x[left + 1] - x[left]
    part = (at - x[left]) / step
    rest = 1.0 - part
    return (
        y[left] * (1.0 + 2.0 * part) * rest * rest
        + _pchip_slope(x, y, left) * step * part * rest * rest
        + y[left + 1] * part * part * (3.0 - 2.0 * part)
        - _pchip_slope(x, y, left + 1) * step * part * part * rest
    )


def _pchip_slope(x: Sequence[float], y: Sequence[float], index: int) -> float:
    """The slope at a knot: the weighted harmonic mean of both sides, 0 at a peak."""
    last = len(x) - 1
    if index == 0:
        return _end_slope(x[1] - x[0], x[2] - x[1], _secant(x, y, 0), _secant(x, y, 1))
    if index == last:
        return _end_slope(
            x[last] - x[last - 1], x[last - 1] - x[last - 2], _secant(x, y, last - 1), _secant(x, y, last - 2)
        )
    before, after = _secant(x, y, index - 1), _secant(x, y, index)
    if before * after <= 0.0:
        return 0.0
    step_before, step_after = x[index] - x[index - 1], x[index + 1] - x[index]
    weight_before, weight_after = 2.0 * step_after + step_before, step_after + 2.0 * step_before
    return (weight_before + weight_after) / (weight_before / before + weight_after / after)


def _end_slope(near_step: float, far_step: float, near: float, far: float) -> float:
    """Three-point slope at an end, kept from overshooting."""
    slope = ((2.0 * near_step + far_step) * near - near_step * far) / (near_step + far_step)
    if slope * near <= 0.0:
        return 0.0
    if near * far < 0.0 and abs(slope) > 3.0 * abs(near):
        return 3.0 * near
    return slope


def _secant(x: Sequence[float], y: Sequence[float], index: int) -> float:
    return (y[index + 1] - y[index]) / (x[index + 1] - x[index])


def _values_of(knot: LensKnot) -> Values:
    model = knot.model
    focal_mm = model.focal_length_mm
    radial = (*model.radial, *(0.0 for _ in range(6 - len(model.radial))))
    p1, p2 = model.tangential or (0.0, 0.0)
    return (
        math.log(focal_mm),
        knot.entrance_pupil_m,
        *model.projection_offset_mm,
        *(k * focal_mm**power for k, power in zip(radial, RADIAL_POWERS, strict=True)),
        p1 * focal_mm,
        p2 * focal_mm,
        1.0 / knot.focus_m if knot.focus_m else 0.0,
    )


def _mixed(a: Values, b: Values, part: float) -> Values:
    return tuple([x + (y - x) * part for x, y in zip(a, b, strict=True)])


def _refined(keys: Sequence[int]) -> list[float]:
    """The keys, and points between them."""
    between = [
        low + (high - low) * step / OVERSCAN_STEPS
        for low, high in itertools.pairwise(keys)
        for step in range(OVERSCAN_STEPS)
    ]
    return [*between, float(keys[-1])]


def _neighbours(keys: Sequence[float], at: float) -> tuple[int, int]:
    """Indices of the keys on either side; twice the same beyond the ends."""
    right = bisect_right(keys, at)
    return max(right - 1, 0), min(right, len(keys) - 1)
