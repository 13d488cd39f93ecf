"""What the scene pass draws is what rays find: surfaces, sides, transforms, to two millionths of a radian."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart
from render.view.material import Material
from stage.maths.pose import Vector
from tests.shaders.scene_drawing import cast, drawn, random_place, rays, scene_of, soup, view_from
from tests.shaders.tiny_set import box_set

FAR_M = 1e5


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


@pytest.mark.parametrize("double_sided", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
def test_random_triangles_are_where_rays_find_them(
    context: moderngl.Context, double_sided: bool, mirrored: bool
) -> None:
    random = np.random.default_rng(7)
    parts = (soup(random, 12), soup(random, 9))
    places = [(number % 2, random_place(random, mirrored)) for number in range(6)]
    scene = scene_of(parts, (MeshMaterial(double_sided=double_sided),), places)
    view = view_from((0.3, -1.0, 0.7), pan_deg=4.0, tilt_deg=3.0, roll_deg=10.0)
    hits = cast(scene, view)
    surface = hits.clear & (hits.triangle >= 0)
    assert surface.sum() > 300
    assert (hits.clear & (hits.triangle < 0)).sum() > 300
    seen = drawn(context, scene, view, Material.PROBE)
    distance = np.where(hits.triangle >= 0, hits.distance_m, FAR_M)
    expected = np.asarray(view.eye_m) + distance[..., None] * rays(view)
    error = np.linalg.norm(seen[..., :3] - expected, axis=-1) / distance
    assert error[hits.clear].max() <= 1e-5
    assert (seen[..., 3] == 1.0).all()


@pytest.mark.parametrize("eye_m", [(0.0, 0.0, 1.6), (812.0, -655.0, 31.6)])
def test_probe_is_right_to_two_millionths_of_a_radian(context: moderngl.Context, eye_m: Vector) -> None:
    scene = box_set()
    scene.meshes.stage_from_instance[:, :3, 3] += np.asarray(eye_m) - (0.0, 0.0, 1.6)
    scene.meshes.instance_low_m[:] += np.asarray(eye_m) - (0.0, 0.0, 1.6)
    scene.meshes.instance_high_m[:] += np.asarray(eye_m) - (0.0, 0.0, 1.6)
    size_px = (480, 320)
    ulp_m = np.spacing(np.float32(max(np.abs(eye_m)) + 60.0))
    for pan_deg in (0.0, 90.0, 200.0):
        view = view_from(eye_m, pan_deg, -4.0)
        seen = drawn(context, scene, view, Material.PROBE, size_px=size_px)[..., :3] - np.asarray(eye_m)
        away = np.linalg.norm(seen, axis=-1)
        sine = np.linalg.norm(np.cross(seen / away[..., None], rays(view, size_px)), axis=-1)
        near = away < 300.0
        assert near.mean() > 0.3
        error = (sine - ulp_m / away)[near]
        assert np.median(error) <= 5e-7
        assert error.max() <= 2e-6


def test_a_quad_covers_just_the_pixels_of_its_projection(context: moderngl.Context) -> None:
    corners = np.array([[-0.5, 0, -0.5], [0.5, 0, -0.5], [0.5, 0, 0.5], [-0.5, 0, 0.5]])
    vertices = np.zeros((4, 12), dtype=np.float32)
    vertices[:, :3], vertices[:, 3:6], vertices[:, 8:] = corners, (0, -1, 0), 1.0
    quad = MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.uint32), 0)
    place = np.eye(4)
    place[:3, 3] = (0.2, 4.0, 0.1)
    view = view_from((0.0, 0.0, 0.0))
    seen = drawn(context, scene_of((quad,), (MeshMaterial(),), [(0, place)]), view, Material.PROBE)
    ray = rays(view)
    x, z = (ray[..., axis] / ray[..., 1] * 4.0 for axis in (0, 2))
    inside = (np.abs(x - 0.2) < 0.5) & (np.abs(z - 0.1) < 0.5)
    assert np.array_equal(seen[..., 1] < 5.0, inside)


def test_nothing_is_lost_at_the_edges_of_the_view(context: moderngl.Context) -> None:
    random = np.random.default_rng(3)
    part = soup(random, 2)
    for _ in range(8):
        place = random_place(random, mirrored=False)
        place[:3, 3] = random.uniform(-6.0, 6.0), random.uniform(-1.0, 7.0), random.uniform(-4.0, 4.0)
        scene = scene_of((part,), (MeshMaterial(double_sided=True),), [(0, place)])
        view = view_from((0.0, 0.0, 0.0), roll_deg=20.0)
        hits = cast(scene, view)
        seen = drawn(context, scene, view, Material.PROBE)
        hit = np.linalg.norm(seen[..., :3], axis=-1) < FAR_M / 2
        assert np.array_equal(hit[hits.clear], (hits.triangle >= 0)[hits.clear])
