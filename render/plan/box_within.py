"""A large box inside a convex polygon of pixels. Pure, plain floats.

Its left and right sides are tried at a few places of the polygon's width; between two of them the polygon is convex, so
its height over the whole span is the lesser at either side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from render.plan.boxes import Box

SHARES = (0.0, 0.04, 0.12, 0.25)
"""Where a side is tried, as a share of the width from either end: finest at the ends, where little is lost."""
ENOUGH = 0.9
"""A box over the whole width that is so much of the polygon's own box is taken at once: most cameras are level."""
ONTO_PX = 1e-6
"""A side this close to the wall's own edge lies on it."""

Point = tuple[float, float]


def box_within(polygon: Sequence[Point], size_px: tuple[int, int], inset_px: int) -> Box | None:
    """The largest box found within a convex polygon (column, row), `inset_px` away from its sides except where those
    are the edges of a wall of `size_px`. None where there is none."""
    if len(polygon) < 3:
        return None
    columns, rows = [column for column, _ in polygon], [row for _, row in polygon]
    low, width = min(columns), max(columns) - min(columns)
    whole = _between(polygon, low, low + width)
    if _area(whole) >= ENOUGH * width * (max(rows) - min(rows)):
        return _inset(whole, size_px, inset_px)
    lefts = [(low + share * width, *_rows_at(polygon, low + share * width)) for share in SHARES]
    rights = [(low + width - share * width, *_rows_at(polygon, low + width - share * width)) for share in SHARES]
    tried = [
        (left, max(top_left, top_right), right, min(bottom_left, bottom_right))
        for left, top_left, bottom_left in lefts
        for right, top_right, bottom_right in rights
    ]
    best = max(tried, key=_area)
    return _inset(best, size_px, inset_px) if _area(best) > 0.0 else None


Sides = tuple[float, float, float, float]


def _between(polygon: Sequence[Point], left: float, right: float) -> Sides:
    """The box between two columns: left, top, right, bottom."""
    (top_left, bottom_left), (top_right, bottom_right) = _rows_at(polygon, left), _rows_at(polygon, right)
    return (left, max(top_left, top_right), right, min(bottom_left, bottom_right))


def _area(sides: Sides) -> float:
    """Of a box; nothing where its sides are the wrong way round."""
    left, top, right, bottom = sides
    return (right - left) * (bottom - top) if bottom > top else 0.0


def _rows_at(polygon: Sequence[Point], column: float) -> tuple[float, float]:
    """The rows between which a column lies in the polygon."""
    top, bottom = math.inf, -math.inf
    before, row_before = polygon[-1]
    for here, row in polygon:
        if min(before, here) <= column <= max(before, here):
            share = (column - before) / (here - before) if here != before else 0.0
            for crossed in (row_before + share * (row - row_before), *((row,) if here == before else ())):
                top, bottom = min(top, crossed), max(bottom, crossed)
        before, row_before = here, row
    return top, bottom


def _inset(box: Sides, size_px: tuple[int, int], inset_px: int) -> Box | None:
    """Whole pixels within a box, away from its sides but for those on the wall's own edges."""
    left, top, right, bottom = box
    x0 = 0 if left <= ONTO_PX else math.ceil(left) + inset_px
    y0 = 0 if top <= ONTO_PX else math.ceil(top) + inset_px
    x1 = size_px[0] if right >= size_px[0] - ONTO_PX else math.floor(right) - inset_px
    y1 = size_px[1] if bottom >= size_px[1] - ONTO_PX else math.floor(bottom) - inset_px
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
