"""The straight line that a sender's packets keep to: number across, arrival up. Pure.

What delays a packet only ever makes it later, so the sender's own clock is the line under the arrivals: the edge of
their lower convex hull above the mean number while few are known (Moon, Skelly, Towsley, "Estimation and removal of
clock skew from network delay measurements", INFOCOM 1999; Zhang, Liu, Xia, INFOCOM 2002), and later the least-squares
line through the least late arrival of each quarter of a second (the minimum filter of NTP, RFC 5905, clock filter).
Times are nanoseconds, as floats, since the sender's first packet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stage.units import NS_PER_MS

MOST_CORNERS = 64
OUTLIER = 5.0
"""Points further than this many times the median distance from the line say nothing about it."""
SPREAD_PER_MEDIAN = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""
LEAST_DISTANCE_NS = 0.05 * NS_PER_MS


class Point(NamedTuple):
    """A packet's number, and when it arrived."""

    x: float
    at_ns: float


class Line(NamedTuple):
    """Through `at_ns` at number `x`, `slope_ns` a number."""

    x: float
    at_ns: float
    slope_ns: float

    def at(self, x: float) -> float:
        """When packet `x` left, if it was not held up."""
        return self.at_ns + (x - self.x) * self.slope_ns

    def moved(self, by_ns: float) -> Line:
        """The same line, so much later."""
        return Line(self.x, self.at_ns + by_ns, self.slope_ns)


class LowerHull:
    """The lower convex hull of points of rising number."""

    def __init__(self) -> None:
        self._corners: list[Point] = []
        self._sum_x = 0.0
        self._count = 0

    def add(self, x: float, at_ns: float) -> None:
        """Take a point right of all others."""
        corners = self._corners
        while len(corners) > 1 and _turns_down(corners[-2], corners[-1], x, at_ns):
            corners.pop()
        corners.append(Point(x, at_ns))
        if len(corners) > MOST_CORNERS:
            corners.pop(0)
        self._sum_x += x
        self._count += 1

    def move(self, by_ns: float) -> None:
        """Take all points to have arrived so much later."""
        self._corners = [Point(x, at_ns + by_ns) for x, at_ns in self._corners]

    def line(self) -> Line | None:
        """The line that no point lies below and that is nearest to them on average; None from fewer than two."""
        corners = self._corners
        if len(corners) < 2:
            return None
        middle = self._sum_x / self._count
        index = len(corners) - 2
        while index > 0 and corners[index].x > middle:
            index -= 1
        a, b = corners[index], corners[index + 1]
        return Line(b.x, b.at_ns, (b.at_ns - a.at_ns) / (b.x - a.x))


def line_under(points: Sequence[Point]) -> Line | None:
    """The hull's line under some points."""
    hull = LowerHull()
    for point in points:
        hull.add(*point)
    return hull.line()


def line_through(points: Sequence[Point]) -> tuple[Line, float]:
    """The least-squares line through at least three points without the outliers, and their standard deviation from it
    (ns, from the median distance)."""
    line = _least_squares(points)
    distances = [abs(at_ns - line.at(x)) for x, at_ns in points]
    limit = OUTLIER * max(_median(distances), LEAST_DISTANCE_NS)
    kept = [point for point, distance in zip(points, distances, strict=True) if distance <= limit]
    if 3 <= len(kept) < len(points):
        line = _least_squares(kept)
        distances = [abs(at_ns - line.at(x)) for x, at_ns in kept]
    return line, SPREAD_PER_MEDIAN * _median(distances)


def _least_squares(points: Sequence[Point]) -> Line:
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_ns = sum(at_ns for _, at_ns in points) / count
    square = sum((x - mean_x) ** 2 for x, _ in points)
    product = sum((x - mean_x) * (at_ns - mean_ns) for x, at_ns in points)
    return Line(mean_x, mean_ns, product / square)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _turns_down(a: Point, b: Point, x: float, at_ns: float) -> bool:
    """Whether b lies on or above the straight way from a to the new point."""
    return (b.at_ns - a.at_ns) * (x - a.x) >= (at_ns - a.at_ns) * (b.x - a.x)
