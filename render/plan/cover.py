"""What a camera covers: its picture, the margin round it, and the feather at the margin's edge. Pure.

Coverage is 1 where a point's slopes lie within the picture widened by the margin, falls to 0 over the feather, edge
by edge, and is the least of the four edges'. Angles are measured at the middle of each edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import Vector
from stage.maths.projection import Axes, Plane, Slopes, camera_axes, camera_slopes, side_planes, widened
from stage.messages.frames import CameraState, LookState

HARD_EDGE = 1e-6
"""The least width of a feather, as a slope: far below a pixel, and the shader divides by it."""


@dataclass(slots=True)
class CameraCover:
    """One camera's coverage. `whole` are the slopes within which the wall shows the inner view alone, `edge` those
    beyond which it does not show it; `filmed` is the picture itself."""

    eye_m: Vector
    axes: Axes
    filmed: Slopes
    whole: Slopes
    edge: Slopes

    def planes(self) -> tuple[Plane, Plane, Plane, Plane]:
        """The sides of what is covered at all, for points (right, forward, up) from the eye."""
        return side_planes(self.edge)

    def rows(self) -> NDArray[np.float64]:
        """(7, 4): for points (x, y, z, 1) of stage space, their distance inside each of the four planes, and their
        place right, forward and up from the eye; metres."""
        (right, forward, up), (ex, ey, ez) = self.axes, self.eye_m
        directions = [right, forward, up]
        sides = []
        for a, b, c in self.planes():
            scale = 1.0 / math.sqrt(a * a + b * b + c * c)
            a, b, c = a * scale, b * scale, c * scale
            sides.append(
                (
                    a * right[0] + b * forward[0] + c * up[0],
                    a * right[1] + b * forward[1] + c * up[1],
                    a * right[2] + b * forward[2] + c * up[2],
                )
            )
        return np.array([(x, y, z, -(x * ex + y * ey + z * ez)) for x, y, z in (*sides, *directions)])

    def feather_widths(self) -> Slopes:
        """Width of the feather at each edge, as slopes; never zero."""
        pairs = zip(self.whole, self.edge, strict=True)
        left, right, lower, upper = (max(abs(edge - whole), HARD_EDGE) for whole, edge in pairs)
        return (left, right, lower, upper)


def cover_of(camera: CameraState, look: LookState) -> CameraCover:
    """The coverage of a camera as the frame's record states it, whatever its validity.

    A lost camera keeps the last state the conductor knows (before its first sample: its home), so that the wall
    stays as it was until the tracker is back.
    """
    lens = camera.lens
    filmed = camera_slopes(camera.sensor_mm, lens.focal_length_mm, lens.projection_offset_mm, max(lens.overscan, 1.0))
    margin = math.radians(look.margin_deg)
    return CameraCover(
        camera.position_m,
        camera_axes(camera.orientation),
        filmed,
        widened(filmed, margin),
        widened(filmed, margin + math.radians(look.feather_deg)),
    )
