"""What a camera covers: its picture, the margin round it, and the feather at the margin's edge. Pure.

Coverage is 1 where a point's slopes are within the picture widened by the margin, falls to 0 over the feather at each
edge, and is the least of the four edges'. Angles are measured at the middle of each edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.pose import Vector
from stage.maths.projection import Axes, Plane, Slopes, camera_axes, camera_slopes, side_planes, widened
from stage.messages.frames import CameraState
from stage.model.look import Look

HARD_EDGE = 1e-6
"""The least width of a feather, as a slope: far below a pixel, and the shader divides by it."""

PLANES = 4
_ACROSS = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
_INWARD = np.array([-1.0, 1.0, -1.0, 1.0])
"""The planes of `side_planes` as arrays: their components right and up, and the sign of the edge's slope forward."""


@dataclass(slots=True)
class CameraCover:
    """One camera's coverage. Within the slopes `whole` the wall shows only the inner view, beyond `edge` none of it;
    `filmed` is the picture itself."""

    eye_m: Vector
    axes: Axes
    filmed: Slopes
    whole: Slopes
    edge: Slopes

    def planes(self) -> tuple[Plane, Plane, Plane, Plane]:
        """The sides of everything covered, for points (right, forward, up) from the eye."""
        return side_planes(self.edge)

    def feather_widths(self) -> Slopes:
        """Width of the feather at each edge, as slopes; never zero."""
        pairs = zip(self.whole, self.edge, strict=True)
        left, right, lower, upper = (max(abs(edge - whole), HARD_EDGE) for whole, edge in pairs)
        return (left, right, lower, upper)


def cover_of(camera: CameraState, look: Look) -> CameraCover:
    """The coverage of a camera as the frame's record states it, whatever its validity.

    A lost camera keeps the last state the conductor knows (before its first sample: its home), so the wall does not
    change until the tracker is back.
    """
    lens = camera.lens
    filmed = camera_slopes(camera.sensor_mm, lens.focal_length_mm, lens.projection_offset_mm, max(lens.overscan, 1.0))
    margin_deg, feather_deg = look.inner.trim_of(camera.name)
    margin, feather = math.radians(margin_deg + camera.more_margin_deg), math.radians(feather_deg)
    return CameraCover(
        camera.position_m,
        camera_axes(camera.orientation),
        filmed,
        widened(filmed, margin),
        widened(filmed, margin + feather),
    )


def stage_rows(covers: Sequence[CameraCover]) -> NDArray[np.float64]:
    """(K, 7, 4): for points (x, y, z, 1) of stage space, their distance inside each of a camera's four planes, and
    their place right, forward and up from its eye; metres."""
    axes = np.array([cover.axes for cover in covers])
    edges = np.array([cover.edge for cover in covers])
    planes = np.empty((len(covers), PLANES, 3))
    planes[:, :, 0::2] = _ACROSS
    planes[:, :, 1] = edges * _INWARD
    planes /= np.sqrt(1.0 + edges * edges)[:, :, None]
    rows = np.empty((len(covers), PLANES + 3, 4))
    rows[:, :PLANES, :3] = planes @ axes
    rows[:, PLANES:, :3] = axes
    eyes = np.array([cover.eye_m for cover in covers])
    rows[:, :, 3:] = -(rows[:, :, :3] @ eyes[:, :, None])
    return rows
