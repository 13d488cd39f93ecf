"""Splits large meshes into pieces: those outside a view are then not processed.

The whole of a one-mesh ground or of a photogrammetry scan is in every view: each of its triangles would be transformed
and clipped for each view of each wall. In compact pieces of a few hundred triangles, most are culled by their boxes,
and near ones are drawn before what they hide. Numpy only.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshPart, instance_boxes

PIECE_TRIANGLES = 500
"""The most triangles in a piece (measured on two sets of 56 and 78 thousand triangles: 1000 draw more outside views,
250 cost more than they save)."""
MOST_PIECES = 1024
"""The most pieces of a set: beyond that they get larger, because culling each one costs time in every view."""
MOST_INSTANCES = 4
"""A part with more instances is one object among many, and is culled as a whole."""

Rows = NDArray[np.int64]


def in_pieces(meshes: MeshData) -> MeshData:
    """The same meshes, its large parts in pieces. Moving, bent and see-through parts stay whole: their triangles keep
    the file's order."""
    limit = max(PIECE_TRIANGLES, meshes.triangle_count // MOST_PIECES)
    whole = _whole(meshes, limit)
    if whole.all():
        return meshes
    parts: list[MeshPart] = []
    numbers: list[Rows] = []
    for number, part in enumerate(meshes.parts):
        made = [part] if whole[number] else pieces_of(part, limit)
        numbers.append(np.arange(len(parts), len(parts) + len(made)))
        parts += made
    count = np.array([len(numbers[part]) for part in meshes.instance_part.tolist()])
    before = np.repeat(np.arange(len(count)), count)
    instance_part = np.concatenate([numbers[part] for part in meshes.instance_part.tolist()]).astype(np.int32)
    stage_from_instance = meshes.stage_from_instance[before]
    low, high = meshes.instance_low_m[before], meshes.instance_high_m[before]
    cut = count[before] > 1
    low[cut], high[cut] = instance_boxes(tuple(parts), instance_part[cut], stage_from_instance[cut])
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    return replace(
        meshes,
        parts=tuple(parts),
        instance_part=instance_part,
        stage_from_instance=stage_from_instance,
        instance_low_m=low,
        instance_high_m=high,
        instance_casts=None if meshes.instance_casts is None else meshes.instance_casts[before],
        moving=tuple(replace(one, instances=first[one.instances]) for one in meshes.moving),
    )


def pieces_of(part: MeshPart, limit: int) -> list[MeshPart]:
    """Its triangles in pieces of at most `limit`, by repeated halving across the longest extent of their middles;
    within a piece they keep their order."""
    place = np.empty(len(part.vertices), np.uint32)
    return [_piece(part, np.sort(rows), place) for rows in _halved(_thrice_the_middles(part), limit)]


def _thrice_the_middles(part: MeshPart) -> NDArray[np.float32]:
    """(3, T): the sums of the triangles' corners, an axis a row, because rows are worked on several times as fast."""
    axes = np.ascontiguousarray(part.vertices[:, :3].T)
    first, second, third = part.triangles.T
    return np.stack([axis[first] + axis[second] + axis[third] for axis in axes])


def _whole(meshes: MeshData, limit: int) -> NDArray[np.bool_]:
    """(P,) which parts stay as they are."""
    stands = np.bincount(meshes.instance_part, minlength=len(meshes.parts))
    moving = np.zeros(len(meshes.parts), dtype=np.bool_)
    for one in meshes.moving:
        moving[meshes.instance_part[one.instances]] = True
    small = np.array([len(part.triangles) <= limit for part in meshes.parts], dtype=np.bool_)
    blended = np.array([meshes.materials[part.material].blend for part in meshes.parts], dtype=np.bool_)
    return np.asarray(small | blended | moving | (stands > MOST_INSTANCES))


def _halved(middles: NDArray[np.float32], limit: int) -> list[Rows]:
    """The columns of (3, T) by piece. Columns and their numbers are sorted in place, half by half."""
    rows = np.arange(middles.shape[1])
    found: list[Rows] = []
    waiting = [(0, len(rows))]
    while waiting:
        start, end = waiting.pop()
        if end - start <= limit:
            found.append(rows[start:end])
            continue
        lie, half = middles[:, start:end], (end - start) // 2
        across = lie[int(np.argmax(lie.max(axis=1) - lie.min(axis=1)))]
        order = np.argpartition(across, half)
        for axis in lie:
            axis[:] = axis[order]
        rows[start:end] = rows[start:end][order]
        waiting += [(start + half, end), (start, start + half)]
    return found


def _piece(part: MeshPart, rows: Rows, place: NDArray[np.uint32]) -> MeshPart:
    """Some of a part's triangles, with the vertices that they use. `place` (V,) is written over."""
    corners = part.triangles[rows]
    used = np.unique(corners)
    place[used] = np.arange(len(used), dtype=np.uint32)
    return replace(
        part,
        vertices=part.vertices[used],
        triangles=place[corners],
        tangents=None if part.tangents is None else part.tangents[used],
        second_uv=None if part.second_uv is None else part.second_uv[used],
    )
