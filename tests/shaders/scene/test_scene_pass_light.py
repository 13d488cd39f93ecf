"""The light that the scene pass writes, against numpy: sun, ambient, haze, own light, pictures, holes, sky."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart
from render.pictures.picture import Background, Picture
from render.scene.scene_data import SceneData
from render.view.view import View
from stage.model.look import Look
from stage.model.scene import Ambient, Haze, Sun
from tests.looks import a_look
from tests.shaders.scene_drawing import cast, drawn, random_place, rays, scene_of, soup, triangles_of, view_from

LOOK = a_look(gain=1.7, sun_gain=0.8, ambient_gain=1.3, haze_gain=2.0)
SUN = Sun(pan_deg=130.0, elevation_deg=40.0, radiance=(2.0, 1.5, 1.1))
AMBIENT = Ambient(up=(0.5, 0.6, 0.9), down=(0.3, 0.2, 0.1))
HAZE = Haze(colour=(0.7, 0.6, 0.5), density_per_m=0.03)
MATERIALS = (
    MeshMaterial((0.8, 0.5, 0.3, 1.0)),
    MeshMaterial((0.4, 0.9, 0.6, 1.0), emissive=(3.0, 0.5, 0.0), double_sided=True),
    MeshMaterial((0.9, 0.2, 0.7, 1.0), unlit=True, double_sided=True),
)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _expected(scene: SceneData, view: View, look: Look) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(h, w, 3) radiance of what each ray hits, and where that is clear: the formulas of stage/model/scene.py."""
    hits, meshes = cast(scene, view), scene.meshes
    _, instance_of, number_of = triangles_of(scene)
    result = np.zeros((*hits.triangle.shape, 3))
    pan, elevation = math.radians(scene.sun.pan_deg), math.radians(scene.sun.elevation_deg)
    toward = np.array([-math.sin(pan) * math.cos(elevation), math.cos(pan) * math.cos(elevation), math.sin(elevation)])
    clear = hits.clear & (hits.triangle >= 0)
    for row, column in zip(*np.nonzero(clear), strict=True):
        triangle = hits.triangle[row, column]
        instance = instance_of[triangle]
        part, matrix = meshes.parts[meshes.instance_part[instance]], meshes.stage_from_instance[instance]
        vertices = part.vertices[part.triangles[number_of[triangle]]].astype(np.float64)
        look_of = meshes.materials[part.material]
        normal = np.linalg.inv(matrix[:3, :3]).T @ (hits.weight[row, column] @ vertices[:, 3:6])
        normal /= np.linalg.norm(normal)
        corners = vertices[:, :3] @ matrix[:3, :3].T
        outward = np.cross(corners[1] - corners[0], corners[2] - corners[0]) * np.sign(np.linalg.det(matrix[:3, :3]))
        if look_of.double_sided and outward @ rays(view)[row, column] > 0.0:
            normal = -normal
        sun = np.array(scene.sun.radiance) * max(normal @ toward, 0.0) * look.sun.gain
        up, down = np.array(scene.ambient.up), np.array(scene.ambient.down)
        light = sun + (down + (up - down) * (normal[2] + 1.0) / 2.0) * look.sky.ambient_gain
        colour = np.array(look_of.base_colour[:3]) * (hits.weight[row, column] @ vertices[:, 8:11])
        shown = colour * (1.0 if look_of.unlit else light) + look_of.emissive
        through = math.exp(-scene.haze.density_per_m * look.haze.gain * hits.distance_m[row, column])
        result[row, column] = look.exposure.gain * (shown * through + np.array(scene.haze.colour) * (1.0 - through))
    return result, clear


@pytest.mark.parametrize("haze", [HAZE, Haze(density_per_m=0.0)])
def test_radiance_is_that_of_the_formulas(context: moderngl.Context, haze: Haze) -> None:
    random = np.random.default_rng(11)
    parts = tuple(soup(random, 8, material) for material in range(3))
    places = [(number % 3, random_place(random, mirrored=number > 3)) for number in range(6)]
    scene = scene_of(parts, MATERIALS, places, light=(SUN, AMBIENT, haze))
    view = view_from((0.3, -1.0, 0.7), pan_deg=4.0)
    expected, clear = _expected(scene, view, LOOK)
    seen = drawn(context, scene, view, look=LOOK)[..., :3]
    assert clear.sum() > 300
    assert (np.abs(seen - expected) / np.maximum(expected, 0.05))[clear].max() <= 1e-4


def _board(material: MeshMaterial, across: float = 1.0, down: float = 1.0) -> MeshPart:
    """4 x 4 m at y = 4 that faces the eye; texture (0, 0) upper left, (across, down) lower right."""
    vertices = np.zeros((4, 12), dtype=np.float32)
    vertices[:, 0:3] = [(-2, 4, -2), (2, 4, -2), (2, 4, 2), (-2, 4, 2)]
    vertices[:, 3:6], vertices[:, 8:] = (0, -1, 0), 1.0
    vertices[:, 6:8] = [(0, down), (across, down), (across, 0), (0, 0)]
    return MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.uint32), 0)


def _board_scene(material: MeshMaterial, picture: Picture, across: float = 1.0) -> SceneData:
    lit = (Sun(radiance=(0.0, 0.0, 0.0)), Ambient(up=(1.0, 1.0, 1.0), down=(1.0, 1.0, 1.0)), Haze())
    return scene_of((_board(material, across),), (material,), [(0, np.eye(4))], (picture,), light=lit)


def test_a_picture_stands_upright_and_its_codes_become_linear_light(context: moderngl.Context) -> None:
    rgba = np.full((2, 2, 4), 255, dtype=np.uint8)
    rgba[0, 0, :3], rgba[0, 1, :3] = (200, 10, 10), (10, 128, 10)
    rgba[1, 0, :3], rgba[1, 1, :3] = (10, 10, 60), (255, 255, 255)
    picture = Picture(np.repeat(np.repeat(rgba, 64, axis=0), 64, axis=1), repeat_x=False, repeat_y=False)
    seen = drawn(context, _board_scene(MeshMaterial(picture=0), picture), view_from((0.0, 0.0, 0.0)))
    ray = rays(view_from((0.0, 0.0, 0.0)))
    x, z = ray[..., 0] / ray[..., 1] * 4.0, ray[..., 2] / ray[..., 1] * 4.0
    for left, upper, code in ((1, 1, rgba[0, 0]), (0, 1, rgba[0, 1]), (1, 0, rgba[1, 0]), (0, 0, rgba[1, 1])):
        quarter = (x < -0.2 if left else x > 0.2) & (z > 0.2 if upper else z < -0.2)
        quarter &= (np.abs(x) < 1.8) & (np.abs(z) < 1.8)
        value = code[:3] / 255.0
        linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
        assert quarter.sum() > 50
        assert np.abs(seen[quarter][:, :3] - linear).max() <= 2e-3


def test_there_are_holes_where_alpha_is_below_the_cutoff(context: moderngl.Context) -> None:
    rgba = np.full((64, 64, 4), 255, dtype=np.uint8)
    rgba[:, 32:, 3] = 100
    picture = Picture(rgba, repeat_x=False, repeat_y=False)
    view = view_from((0.0, 0.0, 0.0))
    ray = rays(view)
    x, z = ray[..., 0] / ray[..., 1] * 4.0, ray[..., 2] / ray[..., 1] * 4.0
    sky = drawn(context, scene_of((), (), []), view)
    for cutoff, hole in ((0.5, True), (0.3, False)):
        material = MeshMaterial((0.2, 0.2, 0.2, 1.0), picture=0, alpha_cutoff=cutoff)
        seen = drawn(context, _board_scene(material, picture), view)
        right = (x > 0.2) & (x < 1.8) & (np.abs(z) < 1.8)
        left = (x < -0.2) & (x > -1.8) & (np.abs(z) < 1.8)
        assert np.abs(seen[left][:, :3] - 0.2).max() < 1e-3
        assert (np.abs(seen[right][:, :3] - 0.2).max() > 0.3) == hole
        assert np.isfinite(sky).all()


def _directions(size_px: tuple[int, int]) -> NDArray[np.float64]:
    """(h, w, 3) the unit direction of each texel: middle column +Y, left to the left, top up."""
    width, height = size_px
    turn = ((np.arange(width) + 0.5) / width - 0.5) * 2 * np.pi
    fall = (np.arange(height) + 0.5) / height * np.pi
    sine = np.sin(fall)[:, None]
    return np.stack(
        [sine * np.sin(turn), sine * np.cos(turn), np.repeat(np.cos(fall)[:, None], width, axis=1)], axis=-1
    )


@pytest.mark.parametrize("pan_deg", [0.0, 30.0])
@pytest.mark.parametrize(("look_pan", "look_tilt"), [(0, 0), (180, 0), (90, 0), (-120, 30), (10, 85), (77, -88)])
def test_an_equirect_shows_each_direction_what_lies_there(
    context: moderngl.Context, pan_deg: float, look_pan: float, look_tilt: float
) -> None:
    radiance = (_directions((512, 256)) * 0.4 + 0.5).astype(np.float16)
    scene = replace(scene_of((), (), []), background=Background(radiance, pan_deg, gain=2.0))
    view = view_from((5.0, -3.0, 1.0), look_pan, look_tilt)
    seen = drawn(context, scene, view, look=a_look(gain=1.5))[..., :3]
    cosine, sine = math.cos(math.radians(pan_deg)), math.sin(math.radians(pan_deg))
    turned = rays(view) @ np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    assert np.abs(seen - 3.0 * (turned * 0.4 + 0.5)).max() <= 0.012


def test_a_small_equirect_spot_is_seen_where_it_is_and_no_seam_beside_it(context: moderngl.Context) -> None:
    radiance = np.zeros((64, 128, 3), dtype=np.float16)
    radiance[:, :1], radiance[:, -1:] = 1.0, 1.0
    scene = replace(scene_of((), (), []), background=Background(radiance))
    view = view_from((0.0, 0.0, 0.0), pan_deg=180.0)
    seen = drawn(context, scene, view)[..., 0]
    azimuth = np.degrees(np.arctan2(rays(view)[..., 0], -rays(view)[..., 1]))
    assert seen[np.abs(azimuth) < 1.4].min() >= 0.99
    assert seen[np.abs(azimuth) > 4.3].max() <= 0.01


def test_without_an_equirect_ambient_light_is_a_gradient(context: moderngl.Context) -> None:
    scene = scene_of((), (), [], light=(SUN, AMBIENT, HAZE))
    view = view_from((0.0, 0.0, 0.0), tilt_deg=30.0)
    part = (rays(view)[..., 2:] + 1.0) / 2.0
    expected = np.array(AMBIENT.down) * (1.0 - part) + np.array(AMBIENT.up) * part
    seen = drawn(context, scene, view, look=a_look(gain=2.0, ambient_gain=0.5))[..., :3]
    assert np.abs(seen - expected).max() <= 1e-5


def test_nothing_is_written_that_16_bits_cannot_hold(context: moderngl.Context) -> None:
    part = _board(MeshMaterial())
    part.vertices[:, 3:6] = 0.0
    scene = scene_of((part,), (MeshMaterial(emissive=(1e7, 0.0, 0.0)),), [(0, np.eye(4))])
    seen = drawn(context, scene, view_from((0.0, 0.0, 0.0)), look=a_look(gain=1e5))
    assert np.isfinite(seen).all()
    assert seen.max() <= 60_000.0
