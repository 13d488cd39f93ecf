"""Varnish, bloom, films, glass and specular colours, against the formulas of their extensions in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.mesh.finish import ANGLES, Finish
from render.layers.mesh.gltf.surfaces.sheen import sheen_share
from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, PunctualLight, instance_boxes
from render.scene.scene_data import SceneData
from stage.maths.arrays import Floats
from stage.model.look import Look
from stage.model.scene import Ambient, Haze, Sun
from tests.shaders.layers.mesh.test_glossy import VIEW, WHITE_WORLD, on_board, table_at
from tests.shaders.scene_drawing import SIZE_PX, drawn, rays, view_from
from tests.shaders.spheres import background_of, ball_scene, board, board_scene, seen_ball

SUN = PunctualLight("directional", (500.0, 500.0, 500.0), direction=(0.2, 0.9, -0.38))
TOWARD = -np.array(SUN.direction) / np.linalg.norm(SUN.direction)
LIGHT = 500.0 / (100.0 * np.pi) / 1.0
NORMAL = np.array([0.0, -1.0, 0.0])
NO_LIGHT = (Sun(radiance=(0.0, 0.0, 0.0)), Ambient(up=(0.0, 0.0, 0.0), down=(0.0, 0.0, 0.0)), Haze())


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def picture(context: moderngl.Context, material: MeshMaterial, *lamps: PunctualLight) -> Floats:
    light = NO_LIGHT if lamps else WHITE_WORLD
    return np.asarray(drawn(context, board_scene(material, lights=lamps, light=light), VIEW, look=Look())[..., :3])


def cosines() -> tuple[Floats, NDArray[np.bool_]]:
    """n.v of each pixel (h, w), and where the board is seen for certain."""
    return -rays(VIEW) @ NORMAL, on_board(board_scene(MeshMaterial()))[1]


def lobe(roughness: float) -> tuple[Floats, Floats]:
    """(h, w) GGX times Smith's visibility and n.l under SUN, and Schlick's power."""
    a2, v = roughness**4, -rays(VIEW)
    h = v + TOWARD
    h /= np.linalg.norm(h, axis=-1, keepdims=True)
    n_h, n_v, n_l, v_h = h @ NORMAL, v @ NORMAL, float(TOWARD @ NORMAL), (v * h).sum(-1)
    d = a2 / (np.pi * (n_h**2 * (a2 - 1.0) + 1.0) ** 2)
    smith = 0.5 / (n_l * np.sqrt(n_v**2 * (1 - a2) + a2) + n_v * np.sqrt(n_l**2 * (1 - a2) + a2))
    return d * smith * n_l, (1.0 - v_h) ** 5


def test_a_finish_that_adds_nothing_changes_nothing(context: moderngl.Context) -> None:
    for metallic in (0.0, 1.0):
        plain = MeshMaterial((0.7, 0.4, 0.2, 1.0), metallic=metallic, roughness=0.4)
        for lamps in ((), (SUN,)):
            one, two = (picture(context, each, *lamps) for each in (plain, replace(plain, finish=Finish())))
            assert np.abs(one - two).max() <= 1e-3 * one.max()


def test_a_specular_colour_is_mirrored_as_the_formula_says(context: moderngl.Context) -> None:
    finish = Finish(mirror=(0.16, 0.02, 0.0), edge=0.5)
    black = MeshMaterial((0.0, 0.0, 0.0, 1.0), roughness=0.5, finish=finish)
    got, (n_v, seen) = picture(context, black, SUN), cosines()
    shine, power = lobe(0.5)
    dfg = table_at(np.clip(n_v, 1e-4, 1.0).ravel(), 0.5).reshape(*n_v.shape, 2).sum(-1)[..., None]
    f0 = np.array(finish.mirror)
    expected = (f0 + (finish.edge - f0) * power[..., None]) * (1.0 + f0 * (1.0 / dfg - 1.0)) * shine[..., None]
    assert got[seen] == pytest.approx((expected * LIGHT * np.pi)[seen], rel=0.01, abs=1e-4)


def test_varnish_shines_above_and_dims_what_lies_below(context: moderngl.Context) -> None:
    plain = MeshMaterial((0.5, 0.5, 0.5, 1.0), roughness=0.9)
    coated = replace(plain, finish=Finish(coat=1.0, coat_roughness=0.3))
    below, got = picture(context, replace(plain, finish=Finish()), SUN), picture(context, coated, SUN)
    n_v, seen = cosines()
    shine, power = lobe(0.3)
    mirrored = 0.04 + 0.96 * (1.0 - n_v) ** 5
    expected = below * (1.0 - mirrored)[..., None] + ((0.04 + 0.96 * power) * shine * LIGHT * np.pi)[..., None]
    assert got[seen] == pytest.approx(expected[seen], rel=0.01)


def test_no_finish_makes_light(context: moderngl.Context) -> None:
    """Before a white background nothing is brighter than white, and what takes no light away is white."""
    sheen = Finish(sheen=(1.0, 1.0, 1.0), sheen_roughness=0.5, sheen_share=sheen_share(0.5))
    film = Finish(film=((1.0, 1.0, 1.0),) * ANGLES, film_share=1.0)
    coat = Finish(coat=1.0, coat_roughness=0.1)
    white, light = background_of(np.ones((16, 32, 3))), Ambient(source="background")
    for finish, least in ((sheen, 0.98), (film, 0.98), (coat, 0.96), (Finish(mirror=(1.0, 1.0, 1.0)), 0.98)):
        material = MeshMaterial((1.0, 1.0, 1.0, 1.0), roughness=0.5, finish=finish)
        ball = drawn(context, ball_scene(material, white, (NO_LIGHT[0], light, Haze())), VIEW, look=Look())
        seen = ball[seen_ball(VIEW).clear][:, :3]
        assert seen.max() <= 1.02
        assert seen.min() >= least


def test_bloom_is_seen_on_black_cloth_and_most_at_grazing_angles(context: moderngl.Context) -> None:
    share = sheen_share(0.4)
    finish = Finish(mirror=(0.0, 0.0, 0.0), edge=0.0, sheen=(0.8, 0.2, 0.1), sheen_roughness=0.4, sheen_share=share)
    got = picture(context, MeshMaterial((0.0, 0.0, 0.0, 1.0), finish=finish))
    n_v, seen = cosines()
    expected = np.interp(n_v, np.linspace(0.0, 1.0, ANGLES), share)
    assert got[seen] == pytest.approx((expected[..., None] * np.array(finish.sheen))[seen], rel=0.02, abs=2e-3)


def pane(finish: Finish, colour: tuple[float, float, float, float]) -> SceneData:
    """A pane of glass at 2 m before a board that shines green and red, in no other light."""
    materials = (
        MeshMaterial((0.8, 0.6, 0.4, 1.0), unlit=True),
        MeshMaterial(colour, blend=True, finish=finish, roughness=0.0),
    )
    parts: tuple[MeshPart, ...] = (board(0), board(1, 3.0, 2.0))
    number, places = np.array([0, 1], np.int32), np.tile(np.eye(4), (2, 1, 1))
    low, high = instance_boxes(parts, number, places)
    meshes = MeshData(
        parts=parts,
        materials=materials,
        instance_part=number,
        stage_from_instance=places,
        instance_low_m=low,
        instance_high_m=high,
    )
    return replace(board_scene(MeshMaterial(), light=NO_LIGHT), meshes=meshes)


def test_glass_multiplies_what_is_behind_by_its_colour(context: moderngl.Context) -> None:
    view = view_from((0.0, 0.0, 0.0))
    finish = Finish(clear=0.75, tint=(1.0, 0.5, 1.0))
    got = drawn(context, pane(finish, (0.9, 0.8, 0.1, 0.2)), view, look=Look())[SIZE_PX[1] // 2, SIZE_PX[0] // 2]
    through = 0.75 * 0.96 * np.array([0.9, 0.8 * 0.5, 0.1])
    assert got[:3] == pytest.approx(through * np.array([0.8, 0.6, 0.4]), rel=0.02)
    assert got[3] == pytest.approx(1.0, abs=1e-3)
    half = drawn(context, pane(replace(finish, alpha=True), (0.9, 0.8, 0.1, 0.5)), view, look=Look())
    expected = (0.5 * through + 0.5) * np.array([0.8, 0.6, 0.4])
    assert half[SIZE_PX[1] // 2, SIZE_PX[0] // 2, :3] == pytest.approx(expected, rel=0.02)


def test_a_surface_exactly_at_its_cutoff_has_no_holes(context: moderngl.Context) -> None:
    """Alpha 0.5 from factor, vertex colour and interpolation, seen at a slant; a hair below the cutoff is a hole."""
    for cutoff, holes in ((0.5, False), (0.501, True)):
        scene = board_scene(MeshMaterial((1.0, 1.0, 1.0, 0.5), alpha_cutoff=cutoff, unlit=True))
        slanted = np.eye(4)
        slanted[:3, :3] = [[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]
        slanted[:3, 3] = (2.4, 0.8, 0.0)
        meshes = replace(scene.meshes, stage_from_instance=slanted[None])
        got = drawn(context, replace(scene, meshes=meshes), view_from((0.1, 0.0, 0.2)), look=Look())[..., 0]
        inside = got[24:40, 40:56]
        assert (inside == 0.0).any() == holes
        assert (inside == 0.0).all() == holes
