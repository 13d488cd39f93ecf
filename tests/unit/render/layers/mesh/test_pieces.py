"""Large meshes are cut: the same triangles at the same places, in boxes that fall out of views."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import render.layers.mesh.pieces as pieces
from render.layers.mesh.draw_list import DrawList
from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, instance_boxes
from render.layers.mesh.pieces import MOST_INSTANCES, in_pieces, pieces_of
from tests.shaders.scene_drawing import view_from
from tests.unit.render.layers.mesh.test_animation import moving_box

SIDE = 60


def ground(material: int = 0) -> MeshPart:
    """A grid of 60 x 60 quads over 120 m, hilly, with everything that a vertex can have."""
    across = np.linspace(-60.0, 60.0, SIDE + 1)
    x, y = (grid.reshape(-1) for grid in np.meshgrid(across, across))
    vertices = np.zeros((len(x), 12), np.float32)
    vertices[:, :3] = np.stack([x, y, np.sin(x / 9.0) - 2.0], axis=1)
    vertices[:, 3:] = np.random.default_rng(1).random((len(x), 9))
    corner = (np.arange(SIDE)[:, None] * (SIDE + 1) + np.arange(SIDE)).reshape(-1, 1)
    right, up = 1, SIDE + 1
    triangles = np.concatenate([corner + np.array([0, right, up]), corner + np.array([right, up + right, up])])
    return MeshPart(
        vertices, triangles.astype(np.uint32), material,
        tangents=vertices[:, 3:7].copy(), second_uv=vertices[:, 8:10].copy(),
    )  # fmt: skip


def set_of(part: MeshPart, *materials: MeshMaterial, instances: int = 1) -> MeshData:
    """The part so many times, 200 m apart, beside a small one that is first; the last instance casts no shadow."""
    small = MeshPart(part.vertices[:3], np.array([[0, 1, 2]], np.uint32), 0)
    number = np.array([0] + [1] * instances, np.int32)
    places = np.tile(np.eye(4), (instances + 1, 1, 1))
    places[:, 0, 3] = 200.0 * np.arange(instances + 1)
    low, high = instance_boxes((small, part), number, places)
    casts = np.arange(instances + 1) < instances
    return MeshData(
        parts=(small, part),
        materials=materials or (MeshMaterial(),),
        instance_part=number,
        stage_from_instance=places,
        instance_low_m=low,
        instance_high_m=high,
        instance_casts=casts,
    )


def corners(meshes: MeshData) -> NDArray[np.float64]:
    """(T, 3, 22) of each corner, sorted: its place in the stage, everything of its vertex, whether it casts."""
    rows = []
    assert meshes.instance_casts is not None
    for part, matrix, cast in zip(meshes.instance_part, meshes.stage_from_instance, meshes.instance_casts, strict=True):
        own = meshes.parts[part]
        more = [own.tangents, own.second_uv] if own.tangents is not None and own.second_uv is not None else []
        vertex = np.concatenate([own.vertices, *more], axis=1).astype(np.float64)
        place = own.vertices[:, :3].astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
        every = np.concatenate([place, vertex, np.full((len(vertex), 1), cast)], axis=1)
        rows += [np.pad(each, ((0, 0), (0, 22 - each.shape[1]))) for each in every[own.triangles]]
    table = np.array(rows)
    return table[np.lexsort(table.reshape(len(table), -1).T)]


def test_the_same_triangles_are_drawn_at_the_same_places() -> None:
    meshes = set_of(ground(), instances=2)
    cut = in_pieces(meshes)
    assert len(cut.parts) > 10
    assert max(len(part.triangles) for part in cut.parts) <= pieces.PIECE_TRIANGLES
    assert cut.triangle_count == meshes.triangle_count
    assert np.array_equal(corners(cut), corners(meshes))


def test_each_box_holds_its_piece_and_no_more() -> None:
    cut = in_pieces(set_of(ground(), instances=2))
    low, high = instance_boxes(cut.parts, cut.instance_part, cut.stage_from_instance)
    assert np.array_equal(cut.instance_low_m, low)
    assert np.array_equal(cut.instance_high_m, high)
    widest = (high - low)[:, :2].max(axis=1)
    assert widest.max() < 60.0


def test_what_a_view_does_not_see_of_a_ground_is_not_drawn() -> None:
    meshes = set_of(ground())
    view = view_from((200.0, 0.0, 0.5))

    def drawn(one: MeshData) -> int:
        commands = DrawList(one).visible(view).commands
        return int((commands[:, 0] * commands[:, 1]).sum()) // 3

    assert drawn(meshes) >= 2 * SIDE * SIDE
    assert drawn(in_pieces(meshes)) < 0.5 * drawn(meshes)


def test_pieces_of_a_heap_in_one_place_end() -> None:
    part = ground()
    heap = replace(part, vertices=np.zeros_like(part.vertices))
    made = pieces_of(heap, 100)
    assert sum(len(one.triangles) for one in made) == len(part.triangles)
    assert max(len(one.triangles) for one in made) <= 100


@pytest.mark.parametrize(
    "meshes",
    [
        set_of(ground(1), MeshMaterial(), MeshMaterial(blend=True)),
        set_of(ground(), instances=MOST_INSTANCES + 1),
        set_of(replace(ground(), triangles=ground().triangles[:400])),
    ],
    ids=["others shine through it", "it stands often", "it is small"],
)
def test_these_stay_whole(meshes: MeshData) -> None:
    assert in_pieces(meshes) is meshes


def test_the_pieces_of_a_huge_set_are_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_PIECES", 4)
    cut = in_pieces(set_of(ground()))
    assert 4 < len(cut.parts) <= 10


def test_what_moves_stays_whole_and_is_still_what_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meshes = moving_box(tmp_path, animation="go")
    large = ground()
    parts = (large, *meshes.parts)
    number = np.concatenate([[0], meshes.instance_part + 1]).astype(np.int32)
    places = np.concatenate([np.eye(4)[None], meshes.stage_from_instance])
    low, high = instance_boxes(parts, number, places)
    (moving,) = meshes.moving
    moves = (replace(moving, instances=moving.instances + 1),)
    before = replace(
        meshes, parts=parts, instance_part=number, stage_from_instance=places,
        instance_low_m=low, instance_high_m=high, moving=moves,
    )  # fmt: skip
    monkeypatch.setattr(pieces, "PIECE_TRIANGLES", 1)
    monkeypatch.setattr(pieces, "MOST_PIECES", 1 << 30)
    cut = in_pieces(before)
    assert len(cut.parts) > len(parts)
    (moved,) = cut.moving[0].instances
    assert cut.parts[cut.instance_part[moved]] is meshes.parts[meshes.instance_part[moving.instances[0]]]
    assert np.array_equal(cut.stage_from_instance[moved], places[1 + moving.instances[0]])
