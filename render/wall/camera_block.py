"""The uniform block of all cameras of a frame, packed as `composite/coverage.glsl` reads it."""

from __future__ import annotations

import struct

import moderngl

from render.plan.panels import Picture
from render.plan.planner import FramePlan

BINDING = 1
FLOATS_PER_CAMERA = 28
BYTES_PER_FLOAT = 4
_NO_PICTURE = (1.0, 0.0, 1.0, 0.0)


class CameraBlock:
    """Written once a frame for its inner views, of at most so many cameras."""

    def __init__(self, ctx: moderngl.Context, cameras: int) -> None:
        self._count = cameras
        floats = max(cameras, 1) * FLOATS_PER_CAMERA
        self._pack = struct.Struct(f"<{floats}f").pack
        self._empty = (0.0,) * FLOATS_PER_CAMERA
        self._buffer = ctx.buffer(reserve=floats * BYTES_PER_FLOAT, dynamic=True)

    def write(self, plan: FramePlan) -> None:
        """Store a frame's cameras and bind the block."""
        pictures: dict[int, Picture] = {inner.camera: inner.picture for inner in plan.curved}
        values: list[float] = []
        for number, cover in enumerate(plan.covers):
            right, forward, up = cover.axes
            left_w, right_w, lower_w, upper_w = cover.feather_widths()
            picture = pictures.get(number)
            values += (
                *right, 0.0, *forward, 0.0, *up, 0.0, *cover.eye_m, 1.0, *cover.edge,
                1.0 / left_w, 1.0 / right_w, 1.0 / lower_w, 1.0 / upper_w,
                *(picture.texel_from_slope() if picture else _NO_PICTURE),
            )  # fmt: skip
        values += self._empty * (max(self._count, 1) - len(plan.covers))
        self._buffer.write(self._pack(*values))
        self._buffer.bind_to_uniform_block(BINDING)

    def release(self) -> None:
        """Free the buffer."""
        self._buffer.release()
