"""Crowds drawn: where the record says, lit, the same at the same time in any order; their shade darkens the ground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.crowd.crowd import CrowdData, read_crowd
from render.layers.crowd.crowd_pass import crowd_passes
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.scene.view_block import toward_sun
from render.view.layer_pass import Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from stage.messages.frames import Heavens
from stage.model.layers import CrowdLayer
from stage.model.look import CrowdLook, Look
from stage.model.stagefile import Quality
from tests.shaders.scene_drawing import rays, scene_of, view_from

SIZE_PX = (160, 120)
VIEW = view_from((0.0, -3.0, 1.6))
SUN = Heavens(sun_pan_deg=120.0, sun_elevation_deg=40.0)
Image = NDArray[np.float32]


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def crowd(**more: object) -> CrowdData:
    layer = {"kind": "crowd", "area_m": [[-8, 0], [8, 0], [8, 70], [-8, 70]], "count": 60, **more}
    return read_crowd(CrowdLayer.model_validate(layer), Path())


def with_ground(data: CrowdData) -> SceneData:
    """The crowd on a grey ground."""
    vertices = np.zeros((4, 12), dtype=np.float32)
    vertices[:, :2] = [[-90, -90], [90, -90], [90, 90], [-90, 90]]
    vertices[:, 5], vertices[:, 8:] = 1.0, 1.0
    part = MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.uint32), 0)
    scene = scene_of((part,), (MeshMaterial((0.4, 0.4, 0.4, 1.0)),), [(0, np.eye(4))])
    return replace(scene, layers=(data,))


def drawn(
    context: moderngl.Context,
    data: CrowdData,
    material: Material,
    moments: list[Moment],
    quality: Quality | None = None,
) -> list[Image]:
    """(h, w, 4) of each moment, drawn by one pass, row 0 on top."""
    scene = ScenePass(context, with_ground(data), quality or Quality(), material)
    colour, depth = context.texture(SIZE_PX, 4, dtype="f4"), context.depth_renderbuffer(SIZE_PX)
    target = context.framebuffer(colour, depth)
    assert context.error  # what making targets left behind (moderngl binds a released one again) is none of ours
    scene.warm_up(target, VIEW)
    images = []
    for moment in moments:
        scene.draw(target, (0, 0, *SIZE_PX), VIEW, moment)
        read = np.frombuffer(target.read(components=4, dtype="f4"), dtype=np.float32)
        images.append(read.reshape(*SIZE_PX[::-1], 4)[::-1].copy())
    assert context.error == "GL_NO_ERROR"
    scene.release()
    for thing in (target, colour, depth):
        thing.release()
    return images


@pytest.mark.parametrize("material", list(Material))
def test_a_time_looks_the_same_whatever_was_drawn_before(context: moderngl.Context, material: Material) -> None:
    times = [0.5, 31.0, 4.25, 0.5, 4.25, 31.0]
    images = drawn(context, crowd(), material, [Moment(heavens=SUN, time_s=time_s) for time_s in times])
    assert np.array_equal(images[0], images[3])
    assert np.array_equal(images[2], images[4])
    assert np.array_equal(images[1], images[5])
    assert not np.array_equal(images[0], images[1])


def test_a_probe_sees_bodies_round_the_places_of_the_record_on_its_own_rays(context: moderngl.Context) -> None:
    data = crowd()
    moment = Moment(time_s=3.0)
    (seen,) = drawn(context, data, Material.PROBE, [moment])
    place = data.at(moment).place_m.T
    bodies = seen[(seen[..., 2] > 0.02) & (np.abs(seen[..., 1]) < 100.0)][:, :3]
    assert len(bodies) > 400
    apart = np.linalg.norm(bodies[:, None, :2] - place[None, :, :2], axis=2).min(axis=1)
    assert apart.max() < 0.75
    assert bodies[:, 2].max() < 2.2
    offset = seen[..., :3] - np.asarray(VIEW.eye_m)
    direction = offset / np.linalg.norm(offset, axis=-1, keepdims=True)
    hit = (seen[..., 2] > 0.02) & (np.abs(seen[..., 1]) < 100.0)
    assert np.abs(direction - rays(VIEW, SIZE_PX))[hit].max() < 1e-4


def test_light_is_finite_and_opaque_and_figures_darken_the_ground(context: moderngl.Context) -> None:
    data = crowd(costume=[[0.7, 0.0, 0.0]], walking=0.0)
    nobody = Moment(Look(crowd=CrowdLook(density=0.0)), SUN)
    with_people, empty = drawn(context, data, Material.LIT, [Moment(heavens=SUN), nobody])
    (probe,) = drawn(context, data, Material.PROBE, [Moment(heavens=SUN)])
    assert np.isfinite(with_people).all()
    assert (with_people[..., 3] == 1.0).all()
    ground = (probe[..., 2] < 0.001) & (np.abs(probe[..., 1]) < 80.0)
    darker = with_people[..., 1] / np.maximum(empty[..., 1], 1e-6)
    assert darker[ground].max() <= 1.0 + 1e-5
    assert (darker[ground] < 0.8).mean() > 0.01
    assert (darker[ground] > 0.999).mean() > 0.3


def one_person() -> tuple[CrowdData, NDArray[np.float64]]:
    """Somebody who stands about 4 m ahead, and where."""
    area = [[-0.5, 0.5], [0.5, 0.5], [0.5, 1.5], [-0.5, 1.5]]
    data = crowd(area_m=area, count=1, walking=0.0, costume=[[0.7, 0.0, 0.0]])
    return data, data.at(Moment()).place_m[:, 0]


def test_a_figure_casts_its_shadow_away_from_the_sun_in_its_own_shape(context: moderngl.Context) -> None:
    """Where the ray to the sun passes the figure's axis: within a hand it is dark, beyond an arm's reach it is not."""
    data, foot = one_person()
    shadows = Quality(shadow_px=2048)
    nobody = Moment(Look(crowd=CrowdLook(density=0.0)), SUN)
    person, empty = drawn(context, data, Material.LIT, [Moment(heavens=SUN), nobody], shadows)
    (probe,) = drawn(context, data, Material.PROBE, [Moment(heavens=SUN)])
    ground = (probe[..., 2] < 0.001) & (np.abs(probe[..., 1]) < 80.0)
    sun = np.array(toward_sun(SUN))
    level = sun[:2] / np.linalg.norm(sun[:2])
    off = (probe[..., :2] - foot[:2]).astype(np.float64)
    beside, away = np.abs(off @ np.array([-level[1], level[0]])), -(off @ level)
    tall = away * sun[2] / np.linalg.norm(sun[:2])  # where over the ground the ray passes the axis
    darker = person[..., 1] / np.maximum(empty[..., 1], 1e-6)
    trunk = ground & (beside < 0.08) & (tall > 0.95) & (tall < 1.3)
    assert trunk.sum() > 5
    assert darker[trunk].max() < 0.75
    clear = ground & ((beside > 0.8) | (tall > 2.2) | (away < -0.8))
    assert darker[clear].min() > 0.999


def test_a_figure_leaves_no_spots_on_itself(context: moderngl.Context) -> None:
    data, _ = one_person()
    seen = []
    for shadow_px in (0, 2048):
        (image,) = drawn(context, data, Material.LIT, [Moment(heavens=SUN)], Quality(shadow_px=shadow_px))
        seen.append(image)
    (probe,) = drawn(context, data, Material.PROBE, [Moment(heavens=SUN)])
    body = (probe[..., 2] > 0.1) & (np.abs(probe[..., 1]) < 100.0)
    assert body.sum() > 200
    assert (np.abs(seen[1] - seen[0])[body].max(axis=-1) > 0.02).mean() < 0.02


def test_shadows_move_with_the_figures_and_are_the_same_in_any_order(context: moderngl.Context) -> None:
    moments = [Moment(heavens=SUN, time_s=time_s) for time_s in (1.0, 9.0, 1.0)]
    first, later, again = drawn(context, crowd(walking=1.0), Material.LIT, moments, Quality(shadow_px=512))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)


def test_nobody_is_drawn_at_no_density(context: moderngl.Context) -> None:
    nobody = Moment(Look(crowd=CrowdLook(density=0.0)))
    (seen,) = drawn(context, crowd(), Material.PROBE, [nobody])
    assert not ((seen[..., 2] > 0.02) & (np.abs(seen[..., 1]) < 100.0)).any()


def test_a_crowd_moves_unless_nobody_is_there(context: moderngl.Context) -> None:
    passes = list(chain.from_iterable(crowd_passes(Setup(context, Quality(), Material.LIT), [crowd()])))
    assert [one.phase for one in passes] == [Phase.OPAQUE, Phase.TRANSPARENT]
    for one in passes:
        assert one.moves(Moment())
        assert not one.moves(Moment(Look(crowd=CrowdLook(density=0.0))))
        one.release()
