"""Where a camera's coverage lands on a flat wall, and the view that draws it there directly. Pure, plain floats."""

from __future__ import annotations

from collections.abc import Sequence

from render.plan.box_within import box_within
from render.plan.boxes import Box, box_round
from render.plan.cover import CameraCover
from render.view.view import View
from stage.maths.pose import Vector
from stage.maths.projection import (
    Corner,
    Plane,
    clip_polygon,
    dot,
    offset,
    part_of,
    perspective,
    side_planes,
    wall_axes,
    wall_slopes,
)
from stage.walls.surface import Surface

NEAREST_M = 1e-3
"""An eye closer to the wall's plane than this, or behind it, sees none of the wall."""
RIM_PX = 1
"""Extra pixels round the exact box: the shader decides coverage in single precision."""


class FlatWall:
    """A wall that is one rectangle: the picture behind it is an off-axis view straight onto its pixels."""

    def __init__(self, surface: Surface) -> None:
        upper_left, upper_right, lower_right, lower_left = [_vector(corner) for corner in surface.corners_m()]
        width, height = surface.size_px
        self.size_px = (int(width), int(height))
        self._edges = (lower_left, lower_right, upper_left)
        self._axes = wall_axes(lower_left, lower_right, upper_left)
        self._corners = (upper_left, upper_right, lower_right, lower_left)
        self._canvas = ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))

    def box(self, cover: CameraCover) -> Box | None:
        """The pixels the camera covers at all: the wall's rectangle clipped by the sides of its view, exactly."""
        if not (seen := self._clipped(cover, side_planes(cover.edge))):
            return None
        across, down = [column for column, _ in seen], [row for _, row in seen]
        low, high = (min(across) - RIM_PX, min(down) - RIM_PX), (max(across) + RIM_PX, max(down) + RIM_PX)
        return box_round(low, high, self.size_px)

    def core(self, cover: CameraCover) -> Box | None:
        """A large box of pixels that show the camera's inner view alone, a pixel within the edge; None for none."""
        return box_within(self._clipped(cover, side_planes(cover.whole)), self.size_px, RIM_PX)

    def _clipped(self, cover: CameraCover, planes: Sequence[Plane]) -> list[tuple[float, float]]:
        """The convex polygon of pixels between planes through the camera's eye; empty where the wall is not seen."""
        if not self.distance_m(cover.eye_m) > NEAREST_M:
            return []
        (rx, ry, rz), (fx, fy, fz), (ux, uy, uz) = cover.axes
        ex, ey, ez = cover.eye_m
        polygon: list[Corner] = []
        for (px, py, pz), (column, row) in zip(self._corners, self._canvas, strict=True):
            x, y, z = px - ex, py - ey, pz - ez
            polygon.append((rx * x + ry * y + rz * z, fx * x + fy * y + fz * z, ux * x + uy * y + uz * z, column, row))
        return [(corner[3], corner[4]) for corner in clip_polygon(polygon, planes)]

    def view(self, eye_m: Vector, box: Box) -> View:
        """The view from an eye that fills a box of the wall's pixels. The eye must be in front of the wall."""
        slopes, _ = wall_slopes(self._axes, *self._edges, eye_m)
        return View(eye_m, perspective(eye_m, self._axes, part_of(slopes, self.size_px, box)))

    def whole_view(self, eye_m: Vector) -> View | None:
        """The view that fills the whole wall; None if the eye is not in front of it."""
        whole = (0, 0, *self.size_px)
        return self.view(eye_m, whole) if self.distance_m(eye_m) > NEAREST_M else None

    def distance_m(self, eye_m: Vector) -> float:
        """The eye's distance in front of the wall's plane; negative behind it."""
        return dot(self._axes[1], offset(self._edges[0], eye_m))


def _vector(row: object) -> Vector:
    x, y, z = (float(value) for value in row)  # type: ignore[attr-defined]
    return (x, y, z)
