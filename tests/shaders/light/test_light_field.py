"""The light round the mark is what views of the set show, and measuring it leaves no trace on the walls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest

from render.frame import Renderer
from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshData
from render.light.field import LightFieldKeeper
from render.light.light_field_pass import DRAWN_PX, KEPT_PX
from render.light.meter import SetLightMeter
from render.scene.direct_view import direct_view
from render.scene.scene_data import SceneData
from render.view.moment import outer_moment
from render.view.view import View
from stage.clock import ManualClock
from stage.lights.illumination import Illumination
from stage.maths.projection import CUBE, CUBE_FACE, perspective
from stage.messages.frames import Frame
from stage.model.fixture import Fixture
from stage.model.look import Exposure, Look, SunLook
from stage.model.scene import Ambient, Sun
from tests.shaders.small_stage import camera, frame, small_stage, surfaces_of
from tests.shaders.tiny_set import box_set

STAGE = small_stage()
MARK_M = STAGE.light_mark_m


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def shot(number: int, ev: float = 0.0) -> Frame:
    return replace(frame(number, camera()), look=replace(Look(), exposure=Exposure(ev=ev)))


def meter_of(renderer: Renderer) -> SetLightMeter:
    return SetLightMeter(renderer.ctx, MARK_M, renderer.sets)


def test_a_face_is_the_mean_of_the_view_at_whatever_exposure(context: moderngl.Context) -> None:
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    meter = meter_of(renderer)
    for ev in (0.0, -3.0):
        each = shot(1, ev)
        for face, axes in enumerate(CUBE):
            view = View(MARK_M, perspective(MARK_M, axes, CUBE_FACE))
            seen = direct_view(renderer.sets, view, (DRAWN_PX, DRAWN_PX), outer_moment(shot(1)))[::-1, :, :3]
            block = DRAWN_PX // KEPT_PX
            mean = seen.reshape(KEPT_PX, block, KEPT_PX, block, 3).mean(axis=(1, 3))
            assert meter.light_face(each, face).light == pytest.approx(mean, rel=3e-3, abs=1e-3), (ev, face)
    renderer.release()


def test_another_exposure_is_no_reason_to_measure_again(context: moderngl.Context) -> None:
    """It is put on where the light is used; what changes the set's own light is a reason."""
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    meter = meter_of(renderer)
    brighter = replace(shot(1), look=replace(Look(), sun=SunLook(gain=2.0)))
    assert meter.light_key(shot(1)) == meter.light_key(shot(2, ev=-3.0)) != meter.light_key(brighter)
    renderer.release()


def test_open_sky_is_where_nothing_stands_before_it(context: moderngl.Context) -> None:
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    meter = meter_of(renderer)
    assert not meter.light_face(shot(1), 5).open_sky.any(), "below is the ground"
    assert meter.light_face(shot(1), 4).open_sky.mean() > 0.9, "above is the sky"
    renderer.release()


def test_measuring_light_changes_no_pixel_of_the_walls(context: moderngl.Context) -> None:
    plain = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    measured = Renderer(context, STAGE, surfaces_of(STAGE), box_set())
    meter = meter_of(measured)
    for number in (1, 2, 3):
        plain.draw(shot(number))
        measured.draw(shot(number))
        for face in range(number, number + 2):
            meter.light_face(shot(number), face)
        for output in STAGE.outputs:
            assert np.array_equal(plain.readback.output(output.name), measured.readback.output(output.name))
    plain.release()
    measured.release()


def test_the_lamps_of_a_grey_world_get_pi_times_its_light(context: moderngl.Context) -> None:
    """No background, ambient light alike from all sides: what a lamp stands for is known in lux."""
    grey = replace(
        box_set(), background=None, sun=Sun(radiance=(0.0, 0.0, 0.0)), ambient=Ambient(up=(2, 2, 2), down=(2, 2, 2))
    )
    grey = _without_things(grey)
    renderer = Renderer(context, STAGE, surfaces_of(STAGE), grey)
    keeper = LightFieldKeeper("render", MARK_M, meter_of(renderer), ManualClock())
    each = shot(5)
    renderer.draw(each)
    keeper.warm_up(each)
    field = keeper.turn(each, 0, 1)
    assert field is not None
    lamp = Fixture(name="key", position_m=(0.0, 4.0, 3.0), address=1, spread_deg=120.0)
    lux = Illumination([lamp], MARK_M).lux(field, each.look)
    assert lux[0] == pytest.approx(np.full(3, 200.0 * np.pi), rel=0.01)
    renderer.release()


def _without_things(scene: SceneData) -> SceneData:
    """Its sky alone."""
    return replace(scene, meshes=MeshData())
