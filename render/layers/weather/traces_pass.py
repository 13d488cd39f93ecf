"""The traces of drops in a view, computed once for each drop on the graphics card and kept there as triangle corners:
the visible ones in sequence for each group of drops, with one draw for each group."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import NamedTuple

import moderngl
import numpy as np

from render.gl.program import uniform
from render.layers.weather.weather import LOWEST_PART, SHUTTER_S, Cells, DropLayer, Motion, sway_phases
from render.view.layer_pass import Setup
from stage.maths.pose import Vector

CELLS_BINDING, CORNERS_BINDING, DRAWS_BINDING = 0, 1, 2
CELL_BYTES, DRAW_BYTES, CORNER_BYTES, WISP_BYTES = 16, 20, 32, 48
GROUP, CORNERS = 128, 6
"""Drops computed at once, and the corners each has room for."""
CORNER_LAYOUT = "3f 1f 2f 2u4"
CORNER_FIELDS = ("in_ndc", "in_reach", "in_place", "in_light")
WISP_LAYOUT, WISP_FIELDS = f"{CORNER_LAYOUT} 2f 1f 4x", (*CORNER_FIELDS, "in_torn", "in_height")
"""The buffer layout of a corner (shaders/weather/corners.glsl), and of a wisp's."""
_PAIR, _TRIPLE, _FOUR = struct.Struct("<2f"), struct.Struct("<3f"), struct.Struct("<4f")
_UNIFORMS = (
    *("viewport_px", "trace_m", "shape", "albedo", "sway_phases", "per_cell", "cell_m", "sway_m", "low_m", "amount"),
    *("glint", "count", "first_group", "first_cell"),
)


class Stuff(NamedTuple):
    """The brightness of drops relative to a white surface in the same light (above one, because water shows the whole
    sky), and the share of the sun they transmit toward the eye."""

    albedo: Vector
    glint: float


class Fall(NamedTuple):
    """What one layer adds to a view: on average `amount` drops in each of its `cells`."""

    layer: DropLayer
    stuff: Stuff
    motion: Motion
    amount: float
    cells: Cells

    @property
    def per_cell(self) -> int:
        """Drops computed in a cell."""
        return math.ceil(self.amount)

    @property
    def drops(self) -> int:
        """Drops computed."""
        return len(self.cells) * self.per_cell

    @property
    def groups(self) -> int:
        """Groups of drops, each with a draw."""
        return (self.drops + GROUP - 1) // GROUP


class WeatherTraces:
    """Computes the traces of several layers, one by one. `kinds`: by whether they are wisps."""

    def __init__(self, setup: Setup) -> None:
        self._ctx = setup.ctx
        self._cells = setup.ctx.buffer(reserve=1 << 16, dynamic=True)
        self.kinds = {wisp: TraceKind(setup, wisp) for wisp in (False, True)}

    def work_out(self, falls: Sequence[Fall], viewport_px: tuple[int, int], time_s: float) -> list[int]:
        """The number of each layer's first draw."""
        _hold(self._cells, sum(len(fall.cells) for fall in falls) * CELL_BYTES)
        self._cells.write(np.concatenate([fall.cells for fall in falls]))
        self._cells.bind_to_storage_buffer(CELLS_BINDING)
        for wisp, kind in self.kinds.items():
            kind.begin([fall for fall in falls if fall.layer.wisp is wisp], viewport_px, time_s)
        firsts, first_cell = [], 0
        for fall in falls:
            firsts.append(self.kinds[fall.layer.wisp].run(fall, first_cell))
            first_cell += len(fall.cells)
        self._ctx.memory_barrier()
        return firsts

    def release(self) -> None:
        """Free programs and buffers."""
        for kind in self.kinds.values():
            kind.release()
        self._cells.release()


class TraceKind:
    """A variant of weather/drops.comp, its uniforms, and what it writes: `corners`, and `draws` of them."""

    def __init__(self, setup: Setup, wisp: bool) -> None:
        self.compute = setup.compute("weather/drops", WISP=wisp, LOWEST_PART=LOWEST_PART, GROUP=GROUP, CORNERS=CORNERS)
        self.corners, self.draws = setup.ctx.buffer(reserve=1 << 16), setup.ctx.buffer(reserve=1 << 12)
        self._group_bytes = GROUP * CORNERS * (WISP_BYTES if wisp else CORNER_BYTES)
        self._values = {name: uniform(self.compute, name) for name in _UNIFORMS}
        self._groups = 0

    def begin(self, falls: Sequence[Fall], viewport_px: tuple[int, int], time_s: float) -> None:
        """Make room, and set what all layers share."""
        groups = sum(fall.groups for fall in falls)
        _hold(self.corners, groups * self._group_bytes)
        _hold(self.draws, groups * DRAW_BYTES)
        self._values["viewport_px"].write(_PAIR.pack(*viewport_px))
        self._values["sway_phases"].write(_FOUR.pack(*sway_phases(time_s)))
        self._groups = 0

    def run(self, fall: Fall, first_cell: int) -> int:
        """Compute a layer's drops; returns the number of its first draw."""
        layer, values, first = fall.layer, self._values, self._groups
        values["trace_m"].write(_TRIPLE.pack(*trace_m(layer, fall.motion)))
        values["shape"].write(_FOUR.pack(layer.radius_m, layer.opacity, layer.near_m, layer.reach_m))
        values["albedo"].write(_TRIPLE.pack(*fall.stuff.albedo))
        values["per_cell"].value = fall.per_cell
        values["cell_m"].value = layer.cell_m
        values["sway_m"].value = layer.sway_m
        values["low_m"].value = layer.low_m
        values["amount"].value = fall.amount
        values["glint"].value = fall.stuff.glint
        values["count"].value = fall.drops
        values["first_group"].value = first
        values["first_cell"].value = first_cell
        self.corners.bind_to_storage_buffer(CORNERS_BINDING)
        self.draws.bind_to_storage_buffer(DRAWS_BINDING)
        self.compute.run(fall.groups)
        self._groups = first + fall.groups
        return first

    def release(self) -> None:
        """Free program and buffers."""
        for thing in (self.compute, self.corners, self.draws):
            thing.release()


def trace_m(layer: DropLayer, motion: Motion) -> Vector:
    """The way a drop covers while the shutter is open; a wisp is stretched along the wind instead."""
    x, y, z = motion.velocity_mps
    if not layer.wisp:
        return (x * SHUTTER_S, y * SHUTTER_S, z * SHUTTER_S)
    speed = math.hypot(x, y)
    length = 2.0 * layer.stretch * layer.radius_m
    return (x / speed * length, y / speed * length, 0.0) if speed > 0.0 else (length, 0.0, 0.0)


def _hold(buffer: moderngl.Buffer, size: int) -> None:
    """Make a buffer large enough; it grows by doubling, so rarely."""
    if size > buffer.size:
        buffer.orphan(1 << (size - 1).bit_length())
