"""Boxes of canvas pixels: (x0, y0, x1, y1), rows from the top, x1 and y1 excluded. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

Box = tuple[int, int, int, int]


def area(box: Box) -> int:
    """Pixels in a box."""
    return (box[2] - box[0]) * (box[3] - box[1])


def union(a: Box, b: Box) -> Box:
    """The smallest box round both."""
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def overlap(a: Box, b: Box) -> bool:
    """Whether they share a pixel."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def box_round(low: tuple[float, float], high: tuple[float, float], size_px: tuple[int, int]) -> Box | None:
    """Every pixel that the rectangle touches, within a picture of `size_px`; None if it touches none."""
    x0, y0 = max(math.floor(low[0]), 0), max(math.floor(low[1]), 0)
    x1, y1 = min(math.ceil(high[0]), size_px[0]), min(math.ceil(high[1]), size_px[1])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def without(box: Box, hole: Box) -> tuple[Box, ...]:
    """What is left of a box beside a hole: at most four boxes that share no pixel."""
    if not overlap(box, hole):
        return (box,)
    (x0, y0, x1, y1), (left, top, right, bottom) = box, hole
    high, low = max(y0, top), min(y1, bottom)
    around = ((x0, y0, x1, high), (x0, low, x1, y1), (x0, high, left, low), (right, high, x1, low))
    return tuple([one for one in around if one[0] < one[2] and one[1] < one[3]])


def regions(boxes: Iterable[Box | None]) -> tuple[Box, ...]:
    """A few boxes that contain all given ones: two are joined if one box costs no more to draw than both."""
    found: list[Box] = []
    for box in boxes:
        if box is not None:
            _join(found, box)
    return tuple(found)


def _join(found: list[Box], box: Box) -> None:
    """Add a box, merged with any that it makes superfluous; a grown box is tried against the rest again."""
    for index, other in enumerate(found):
        both = union(box, other)
        if area(both) <= area(box) + area(other):
            del found[index]
            _join(found, both)
            return
    found.append(box)
