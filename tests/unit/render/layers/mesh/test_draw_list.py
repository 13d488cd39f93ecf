"""Which instances a view draws, in which order, and what of them it writes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from render.layers.mesh.draw_list import ZONES_M, DrawList, Visible
from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, instance_boxes
from render.view.view import View
from stage.maths.pose import quaternion_from_pan_tilt_roll
from stage.maths.projection import camera_axes, perspective

MATERIALS = (MeshMaterial(), MeshMaterial(picture=0), MeshMaterial(double_sided=True, alpha_cutoff=0.5))


def _set(count: int, seed: int = 3) -> MeshData:
    """Boxes of three parts with different materials, all round, some mirrored."""
    random = np.random.default_rng(seed)
    cube = np.zeros((8, 12), dtype=np.float32)
    cube[:, :3] = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    triangles = np.array([[0, 1, 2], [3, 2, 1]], dtype=np.uint32)
    parts = tuple(MeshPart(cube, triangles, number) for number in range(3))
    matrices = np.zeros((count, 4, 4))
    matrices[:, 3, 3] = 1.0
    for matrix in matrices:
        turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
        matrix[:3, :3] = turn * random.uniform(0.2, 3.0)
        matrix[:3, 3] = random.uniform(-60.0, 60.0, 3)
    numbers = random.integers(0, 3, count).astype(np.int32)
    low, high = instance_boxes(parts, numbers, matrices)
    return MeshData(
        parts=parts,
        materials=MATERIALS,
        instance_part=numbers,
        stage_from_instance=matrices,
        instance_low_m=low,
        instance_high_m=high,
    )


def _view(pan_deg: float) -> View:
    eye = (1.0, -2.0, 1.5)
    axes = camera_axes(quaternion_from_pan_tilt_roll(pan_deg, 5.0, 20.0))
    return View(eye, perspective(eye, axes, (-0.5, 0.6, -0.3, 0.4)))


def _origins(visible: Visible, view: View) -> NDArray[np.float64]:
    return np.asarray(visible.records[:, 9:12] + np.asarray(view.eye_m))


@pytest.mark.parametrize("pan_deg", range(0, 360, 45))
def test_whoever_shows_a_corner_is_drawn_once_and_nobody_far_outside(pan_deg: float) -> None:
    meshes, view = _set(200), _view(pan_deg)
    visible = DrawList(meshes).visible(view)
    origins = meshes.stage_from_instance[:, :3, 3]
    drawn = (np.abs(origins[:, None] - _origins(visible, view)).max(axis=2) < 1e-4).sum(axis=1)
    cube = meshes.parts[0].vertices[:, :3].astype(np.float64)
    corners = np.einsum("nij,kj->nki", meshes.stage_from_instance[:, :3, :3], cube) + origins[:, None]
    clip = (corners - view.eye_m) @ np.array(view.clip_rows()).T
    corner_shows = ((np.abs(clip[..., :2]) < clip[..., 2:]).all(axis=2)).any(axis=1)
    assert (drawn[corner_shows] == 1).all()
    behind = (clip[..., 2] < -6.0).all(axis=1)
    assert (drawn[behind] == 0).all()
    assert drawn.max() == 1
    assert corner_shows.sum() > 3


def test_commands_draw_each_instance_with_its_own_part_and_state() -> None:
    meshes, view = _set(400), _view(0.0)
    lists = DrawList(meshes)
    visible = lists.visible(view)
    origins, written = meshes.stage_from_instance[:, :3, 3], _origins(visible, view)
    mirrored = np.linalg.det(meshes.stage_from_instance[:, :3, :3]) < 0.0
    counted = 0
    for number, start, length in visible.runs:
        group = lists.groups[number]
        for count, instances, first, base_vertex, base_instance in visible.commands[start : start + length].tolist():
            corners = lists.triangles.reshape(-1)[first : first + count].reshape(-1, 3) + base_vertex
            for row in range(base_instance, base_instance + instances):
                instance = int(np.abs(origins - written[row]).max(axis=1).argmin())
                part = meshes.parts[meshes.instance_part[instance]]
                material = meshes.materials[part.material]
                assert group[:3] == (material.picture, material.alpha_cutoff > 0.0, material.double_sided)
                order = part.triangles[:, ::-1] if mirrored[instance] else part.triangles
                assert np.array_equal(lists.vertices[corners], part.vertices[order])
                matrix = meshes.stage_from_instance[instance, :3, :3].reshape(-1)
                assert np.array_equal(visible.records[row, :9], matrix.astype(np.float32))
                counted += 1
    assert counted == len(visible.records) > 10


def test_zones_are_drawn_near_to_far_and_each_draw_too() -> None:
    meshes, view = _set(600), _view(90.0)
    visible = DrawList(meshes).visible(view)
    far = (meshes.instance_low_m + meshes.instance_high_m) / 2 - view.eye_m
    half = (meshes.instance_high_m - meshes.instance_low_m) / 2
    forward = np.array(view.planes()[4])
    depth_of = far @ forward + half @ np.abs(forward)
    origins, written = meshes.stage_from_instance[:, :3, 3], _origins(visible, view)
    rows = [int(np.abs(origins - origin).max(axis=1).argmin()) for origin in written]
    zones = []
    for _, start, length in visible.runs:
        for _, instances, _, _, base in visible.commands[start : start + length].tolist():
            depths = depth_of[rows[base : base + instances]]
            assert (np.diff(depths) >= 0.0).all()
            zones += ZONES_M.searchsorted(depths).tolist()
    assert zones == sorted(zones)
    assert len(set(zones)) > 1


def test_an_empty_set_has_nothing_to_draw() -> None:
    visible = DrawList(_set(0)).visible(_view(0.0))
    assert (len(visible.records), len(visible.commands), visible.runs) == (0, 0, [])


def test_buffers_for_all_commands_are_large_enough() -> None:
    meshes = _set(300)
    lists = DrawList(meshes)
    for pan_deg in range(0, 360, 20):
        visible = lists.visible(_view(pan_deg))
        assert len(visible.commands) <= lists.command_count
        assert len(visible.records) <= lists.instance_count


def glass_meshes() -> MeshData:
    """Five boxes ahead, every other one of glass; only the first two cast a shadow."""
    part = MeshPart(np.array([[0, 0, 0] + [0] * 9, [1, 0, 0] + [0] * 9, [0, 0, 1] + [0] * 9], np.float32),
                    np.array([[0, 1, 2]], np.uint32), 0)  # fmt: skip
    glass = replace(part, material=1, second_uv=np.ones((3, 2), np.float32))
    number = np.array([1, 0, 1, 0, 1], np.int32)
    places = np.tile(np.eye(4), (5, 1, 1))
    places[:, 1, 3] = (7.0, 3.0, 20.0, 9.0, 12.0)
    low, high = instance_boxes((part, glass), number, places)
    return MeshData(
        parts=(part, glass),
        materials=(MeshMaterial(), MeshMaterial(roughness=0.1, blend=True)),
        instance_part=number,
        stage_from_instance=places,
        instance_low_m=low,
        instance_high_m=high,
        instance_casts=np.array([True, True, False, False, False]),
    )


def test_glass_has_a_list_of_its_own_and_comes_far_to_near() -> None:
    meshes = glass_meshes()
    view = View(
        (0.0, 0.0, 0.0), perspective((0.0, 0.0, 0.0), camera_axes((1.0, 0.0, 0.0, 0.0)), (-1.0, 1.0, -1.0, 1.0))
    )
    solid, glass = DrawList(meshes), DrawList(meshes, blended=True)
    assert (solid.instance_count, glass.instance_count) == (2, 3)
    seen = glass.behind_first(view)
    assert seen.records[:, 10].tolist() == [20.0, 12.0, 7.0]
    assert seen.commands[:, 4].tolist() == [0, 1, 2]
    assert [length for _, _, length in seen.runs] == [3]
    assert glass.extras is not None
    assert glass.extras[:, 4:].tolist() == [[1.0, 1.0]] * 3
    assert solid.extras is None


def test_what_casts_no_shadow_is_left_out_of_the_suns_sight() -> None:
    assert DrawList(glass_meshes()).casters().records[:, 10].tolist() == [3.0]


def test_a_material_that_is_not_plain_is_a_state_of_its_own() -> None:
    groups = DrawList(glass_meshes(), blended=True).groups
    assert [group.material for group in groups] == [1]
    assert [group.material for group in DrawList(glass_meshes()).groups] == [None]
