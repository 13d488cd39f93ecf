"""A table of values over two encoders whose rows need not make a grid: linear between them, held beyond. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

Values = tuple[float, ...]
Place = tuple[float, float]
"""(zoom, focus)"""


class EncoderGrid:
    """Values at places; every zoom has focus values of its own."""

    def __init__(self, values: Mapping[Place, Values]) -> None:
        self._rows: dict[float, list[tuple[float, Values]]] = {}
        for (zoom, focus), found in sorted(values.items()):
            self._rows.setdefault(zoom, []).append((focus, found))
        self._zooms = sorted(self._rows)

    def at(self, place: Place) -> Values:
        """The values at a place."""
        zoom, focus = place
        low, high, part = _between(self._zooms, zoom)
        return _mixed(self._along(low, focus), self._along(high, focus), part)

    def _along(self, zoom: float, focus: float) -> Values:
        row = self._rows[zoom]
        by_focus = dict(row)
        low, high, part = _between([each for each, _ in row], focus)
        return _mixed(by_focus[low], by_focus[high], part)


def _between(keys: Sequence[float], at: float) -> tuple[float, float, float]:
    """The keys on either side and how far between them it is; the outermost beyond the ends."""
    if at <= keys[0]:
        return keys[0], keys[0], 0.0
    if at >= keys[-1]:
        return keys[-1], keys[-1], 0.0
    right = bisect_right(keys, at)
    low, high = keys[right - 1], keys[right]
    return low, high, (at - low) / (high - low)


def _mixed(a: Values, b: Values, part: float) -> Values:
    return a if part == 0.0 else tuple([x + (y - x) * part for x, y in zip(a, b, strict=True)])
