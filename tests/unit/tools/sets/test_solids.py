"""Shapes: closed ones have the right volume (which also proves their winding), normals agree with triangles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tools.sets.mesh import Mesh, Part, Placement, by_material, face_normals, merged
from tools.sets.solids import box, column, ellipsoid, lathe, quad, sheet, textured, tube


def volume_m3(mesh: Mesh) -> float:
    """Divergence theorem: positive when triangles turn counter-clockwise seen from outside."""
    a, b, c = (mesh.position_m[mesh.triangles[:, corner]] for corner in range(3))
    return float(np.einsum("nk,nk->", a, np.cross(b, c)) / 6.0)


def least_agreement(mesh: Mesh) -> float:
    """Smallest cosine between a triangle and the normals at its corners."""
    faces = face_normals(mesh.position_m, mesh.triangles)
    faces /= np.linalg.norm(faces, axis=1, keepdims=True)
    return float(np.einsum("nk,nck->nc", faces, mesh.normal[mesh.triangles]).min())


CLOSED = {
    "box": (box((-1, 2, 0), (1, 5, 4)), 24.0, 1e-9),
    "cut box": (box((-1, 2, 0), (1, 5, 4), step_m=0.7), 24.0, 1e-9),
    "ellipsoid": (ellipsoid((5, 5, 5), (1, 2, 3), 64, 32), 4 / 3 * math.pi * 6, 0.01),
    "lathe": (lathe([(0, 0), (2, 0), (2, 3), (0, 3)], 128), math.pi * 4 * 3, 0.001),
    "prism": (lathe([(0, 0), (2, 0), (2, 3), (0, 3)], 6, flat=True), 6 * math.sqrt(3) / 4 * 4 * 3, 1e-9),
}
OPEN = {
    "column": column(0.5, 3.0, 12, 3),
    "tube": tube(np.array([[0.0, 0, 0], [0.2, 0.3, 1], [1, 0.3, 1.5]]), [0.3, 0.2, 0.1], 12),
    "quad": quad((0, 0, 0), (1, 0, 0), (0, 0, 1), (3, 2)),
}


@pytest.mark.parametrize("name", CLOSED)
def test_volume(name: str) -> None:
    mesh, expected_m3, tolerance = CLOSED[name]
    assert volume_m3(mesh) == pytest.approx(expected_m3, rel=tolerance)


@pytest.mark.parametrize("name", [*CLOSED, *OPEN])
def test_normals_are_unit_and_face_outward(name: str) -> None:
    mesh = CLOSED[name][0] if name in CLOSED else OPEN[name]
    np.testing.assert_allclose(np.linalg.norm(mesh.normal, axis=1), 1.0, atol=1e-9)
    assert least_agreement(mesh) > 0.5


def test_a_tube_is_wound_outward() -> None:
    straight = tube(np.array([[0.0, 0, 0], [0, 1, 0], [0, 2, 0]]), [0.5, 0.5, 0.5], 96)
    assert volume_m3(straight) == pytest.approx(math.pi * 0.25 * 2 * 2 / 3, rel=0.01)  # its open ends are missing


def test_front_of_a_box_faces_the_camera_side() -> None:
    only_front = box((0, 0, 0), (2, 1, 1), without="blrtu")
    np.testing.assert_allclose(only_front.normal, np.broadcast_to([0.0, -1.0, 0.0], only_front.normal.shape))
    assert set(only_front.position_m[:, 1].tolist()) == {0.0}


def test_quad_texture_runs_right_and_down_in_metres() -> None:
    wall = textured(quad((0, 0, 0), (4, 0, 0), (0, 0, 2)), 2.0, 1.0)
    upper_right = np.flatnonzero((wall.position_m[:, 0] == 4) & (wall.position_m[:, 2] == 2))[0]
    lower_left = np.flatnonzero((wall.position_m[:, 0] == 0) & (wall.position_m[:, 2] == 0))[0]
    np.testing.assert_allclose(wall.uv[[upper_right, lower_left]], [[2, 0], [0, 2]])


def test_mirrored_and_turned_stay_outside_out() -> None:
    body = ellipsoid((1, 2, 3), (0.5, 0.4, 0.3), 16, 8)
    for other in (body.mirrored(), body.turned(73.0), body.scaled(2.0).moved(1, 1, 1)):
        assert volume_m3(other) > 0
        assert least_agreement(other) > 0.5
    assert body.mirrored().position_m[:, 0].max() == pytest.approx(-0.5)


def test_placement_turns_counter_clockwise_from_above() -> None:
    point = sheet(np.array([[[1.0, 0, 0], [2, 0, 0]], [[1, 1, 0], [2, 1, 0]]]))
    placed = Placement((10.0, 0.0, 5.0), 90.0, 2.0).place(point)
    np.testing.assert_allclose(placed.position_m[0], [10.0, 2.0, 5.0], atol=1e-12)


def test_merged_keeps_every_triangle() -> None:
    both = merged([box((0, 0, 0), (1, 1, 1)), box((5, 0, 0), (6, 2, 1))])
    assert volume_m3(both) == pytest.approx(3.0)


def test_parts_of_one_material_become_one_mesh() -> None:
    cube = box((0, 0, 0), (1, 1, 1))
    meshes = by_material([Part("red", cube), Part("blue", cube), Part("red", cube.moved(3))])
    assert list(meshes) == ["red", "blue"]
    assert volume_m3(meshes["red"]) == pytest.approx(2.0)
