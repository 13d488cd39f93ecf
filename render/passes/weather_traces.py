"""The traces of drops on a view, worked out once for each drop on the graphics card and kept there."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import NamedTuple

import moderngl
import numpy as np

from render.gl.program import uniform
from render.passes.layer_pass import Setup
from render.scene.weather import LOWEST_PART, SHUTTER_S, Cells, DropLayer, Motion, sway_phases
from stage.maths.pose import Vector

CELLS_BINDING, TRACES_BINDING = 0, 1
TRACE_BYTES, CELL_BYTES = 64, 16
GROUP = 128
_PAIR, _TRIPLE, _FOUR = struct.Struct("<2f"), struct.Struct("<3f"), struct.Struct("<4f")
_UNIFORMS = (
    *("viewport_px", "trace_m", "shape", "albedo", "sway_phases", "per_cell", "cell_m", "sway_m", "low_m", "amount"),
    *("glint", "count", "first", "first_cell"),
)


class Stuff(NamedTuple):
    """How bright drops are next to a white surface in the same light (water shows the whole sky, so more than one), and
    what share of the sun they let through toward the eye."""

    albedo: Vector
    glint: float


class Fall(NamedTuple):
    """What one layer drops into a view: `amount` in each of its `cells`, in the mean."""

    layer: DropLayer
    stuff: Stuff
    motion: Motion
    amount: float
    cells: Cells

    @property
    def per_cell(self) -> int:
        """Drops that are worked out in a cell."""
        return math.ceil(self.amount)

    @property
    def drops(self) -> int:
        """Drops that are worked out."""
        return len(self.cells) * self.per_cell


class WeatherTraces:
    """Works out the traces of several layers, one after the other in one buffer."""

    def __init__(self, setup: Setup) -> None:
        self._ctx = setup.ctx
        self._programs = {wisp: _Program(setup, wisp) for wisp in (False, True)}
        self._cells = setup.ctx.buffer(reserve=1 << 16, dynamic=True)
        self._traces = setup.ctx.buffer(reserve=1 << 20)

    def work_out(self, falls: Sequence[Fall], viewport_px: tuple[int, int], time_s: float) -> list[int]:
        """Where each layer's traces begin; they are bound for drawing."""
        firsts, total, first_cell = [], 0, 0
        _hold(self._cells, sum(len(fall.cells) for fall in falls) * CELL_BYTES)
        _hold(self._traces, sum(fall.drops for fall in falls) * TRACE_BYTES)
        self._cells.write(np.concatenate([fall.cells for fall in falls]))
        self._cells.bind_to_storage_buffer(CELLS_BINDING)
        self._traces.bind_to_storage_buffer(TRACES_BINDING)
        for program in self._programs.values():
            program.view(viewport_px, time_s)
        for fall in falls:
            firsts.append(total)
            self._programs[fall.layer.wisp].run(fall, total, first_cell)
            total += fall.drops
            first_cell += len(fall.cells)
        self._ctx.memory_barrier()
        return firsts

    def release(self) -> None:
        """Free programs and buffers."""
        for program in self._programs.values():
            program.compute.release()
        self._cells.release()
        self._traces.release()


class _Program:
    """A variant of weather/drops.comp and where its values go."""

    def __init__(self, setup: Setup, wisp: bool) -> None:
        self.compute = setup.compute("weather/drops", WISP=wisp, LOWEST_PART=LOWEST_PART)
        self._values = {name: uniform(self.compute, name) for name in _UNIFORMS}

    def view(self, viewport_px: tuple[int, int], time_s: float) -> None:
        """What is the same for all layers."""
        self._values["viewport_px"].write(_PAIR.pack(*viewport_px))
        self._values["sway_phases"].write(_FOUR.pack(*sway_phases(time_s)))

    def run(self, fall: Fall, first: int, first_cell: int) -> None:
        """Work out a layer's drops."""
        layer, values = fall.layer, self._values
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
        values["first"].value = first
        values["first_cell"].value = first_cell
        self.compute.run((fall.drops + GROUP - 1) // GROUP)


def trace_m(layer: DropLayer, motion: Motion) -> Vector:
    """What a drop covers while the shutter is open; a wisp is drawn out along the wind instead."""
    x, y, z = motion.velocity_mps
    if not layer.wisp:
        return (x * SHUTTER_S, y * SHUTTER_S, z * SHUTTER_S)
    speed = math.hypot(x, y)
    length = 2.0 * layer.stretch * layer.radius_m
    return (x / speed * length, y / speed * length, 0.0) if speed > 0.0 else (length, 0.0, 0.0)


def _hold(buffer: moderngl.Buffer, size: int) -> None:
    """Make a buffer large enough; it grows by doubling, so seldom."""
    if size > buffer.size:
        buffer.orphan(1 << (size - 1).bit_length())
