"""Look-up tables of colour, and numpy code that applies them: the reference for the shader. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Table = NDArray[np.float32]
Values = NDArray[np.float64]
Corner = tuple[float, float, float]
ZERO: Corner = (0.0, 0.0, 0.0)
ONE: Corner = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Lut1d:
    """A curve per channel. `table` (N, 3); its first row is at `low`, its last at `high`, linear between."""

    table: Table
    low: Corner = ZERO
    high: Corner = ONE

    def apply(self, values: ArrayLike) -> Values:
        """(..., 3) values through the curves; beyond the ends, the ends."""
        values = np.asarray(values, np.float64)
        columns = [
            np.interp(values[..., i], np.linspace(self.low[i], self.high[i], len(self.table)), self.table[:, i])
            for i in range(3)
        ]
        return np.stack(columns, axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Lut3d:
    """A cube. `table` (N, N, N, 3) by blue, green, red (red fastest, as files have it)."""

    table: Table
    low: Corner = ZERO
    high: Corner = ONE

    def apply(self, values: ArrayLike) -> Values:
        """(..., 3) values, interpolated in the one of six tetrahedra of their cell they lie in (Sakamoto 1981)."""
        low, high = np.array(self.low), np.array(self.high)
        last = len(self.table) - 1
        place = np.clip((np.asarray(values, np.float64) - low) / (high - low), 0.0, 1.0) * last
        base = np.minimum(np.floor(place), last - 1).astype(int)
        part = place - base
        order = np.argsort(-part, axis=-1, kind="stable")
        size = np.take_along_axis(part, order, axis=-1)
        weights = np.stack(
            [1.0 - size[..., 0], size[..., 0] - size[..., 1], size[..., 1] - size[..., 2], size[..., 2]], axis=-1
        )
        result = np.zeros(place.shape)
        corner = base.copy()
        for step in range(4):
            red, green, blue = np.moveaxis(corner, -1, 0)
            result += weights[..., step, None] * self.table[blue, green, red]
            if step < 3:
                np.put_along_axis(
                    corner,
                    order[..., step : step + 1],
                    np.take_along_axis(corner, order[..., step : step + 1], axis=-1) + 1,
                    axis=-1,
                )
        return result
