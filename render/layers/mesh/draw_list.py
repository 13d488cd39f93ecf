"""Which parts of a set are drawn in a view, and in which order. Numpy only.

Draws that share a picture and state are one group, drawn by one call in each zone of depth. Per view, boxes outside
the frustum are dropped, the rest is sorted near to far, and each instance's transform is written relative to the eye
(64-bit subtraction, 32-bit result).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.gl.indirect import INSTANCES_WORD
from render.layers.mesh.draw_arrays import (
    NO_LIGHT_RUN,
    are_mirrored,
    drawn_instances,
    extras_of,
    geometry_of,
    group_of,
    kept,
    records_of,
)
from render.layers.mesh.mesh_data import MeshData
from render.view.view import View
from stage.maths.arrays import Floats
from stage.maths.pose import Vector

ZONES_M = np.array([8.0, 16.0, 32.0, 64.0])
"""Where zones of depth end, metres. Within a zone, draws are grouped by state; more zones save no more pixels."""

_ORIGIN = slice(9, 12)
LIGHT_RUN = 22
_CENTRE = slice(0, 3)
_FARTHER_THAN_ALL = 1e7
"""Metres; a number times this, plus depth, sorts by the number and then by depth."""

Run = tuple[int, int, int]
"""Group number, first command and count: consecutive commands of one group."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What a view draws: `records` (M, 23) float32, `commands` (K, 5) uint32, runs of commands in drawing order."""

    records: NDArray[np.float32]
    commands: NDArray[np.uint32]
    runs: list[Run]


class DrawList:
    """Meshes made ready to draw: `vertices` (V, 12) float32, `triangles` (T, 3) uint32, `groups`, and, if a surface
    needs them, `extras` (V, 6) float32. `blended`: of see-through surfaces, else of opaque ones."""

    def __init__(self, meshes: MeshData, blended: bool = False) -> None:
        members = drawn_instances(meshes, blended)
        meshes = kept(meshes, members)
        mirrored = are_mirrored(meshes.stage_from_instance)
        draws = sorted({(int(part), bool(flip)) for part, flip in zip(meshes.instance_part, mirrored, strict=True)})
        groups = [group_of(meshes, part) for part, _ in draws]
        self.groups = tuple(sorted(set(groups), key=lambda group: group.order))
        group_of_draw = [self.groups.index(group) for group in groups]
        draws = [draw for _, draw in sorted(zip(group_of_draw, draws, strict=True))]
        self._group_of_draw = np.array(sorted(group_of_draw), dtype=np.int64)
        zones = np.arange(len(ZONES_M) + 1)
        self._draw_of_slot = np.tile(np.arange(len(draws)), len(zones))
        self._pile_of_slot = (zones[:, None] * len(self.groups) + self._group_of_draw).reshape(-1)
        self._zone_of_pile = zones.repeat(len(self.groups))
        self._group_of_pile = np.tile(np.arange(len(self.groups)), len(zones))
        self.vertices, self.triangles, self._commands = geometry_of(meshes, draws)
        self.extras = extras_of(meshes, draws)

        number = {draw: count for count, draw in enumerate(draws)}
        pairs = zip(meshes.instance_part, mirrored, strict=True)
        draw_of_instance = np.array([number[int(part), bool(flip)] for part, flip in pairs], dtype=np.int64)
        order = np.argsort(draw_of_instance, kind="stable")
        self._draw_of_instance = draw_of_instance[order]
        self._records = records_of(meshes)[order]
        self._records[:, LIGHT_RUN] = self._light_runs(meshes, order)
        self._origin_m = np.ascontiguousarray(meshes.stage_from_instance[order, :3, 3])
        casts = meshes.instance_casts
        self._casts = np.ones(len(order), dtype=np.bool_) if casts is None else casts[order]
        self._boxes = np.ones((7, len(order)))
        self._set_boxes(np.arange(len(order)), meshes.instance_low_m[order], meshes.instance_high_m[order])
        self._row_of = np.full(len(members), -1, dtype=np.int64)
        self._row_of[np.flatnonzero(members)[order]] = np.arange(len(order))

    def _light_runs(self, meshes: MeshData, order: NDArray[np.int64]) -> NDArray[np.float32]:
        """(N,) where each row's baked light begins, less its first vertex: the shader adds the vertex' own number."""
        if meshes.light_first is None:
            return np.full(len(order), NO_LIGHT_RUN, np.float32)
        run = meshes.light_first[order]
        first = self._commands[self._draw_of_instance, 3].astype(np.int64)
        return np.where(run < 0, NO_LIGHT_RUN, run - first).astype(np.float32)

    @property
    def instance_count(self) -> int:
        """All instances: the most that a view draws."""
        return len(self._records)

    @property
    def command_count(self) -> int:
        """The most commands of a view: a draw has one for each zone of depth it reaches."""
        return min(self.instance_count, len(self._commands) * (len(ZONES_M) + 1))

    def rows_of(self, instances: NDArray[np.int64]) -> NDArray[np.int64]:
        """(M,) rows of the meshes' instances in this list; -1 = not drawn by it."""
        return self._row_of[instances]

    def place(self, rows: NDArray[np.int64], stage_from_instance: Floats, low_m: Floats, high_m: Floats) -> None:
        """Place the instances in `rows` (M,) at (M, 4, 4) from now on, in boxes (M, 3)."""
        self._records[rows, :9] = stage_from_instance[:, :3, :3].reshape(-1, 9)
        self._origin_m[rows] = stage_from_instance[:, :3, 3]
        self._set_boxes(rows, low_m, high_m)

    def first_vertex(self, row: int) -> int:
        """The first of `vertices` for the part of the instance in a row."""
        return int(self._commands[self._draw_of_instance[row], 3])

    def visible(self, view: View) -> Visible:
        """What is in the view, by zone of depth; within a zone, groups, draws and instances near to far.

        Depth is that of a box's far end: anything entirely in front of something else is drawn first, so few pixels are
        shaded twice (measured on the courtyard: 1.08 times, against 1.65 by the near end).
        """
        inside = _farthest(view) @ self._boxes  # a row for each plane: reducing by rows is fast
        shown = (np.minimum.reduce(inside, axis=0) >= 0.0).nonzero()[0]
        depth = inside[4].take(shown)
        slot = ZONES_M.searchsorted(depth) * len(self._commands) + self._draw_of_instance.take(shown)
        order = (slot * _FARTHER_THAN_ALL + depth).argsort()
        shown = shown.take(order)
        records = self._records.take(shown, axis=0)
        records[:, _ORIGIN] = self._origin_m.take(shown, axis=0) - view.eye_m
        if not len(shown):
            return Visible(records, self._commands[:0], [])
        return Visible(records, *self._drawing_order(slot.take(order), depth.take(order)))

    def behind_first(self, view: View) -> Visible:
        """What is in the view, instance by instance from far to near, for see-through surfaces."""
        planes = _farthest(view)
        shown = (np.minimum.reduce(planes @ self._boxes, axis=0, initial=0.0) >= 0.0).nonzero()[0]
        depth = planes[4, _CENTRE] @ self._boxes[_CENTRE]
        shown = shown.take((-depth.take(shown)).argsort(kind="stable"))
        return self._one_by_one(shown, view.eye_m)

    def _set_boxes(self, rows: NDArray[np.int64], low_m: Floats, high_m: Floats) -> None:
        """The boxes (M, 3) of instances in `rows`: centre, half the size, and 1, as `_farthest` is multiplied by."""
        self._boxes[:3, rows] = (low_m + high_m).T / 2
        self._boxes[3:6, rows] = (high_m - low_m).T / 2

    def casters(self) -> Visible:
        """All instances that cast a shadow, seen from the stage's origin, group by group: what the sun sees."""
        return self._one_by_one(self._casts.nonzero()[0], (0.0, 0.0, 0.0))

    def _one_by_one(self, shown: NDArray[np.int64], eye_m: Vector) -> Visible:
        """A command for each instance, runs of the same group together."""
        records = self._records.take(shown, axis=0)
        records[:, _ORIGIN] = self._origin_m.take(shown, axis=0) - eye_m
        draw = self._draw_of_instance.take(shown)
        commands = self._commands.take(draw, axis=0)
        commands[:, INSTANCES_WORD] = 1
        commands[:, 4] = np.arange(len(shown))
        group = self._group_of_draw.take(draw)
        starts = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(group)] if len(group) else [0]
        runs = [(int(group[a]), a, b - a) for a, b in itertools.pairwise(starts)]
        return Visible(records, commands, runs)

    def _drawing_order(self, slot: NDArray[np.int64], depth: Floats) -> tuple[NDArray[np.uint32], list[Run]]:
        """Commands and runs for instances (M,) in slots (zone x draws + draw), sorted by slot and then by depth."""
        first = _starts(slot)
        of_slot, nearest = slot.take(first), depth.take(first)
        pile = self._pile_of_slot.take(of_slot)
        order = (pile * _FARTHER_THAN_ALL + nearest).argsort()
        commands = self._commands.take(self._draw_of_slot.take(of_slot.take(order)), axis=0)
        commands[:, INSTANCES_WORD] = _lengths(first, len(slot)).take(order)
        commands[:, 4] = first.take(order)
        return commands, self._runs(pile.take(order), nearest.take(order))

    def _runs(self, pile: NDArray[np.int64], nearest: Floats) -> list[Run]:
        """Runs for commands (K,) in piles (zone x groups + group), sorted by pile: zone by zone, near to far."""
        first = _starts(pile)
        of_pile = pile.take(first)
        order = (self._zone_of_pile.take(of_pile) * _FARTHER_THAN_ALL + nearest.take(first)).argsort(kind="stable")
        group, length = self._group_of_pile.take(of_pile), _lengths(first, len(pile))
        rows = (group.take(order).tolist(), first.take(order).tolist(), length.take(order).tolist())
        return list(zip(*rows, strict=True))


def _farthest(view: View) -> Floats:
    """(5, 7): how far the farthest corner of a box is inside each plane of the view, times (centre, half size, 1)."""
    x, y, z = view.eye_m
    rows = [(a, b, c, abs(a), abs(b), abs(c), -(a * x + b * y + c * z)) for a, b, c in view.planes()]
    return np.array(rows)


def _starts(sorted_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where another number begins; at least one number."""
    changes = (sorted_numbers[1:] != sorted_numbers[:-1]).nonzero()[0]
    starts = np.zeros(len(changes) + 1, np.int64)
    starts[1:] = changes
    starts[1:] += 1
    return starts


def _lengths(starts: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How far it is from each start to the next; the last one reaches to `count`."""
    lengths = np.empty_like(starts)
    lengths[:-1] = starts[1:]
    lengths[-1] = count
    lengths -= starts
    return lengths
