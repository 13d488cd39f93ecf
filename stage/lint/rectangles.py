"""Rectangles of whole pixels: their overlaps, and the pixels they leave free. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Upper left corner and size in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    def within(self, size_px: tuple[int, int]) -> bool:
        """Whether it lies entirely on a raster of that size."""
        return self.right <= size_px[0] and self.bottom <= size_px[1]

    def common_px(self, other: Rectangle) -> int:
        """How many pixels they share."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0, width) * max(0, height)


def overlaps(rectangles: Sequence[Rectangle]) -> Iterator[tuple[int, int, int]]:
    """(first, second, common pixels) of every pair that overlaps."""
    for (i, first), (k, second) in combinations(enumerate(rectangles), 2):
        if common_px := first.common_px(second):
            yield i, k, common_px


def free_px(rectangles: Sequence[Rectangle], size_px: tuple[int, int]) -> tuple[int, tuple[int, int]]:
    """How many pixels of a raster are in no rectangle, and the uppermost, leftmost of them."""
    whole = Rectangle(0, 0, *size_px)
    inside = [r for r in rectangles if r.common_px(whole)]
    xs = np.unique(np.clip([0, size_px[0], *(x for r in inside for x in (r.x, r.right))], 0, size_px[0]))
    ys = np.unique(np.clip([0, size_px[1], *(y for r in inside for y in (r.y, r.bottom))], 0, size_px[1]))
    free = np.ones((len(ys) - 1, len(xs) - 1), bool)
    for r in inside:
        rows, columns = np.searchsorted(ys, (r.y, r.bottom)), np.searchsorted(xs, (r.x, r.right))
        free[rows[0] : rows[1], columns[0] : columns[1]] = False
    count = int((free * np.outer(np.diff(ys), np.diff(xs))).sum())
    if not count:
        return 0, (0, 0)
    row, column = np.argwhere(free)[0]
    return count, (int(xs[column]), int(ys[row]))
