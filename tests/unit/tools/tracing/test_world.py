"""The meshes of a set in their places, as a path tracer gets them."""

from __future__ import annotations

import numpy as np
import pytest

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart
from stage.maths.arrays import Floats
from tools.tracing.world import Surface, world_of


def leaning(*places: Floats, materials: int = 1) -> MeshData:
    """A triangle in the plane x + z = 1, seen from outside, at each of the places; materials take turns."""
    corners = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    vertices = np.zeros((3, 12), np.float32)
    vertices[:, :3], vertices[:, 3:6], vertices[:, 8:] = corners, np.array([1.0, 0.0, 1.0]) / np.sqrt(2.0), 1.0
    triangle = np.array([[0, 1, 2]], np.uint32)
    parts = tuple(MeshPart(vertices, triangle, number) for number in range(materials))
    return MeshData(
        parts=parts,
        materials=tuple(MeshMaterial(name=f"m{number}") for number in range(materials)),
        instance_part=np.arange(len(places), dtype=np.int32) % materials,
        stage_from_instance=np.array(places),
    )


def faces(surface: Surface) -> tuple[Floats, Floats]:
    """Middle and unit normal of each triangle by its winding."""
    a, b, c = (surface.position_m[surface.triangles[:, corner]].astype(np.float64) for corner in range(3))
    across = np.cross(b - a, c - a)
    return (a + b + c) / 3.0, across / np.linalg.norm(across, axis=1, keepdims=True)


@pytest.mark.parametrize("stretch", [(1.0, 1.0, 1.0), (2.0, 1.0, 0.5), (-1.0, 1.0, 1.0), (-3.0, -1.0, -0.2)])
def test_normals_stay_across_the_surface_and_on_the_side_of_its_winding(stretch: tuple[float, float, float]) -> None:
    place = np.eye(4)
    place[:3, :3] = np.diag(stretch)
    place[:3, 3] = (5.0, -2.0, 1.0)
    surface = world_of(leaning(place), 0.0).surfaces[0]
    _, wound = faces(surface)
    np.testing.assert_allclose(surface.normal, np.repeat(wound, 3, axis=0), atol=1e-6)


def test_instances_of_one_material_are_one_surface_and_know_their_number() -> None:
    places = [np.eye(4) for _ in range(5)]
    for number, place in enumerate(places):
        place[0, 3] = 10.0 * number
    first, second = world_of(leaning(*places, materials=2), 0.0).surfaces
    assert first.instance.tolist() == [0, 2, 4]
    assert second.instance.tolist() == [1, 3]
    middle, _ = faces(first)
    np.testing.assert_allclose(middle[:, 0], np.array([0.0, 20.0, 40.0]) + 2.0 / 3.0, atol=1e-5)


def test_an_empty_set_is_an_empty_world() -> None:
    world = world_of(MeshData(), 0.0)
    assert world.surfaces == ()
    assert world.reach_m() == 1.0
