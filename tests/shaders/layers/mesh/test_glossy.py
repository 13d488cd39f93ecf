"""Glossy materials: their pictures, lamps, glass and weather, against the formulas of glTF 2.0 in numpy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.mesh.gloss_table import SIZE, gloss_table
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart, PictureUse, PunctualLight, instance_boxes
from render.pictures.picture import Picture
from render.scene.scene_data import SceneData
from render.view.material import Material
from render.view.view import View
from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.model.look import Look, Practicals, Weather
from stage.model.scene import Ambient, Haze, Sun
from tests.shaders.scene_drawing import SIZE_PX, cast, drawn, rays, view_from
from tests.shaders.spheres import DARK, board, board_scene
from tools.bench.picture.brdf_reference import reflected

VIEW = view_from((0.3, 0.0, 0.2))
WHITE_WORLD = (Sun(radiance=(0.0, 0.0, 0.0)), Ambient(up=(1.0, 1.0, 1.0), down=(1.0, 1.0, 1.0)), Haze())


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def flat(value: tuple[int, int, int, int], linear: bool = True) -> Picture:
    """A picture of one colour."""
    return Picture(np.full((4, 4, 4), value, dtype=np.uint8), linear=linear)


def table_at(n_v: Floats, roughness: float) -> Floats:
    """(N, 2) the gloss table, bilinear."""
    table = gloss_table().astype(np.float64)
    across, down = np.sqrt(n_v) * (SIZE - 1), roughness * (SIZE - 1)
    i, j = np.minimum(across.astype(int), SIZE - 2), min(int(down), SIZE - 2)
    s, t = (across - i)[:, None], down - j
    upper, lower = (table[row, i] * (1 - s) + table[row, i + 1] * s for row in (j, j + 1))
    return np.asarray(upper * (1 - t) + lower * t)


def lit_board(
    base: Floats, metallic: float, roughness: float, toward: Floats, light: Floats, normal: Floats | None = None
) -> Floats:
    """(h, w, 3) the radiance of the board under light (h, w, 3) that comes from `toward` (h, w, 3), per pi."""
    count = toward.size // 3
    v = -rays(VIEW).reshape(-1, 3)
    n = np.broadcast_to(np.array([0.0, -1.0, 0.0]) if normal is None else normal, v.shape)
    dfg = table_at(np.clip((n * v).sum(-1), 1e-4, 1.0), roughness)
    one = np.ones((count, 1))
    got = reflected(
        base=np.broadcast_to(base, (count, 3)),
        metallic=one * metallic,
        roughness=one * roughness,
        n=n,
        v=v,
        light=toward.reshape(-1, 3),
        dfg=dfg,
    )
    return np.asarray((got * np.pi).reshape(light.shape) * light)


def on_board(scene: SceneData) -> tuple[Floats, NDArray[np.bool_]]:
    """The stage position (h, w, 3) seen by each pixel, and where that is on the board for certain."""
    hits = cast(scene, VIEW)
    with np.errstate(invalid="ignore"):
        places = np.asarray(VIEW.eye_m) + hits.distance_m[..., None] * rays(VIEW)
    seen = (hits.triangle >= 0) & np.isfinite(hits.distance_m) & (np.abs(places[..., [0, 2]]).max(-1) < 1.9)
    return np.where(seen[..., None], places, 0.0), seen


def lamp_light(lamp: PunctualLight, places: Floats) -> tuple[Floats, Floats]:
    """What a lamp of KHR_lights_punctual sends to places (h, w, 3): direction to it, and luminance of white."""
    way = np.asarray(lamp.position_m) - places
    distance = np.maximum(np.linalg.norm(way, axis=-1, keepdims=True), 1e-6)
    toward = way / distance
    fall = 1.0 / distance**2
    if lamp.range_m:
        fall = fall * np.clip(1.0 - (distance / lamp.range_m) ** 4, 0.0, 1.0)
    if lamp.kind == "directional":
        toward, fall = np.broadcast_to(-np.asarray(lamp.direction), places.shape), np.ones_like(distance)
    if lamp.kind == "spot":
        scale = 1.0 / (math.cos(lamp.inner_rad) - math.cos(lamp.outer_rad))
        cosine = (-toward * np.asarray(lamp.direction)).sum(-1, keepdims=True)
        fall = fall * np.clip(cosine * scale - math.cos(lamp.outer_rad) * scale, 0.0, 1.0) ** 2
    return toward, fall * np.asarray(lamp.intensity) / (100.0 * math.pi)


LAMPS = [
    PunctualLight("point", (3000.0, 2000.0, 1000.0), (0.5, 2.0, 0.8)),
    PunctualLight("point", (3000.0, 3000.0, 3000.0), (-0.5, 2.5, 0.0), range_m=2.4),
    PunctualLight("spot", (5000.0, 4000.0, 3000.0), (0.0, 1.0, 1.0), (0.0, 0.96, -0.28), inner_rad=0.1, outer_rad=0.5),
    PunctualLight("directional", (400.0, 500.0, 600.0), direction=(0.6, 0.8, 0.0)),
]


@pytest.mark.parametrize("lamp", LAMPS, ids=["point", "range", "spot", "directional"])
@pytest.mark.parametrize("roughness", [0.4, 1.0])
def test_a_lamp_lights_as_its_formula_says(context: moderngl.Context, lamp: PunctualLight, roughness: float) -> None:
    matt = roughness == 1.0
    base = (0.6, 0.4, 0.2)
    scene = board_scene(MeshMaterial((*base, 1.0), metallic=0.0, roughness=roughness), lights=(lamp,))
    places, seen = on_board(scene)
    toward, light = lamp_light(lamp, places)
    expected = lit_board(np.array(base), 0.0, roughness, toward, light)
    if matt:
        expected = np.array(base) * light * np.maximum(toward @ np.array([0.0, -1.0, 0.0]), 0.0)[..., None]
    picture = drawn(context, scene, VIEW, look=Look())[..., :3]
    assert seen.sum() > 1000
    assert expected[seen].max() > 0.05
    assert np.abs(picture - expected)[seen].max() <= 2e-3 * expected[seen].max()


def test_pictures_of_metal_roughness_occlusion_and_emission_do_what_their_channels_say(
    context: moderngl.Context,
) -> None:
    lamp = (LAMPS[0],)
    pictures = (flat((9, 102, 204, 255)), flat((51, 0, 0, 255)), flat((188, 0, 0, 255), linear=False))
    looks = MeshMaterial(
        (0.9, 0.5, 0.3, 1.0), metallic=0.5, roughness=0.9, emissive=(2.0, 1.0, 1.0),
        metal_rough=PictureUse(0), occlusion=PictureUse(1), occlusion_strength=0.5, emissive_picture=PictureUse(2),
    )  # fmt: skip
    plain = MeshMaterial((0.9, 0.5, 0.3, 1.0), metallic=0.5 * 204 / 255, roughness=0.9 * 102 / 255)
    dark = drawn(context, board_scene(looks, pictures, lamp), VIEW, look=Look())[..., :3]
    bare = drawn(context, board_scene(plain, (), lamp), VIEW, look=Look())[..., :3]
    _, seen = on_board(board_scene(plain))
    glow = ((188 / 255 + 0.055) / 1.055) ** 2.4 * np.array([2.0, 0.0, 0.0])
    assert dark[seen] == pytest.approx((bare + glow)[seen], rel=2e-3), "occlusion does not dim lamps"
    ambient = drawn(context, board_scene(looks, pictures, (), WHITE_WORLD), VIEW, look=Look())[..., :3] - glow
    open_ = drawn(context, board_scene(plain, (), (), WHITE_WORLD), VIEW, look=Look())[..., :3]
    share = (ambient / np.maximum(open_, 1e-6))[seen]
    assert share.max() <= 0.75
    assert share.min() >= 0.55, "half of the 0.2 that the picture leaves open, and more in what is mirrored"


def test_a_flat_normal_map_changes_nothing(context: moderngl.Context) -> None:
    plain = MeshMaterial((0.5, 0.5, 0.5, 1.0), metallic=1.0, roughness=0.4)
    mapped = replace(plain, normal=PictureUse(0))
    one = drawn(context, board_scene(plain, (), (LAMPS[0],)), VIEW, look=Look())
    two = drawn(context, board_scene(mapped, (flat((128, 128, 255, 255)),), (LAMPS[0],)), VIEW, look=Look())
    assert np.abs(two - one).max() <= 0.06 * one.max(), "128 is a quarter of a degree off"


def with_tangents(part: MeshPart, tangent: Vector) -> MeshPart:
    return replace(part, tangents=np.tile(np.array([*tangent, 1.0], np.float32), (len(part.vertices), 1)))


@pytest.mark.parametrize("given", [False, True], ids=["derived", "given"])
def test_a_normal_map_tilts_to_the_right_and_up_as_its_colours_say(context: moderngl.Context, given: bool) -> None:
    """On the board +X of the map is +X of the stage and +Y of the map +Z."""
    part = with_tangents(board(), (1.0, 0.0, 0.0)) if given else board()
    lamp = PunctualLight("directional", (500.0, 500.0, 500.0), direction=(0.0, 1.0, 0.0))
    for code, tilted in (((204, 128, 230, 255), (0.6, -0.8, 0.0)), ((128, 204, 230, 255), (0.0, -0.8, 0.6))):
        material = MeshMaterial((0.8, 0.8, 0.8, 1.0), roughness=0.5, normal=PictureUse(0))
        scene = board_scene(material, (flat(code),), (lamp,), part=part)
        places, seen = on_board(scene)
        toward, light = lamp_light(lamp, places)
        expected = lit_board(np.full(3, 0.8), 0.0, 0.5, toward, light, np.array(tilted))
        picture = drawn(context, scene, VIEW, look=Look())[..., :3]
        assert picture[seen] == pytest.approx(expected[seen], rel=0.03)


def test_places_of_pictures_are_moved_by_their_rows_and_may_take_the_second_coordinates(
    context: moderngl.Context,
) -> None:
    halves = np.zeros((2, 2, 4), np.uint8)
    halves[:, 1] = halves[:, :, 3] = 255
    picture = Picture(halves, repeat_x=False)
    part = replace(board(), second_uv=np.array([(0, 1), (0, 1), (1, 0), (1, 0)], np.float32))

    def glow(use: PictureUse) -> NDArray[np.float32]:
        material = MeshMaterial(emissive=(1.0, 1.0, 1.0), emissive_picture=use)
        return drawn(context, board_scene(material, (picture,), part=part), VIEW, look=Look())[..., 0]

    places, seen = on_board(board_scene(MeshMaterial()))
    right, up = places[..., 0] > 1.1, places[..., 2] > 1.1
    left, low = places[..., 0] < -1.1, places[..., 2] < -1.1
    plain, turned = glow(PictureUse(0)), glow(PictureUse(0, ((-1.0, 0.0, 1.0), (0.0, 1.0, 0.0))))
    second = glow(PictureUse(0, second_uv=True))
    assert plain[seen & right].min() > 0.9 > 0.1 > plain[seen & left].max()
    assert turned[seen & left].min() > 0.9 > 0.1 > turned[seen & right].max()
    assert second[seen & up].min() > 0.9 > 0.1 > second[seen & low].max()


def two_panes(order: tuple[int, int]) -> SceneData:
    """A green pane at 2 m and a red one at 3 m before a white board, unlit."""
    colours = [(1.0, 0.0, 0.0, 0.5), (0.0, 1.0, 0.0, 0.25)]
    materials = (MeshMaterial(unlit=True), *(MeshMaterial(colour, unlit=True, blend=True) for colour in colours))
    parts = (board(0), board(1, 1.0, 3.0), board(2, 1.0, 2.0))
    one = board_scene(MeshMaterial())
    number = np.array([0, *order], np.int32)
    places = np.tile(np.eye(4), (3, 1, 1))
    low, high = instance_boxes(parts, number, places)
    meshes = replace(
        one.meshes, parts=parts, materials=materials, instance_part=number, stage_from_instance=places,
        instance_low_m=low, instance_high_m=high,
    )  # fmt: skip
    return replace(one, meshes=meshes)


def test_panes_are_mixed_back_to_front_in_whatever_order_they_come(context: moderngl.Context) -> None:
    view = view_from((0.0, 0.0, 0.0))
    first, second = (drawn(context, two_panes(order), view, look=Look()) for order in ((1, 2), (2, 1)))
    assert np.array_equal(first, second)
    middle = first[SIZE_PX[1] // 2, SIZE_PX[0] // 2]
    behind = 0.5 * np.ones(3) + 0.5 * np.array([1.0, 0.0, 0.0])
    assert middle == pytest.approx([*(0.75 * behind + 0.25 * np.array([0.0, 1.0, 0.0])), 1.0], abs=1e-3)


def test_a_probe_looks_through_panes(context: moderngl.Context) -> None:
    view = view_from((0.0, 0.0, 0.0))
    probe = drawn(context, two_panes((1, 2)), view, Material.PROBE)
    assert probe[SIZE_PX[1] // 2, SIZE_PX[0] // 2, 1] == pytest.approx(4.0, abs=1e-4)


def test_practicals_obey_the_look_and_other_lights_do_not(context: moderngl.Context) -> None:
    lamps = tuple(replace(LAMPS[0], practical=practical) for practical in (True, False))
    seen = on_board(board_scene(MeshMaterial()))[1]
    for practical in (True, False):
        glowing = MeshMaterial((0.5, 0.5, 0.5, 1.0), emissive=(1.0, 0.5, 0.2), practical=practical)
        scene = board_scene(glowing, lights=(lamps[not practical],))
        on, off, double = (
            drawn(context, scene, VIEW, look=Look(practicals=practicals))[seen]
            for practicals in (Practicals("on"), Practicals("off"), Practicals("on", gain=2.0))
        )
        if practical:
            assert off[:, :3].max() == 0.0
            assert double[:, :3] == pytest.approx(2.0 * on[:, :3], rel=1e-3)
        else:
            assert np.array_equal(on, off)
            assert np.array_equal(on, double)


def tilted_board(down: bool) -> MeshPart:
    """A board whose front faces up, or (`down`) the floor; seen from where VIEW looks either way."""
    part = board(half_m=1.5)
    part.vertices[:, 3:6] = (0.0, -0.1, -0.995 if down else 0.995)
    return part


def test_snow_lies_on_what_faces_up_and_rain_darkens(context: moderngl.Context) -> None:
    dark = MeshMaterial((0.1, 0.1, 0.1, 1.0))
    view: View = view_from((0.0, 0.0, 0.0))

    def mean(weather: Weather, down: bool) -> float:
        scene = board_scene(dark, light=WHITE_WORLD, part=tilted_board(down))
        return float(drawn(context, scene, view, look=Look(weather=weather))[20:44, 36:60, :3].mean())

    dry = mean(Weather(), down=False)
    assert dry == pytest.approx(0.1, rel=1e-3)
    assert mean(Weather(snow_cover=0.9), down=False) > 0.7
    assert mean(Weather(snow_cover=0.9), down=True) == pytest.approx(0.1, abs=0.03)
    assert mean(Weather(wetness=1.0), down=False) < 0.9 * dry + 0.01
    covers = [mean(Weather(snow_cover=cover), down=False) for cover in (0.05, 0.2, 0.4, 0.7)]
    assert covers == sorted(covers)


def test_a_set_without_light_is_black_but_for_its_own(context: moderngl.Context) -> None:
    scene = board_scene(MeshMaterial((1.0, 1.0, 1.0, 1.0), metallic=1.0, roughness=0.2), light=DARK)
    assert drawn(context, scene, VIEW, look=Look())[..., :3].max() == 0.0
