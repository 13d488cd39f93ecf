"""Moves a set's meshes: places instances, and bends meshes by their joints on the graphics card.

Bent vertices are written into the buffer that meshes are drawn from: once for a moment, however many views and shadow
maps show it. Nothing depends on the previous contents.
"""

from __future__ import annotations

from typing import NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.program import build_compute
from render.layers.mesh.draw_arrays import EXTRA_FLOATS
from render.layers.mesh.draw_list import DrawList
from render.layers.mesh.mesh_data import VERTEX_FLOATS, MeshData, MeshPart
from render.layers.mesh.node_rig import MovingSet, Pose

_REST, _PALETTE, _VERTICES, _EXTRAS = 2, 3, 4, 5
_THREADS = 64
_PLAIN_FLOATS = 12
_PALETTE_FLOATS = 12


class _Bent(NamedTuple):
    """First rest vertex, drawn vertex and joint of a skin, and its number of vertices."""

    first_rest: int
    first_vertex: int
    first_joint: int
    vertices: int


class MotionPass:
    """Moves one DrawList; holds the rest pose of the bent meshes."""

    def __init__(
        self,
        ctx: moderngl.Context,
        meshes: MeshData,
        drawn: DrawList,
        vertices: moderngl.Buffer | None,
        extras: moderngl.Buffer | None,
    ) -> None:
        self._ctx, self._list = ctx, drawn
        self._sets = meshes.moving
        self._members = [np.flatnonzero(drawn.rows_of(one.instances) >= 0) for one in meshes.moving]
        self._time_s: float | None = None
        self._bent: list[_Bent] = []
        rest: list[NDArray[np.float32]] = []
        joints, width = 0, most_joints(meshes)
        for moving in meshes.moving:
            for skin in moving.skins:
                instance = int(moving.instances[skin.member])
                row = int(drawn.rows_of(np.array([instance]))[0])
                if row >= 0:
                    first = sum(len(one) for one in rest)
                    rest.append(_rest(meshes.parts[int(meshes.instance_part[instance])], width))
                    self._bent.append(_Bent(first, drawn.first_vertex(row), joints, len(rest[-1])))
                joints += len(skin.rows)
        self._vertices, self._extras = vertices, extras
        self._rest = ctx.buffer(np.concatenate(rest)) if rest else None
        self._palette = ctx.buffer(reserve=max(1, joints) * _PALETTE_FLOATS * 4, dynamic=True)
        sizes = {"THREADS": _THREADS, "VERTEX_FLOATS": VERTEX_FLOATS, "EXTRA_FLOATS": EXTRA_FLOATS}
        more = {"TANGENTS": extras is not None, "JOINT_SETS": width // 4}
        self._program = build_compute(ctx, "mesh/skin.comp", {**sizes, **more})

    def pose(self, time_s: float) -> None:
        """Move everything to scene time `time_s`, seconds, unless it is there already."""
        if time_s == self._time_s:
            return
        still = self._time_s is not None
        self._time_s = time_s
        if still and not any(moving.animated for moving in self._sets):
            return
        poses = [moving.pose(time_s) for moving in self._sets]
        for moving, members, pose in zip(self._sets, self._members, poses, strict=True):
            self._place(moving, members, pose)
        if self._rest is not None and self._vertices is not None:
            self._bend(poses, self._rest, self._vertices)

    def release(self) -> None:
        """Free everything on the graphics card."""
        for thing in (self._rest, self._palette, self._program):
            if thing is not None:
                thing.release()

    def _place(self, moving: MovingSet, members: NDArray[np.int64], pose: Pose) -> None:
        rows = self._list.rows_of(moving.instances[members])
        self._list.place(rows, pose.stage_from_instance[members], pose.low_m[members], pose.high_m[members])

    def _bend(self, poses: list[Pose], rest: moderngl.Buffer, vertices: moderngl.Buffer) -> None:
        palettes = [palette for pose in poses for palette in pose.palettes]
        self._palette.write(np.concatenate(palettes).astype(np.float32))
        rest.bind_to_storage_buffer(_REST)
        self._palette.bind_to_storage_buffer(_PALETTE)
        vertices.bind_to_storage_buffer(_VERTICES)
        if self._extras is not None:
            self._extras.bind_to_storage_buffer(_EXTRAS)
        for bent in self._bent:
            self._program["range"] = bent
            self._program.run(-(-bent.vertices // _THREADS))
        self._ctx.memory_barrier()


def most_joints(meshes: MeshData) -> int:
    """The most joints a vertex of any bent mesh: four or eight."""
    return max((part.skin.joints.shape[1] for part in meshes.parts if part.skin is not None), default=4)


def _rest(part: MeshPart, width: int) -> NDArray[np.float32]:
    """(V, 12 + 2 width) as skin.comp's `Bound`: position, normal, tangent, joints (int32 bits), weights."""
    if part.skin is None:
        raise ValueError("a part without joints cannot be bent")
    rows = np.zeros((len(part.vertices), _PLAIN_FLOATS + 2 * width), dtype=np.float32)
    rows[:, 0:3], rows[:, 3] = part.vertices[:, :3], 1.0
    rows[:, 4:7] = part.vertices[:, 3:6]
    if part.tangents is not None:
        rows[:, 8:12] = part.tangents
    own = part.skin.joints.shape[1]
    rows[:, 12 : 12 + own] = np.ascontiguousarray(part.skin.joints, dtype=np.int32).view(np.float32)
    rows[:, 12 + width : 12 + width + own] = part.skin.weights
    return rows
