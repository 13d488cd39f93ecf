"""The sky on the graphics card: its tables against numpy, its picture against its laws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.sky.light import SUN_LUX, tables_of
from render.layers.sky.reader import read_sky
from render.layers.sky.sky_pass import SkyPass
from render.layers.sky.sky_tables_pass import SkyTablesPass
from render.layers.sky.stars import star_catalogue
from render.scene.scene_data import SceneData
from render.scene.view_block import VIEW_BLOCK_BYTES, ViewBlock
from render.view.layer_pass import Setup
from render.view.material import BRIGHTEST, Material
from render.view.moment import Moment
from render.view.view import View
from stage.messages.frames import Heavens
from stage.model.layers import SkyLayer
from stage.model.look import Exposure, HazeLook, Look, SkyLook, Weather
from stage.model.stagefile import Quality
from tests.shaders.scene_drawing import rays, view_from
from tools.bench.picture.sky_drawn import SUNS_DEG, drawn_sky_error

SIZE_PX = (96, 64)
FINE_PX = (480, 320)
LAYER = SkyLayer(kind="sky", exposure_ev=-6.0)
SCENE = SceneData("sky", sky=read_sky(LAYER, Path()))
Picture = NDArray[np.float32]


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


class Drawing:
    """One sky and a target of 32 bits."""

    def __init__(
        self, ctx: moderngl.Context, material: Material = Material.LIT, size_px: tuple[int, int] = SIZE_PX
    ) -> None:
        self.size_px = size_px
        self.ctx = ctx
        self.sky = SkyPass(Setup(ctx, Quality(), material), read_sky(LAYER, Path()))
        self.target = ctx.framebuffer([ctx.texture(size_px, 4, dtype="f4")], ctx.depth_renderbuffer(size_px))
        self.block, self.buffer = ViewBlock(SCENE), ctx.buffer(reserve=VIEW_BLOCK_BYTES)

    def picture(self, moment: Moment, view: View, for_light: bool = False) -> Picture:
        """(h, w, 4), row 0 on top."""
        self.target.use()
        self.target.viewport = (0, 0, *self.size_px)
        self.ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self.ctx.depth_func = "<="
        self.target.clear(0.0, 0.0, 0.0, 1.0, depth=1.0)
        self.buffer.write(self.block.pack(view, moment, for_light=for_light))
        self.buffer.bind_to_uniform_block(0)
        self.sky.draw(view, moment)
        content = np.frombuffer(self.target.read(components=4, dtype="f4"), np.float32)
        return content.reshape(self.size_px[1], self.size_px[0], 4)[::-1].copy()


@pytest.fixture(scope="module")
def drawing(context: moderngl.Context) -> Drawing:
    return Drawing(context)


def _moment(sun_deg: float, sky: SkyLook | None = None, time_s: float = 0.0, ev: float = 0.0) -> Moment:
    look = Look(sky=sky or SkyLook(), exposure=Exposure(ev=ev), weather=Weather(wind_mps=10.0))
    return Moment(look, Heavens(0.0, sun_deg, 180.0, -sun_deg, 1.0), time_s)


@pytest.mark.parametrize("sun_deg", SUNS_DEG)
def test_the_picture_is_the_model_integrated_by_numpy(context: moderngl.Context, sun_deg: float) -> None:
    """Clear sky, away from the discs: 3 % (numpy: 96 steps without a dome; the card: 32 steps and a dome of 160 x 96),
    6 % within 8 degrees of the horizon or at dusk."""
    error = drawn_sky_error(context, sun_deg)
    assert error.steep < (0.03 if sun_deg > 0.0 else 0.06)
    assert error.all < (0.06 if sun_deg > 0.0 else 0.10)


@pytest.mark.parametrize("cover", [0.0, 0.4, 1.0])
def test_there_is_no_nan_at_any_hour(drawing: Drawing, cover: float) -> None:
    for sun_deg in (90.0, 0.3, 0.0, -0.3, -6.0, -18.0, -90.0):
        for tilt_deg in (-89.0, 0.0, 89.9):
            sky = SkyLook(cloud_cover=cover, moon_gain=100.0, stars_gain=100.0)
            picture = drawing.picture(_moment(sun_deg, sky, ev=6.0), view_from((0.0, 0.0, 1.6), 0.0, tilt_deg))
            assert np.isfinite(picture).all()
            assert (picture[..., :3] >= 0.0).all()
            assert (picture[..., :3] <= BRIGHTEST * 1.01).all()
            assert (picture[..., 3] == 1.0).all()


def test_a_probe_says_where_the_background_is(context: moderngl.Context) -> None:
    view = view_from((1.0, -2.0, 1.6), 20.0, 10.0)
    picture = Drawing(context, Material.PROBE).picture(_moment(30.0), view)
    assert picture[..., :3] == pytest.approx(np.array(view.eye_m) + 1e5 * rays(view), rel=1e-4, abs=0.5)


def test_there_is_no_seam_at_the_horizon_or_behind_the_sun(drawing: Drawing) -> None:
    """Neighbouring pixels of a level view differ by little, on both sides of the horizon and opposite the sun."""
    for pan_deg in (90.0, 180.0):
        picture = drawing.picture(_moment(25.0), view_from((0.0, 0.0, 1.6), pan_deg, 3.0))[..., 1]
        assert np.abs(np.diff(picture, axis=1) / picture[:, 1:]).max() < 0.03
        assert np.abs(np.diff(picture, axis=0) / picture[1:]).max() < 0.25


def test_the_same_moment_is_the_same_picture_in_any_order(context: moderngl.Context, drawing: Drawing) -> None:
    view = view_from((0.0, 0.0, 1.6), 20.0, 20.0)
    moments = [
        _moment(s, SkyLook(cloud_cover=c), t) for s, c, t in ((40.0, 0.5, 3.0), (-30.0, 0.0, 0.0), (2.0, 1.0, 90.0))
    ]
    before = [drawing.picture(moment, view).tobytes() for moment in moments]
    after = [drawing.picture(moment, view).tobytes() for moment in reversed(moments)]
    assert before == after[::-1]
    assert before == [Drawing(context).picture(moment, view).tobytes() for moment in moments]


def test_clouds_move_with_wind_and_time_alone(drawing: Drawing) -> None:
    view = view_from((0.0, 0.0, 1.6), 0.0, 40.0)
    cloudy = SkyLook(cloud_cover=0.5)
    now, later = drawing.picture(_moment(40.0, cloudy), view), drawing.picture(_moment(40.0, cloudy, 30.0), view)
    assert np.abs(now - later).max() > 0.3
    assert drawing.sky.moves(_moment(40.0, cloudy))
    still = replace(_moment(40.0, cloudy), look=Look(sky=cloudy, weather=Weather(wind_mps=0.0)))
    assert not drawing.sky.moves(still)
    assert not drawing.sky.moves(_moment(40.0))


def test_more_cover_is_more_cloud(drawing: Drawing) -> None:
    view = view_from((0.0, 0.0, 1.6), 150.0, 60.0)
    clear = drawing.picture(_moment(40.0), view)
    shares = []
    for cover in (0.2, 0.5, 0.9):
        seen = drawing.picture(_moment(40.0, SkyLook(cloud_cover=cover, cloud_density=1.0)), view)
        shares.append((np.abs(seen - clear).max(axis=-1) > 0.1).mean())
    assert shares == sorted(shares)
    assert shares[0] < 0.6
    assert shares[2] > 0.7


@pytest.mark.parametrize("size_px", [SIZE_PX, FINE_PX])
def test_the_sun_gives_its_illuminance_where_it_stands(context: moderngl.Context, size_px: tuple[int, int]) -> None:
    """The disc's radiance times its solid angle, in a picture where it is less than a pixel and in one where it is
    three pixels wide. 25 % of what comes through the air: its edge falls between pixels."""
    drawing, view = Drawing(context, size_px=size_px), view_from((0.0, 0.0, 1.6), 3.0, 30.0)
    moment = _moment(30.0, ev=-5.0)  # below what the sun is cut at
    toward = np.array([0.0, np.cos(np.radians(30.0)), np.sin(np.radians(30.0))])
    disc = (drawing.picture(moment, view) - drawing.picture(moment, view, for_light=True))[..., 1]
    row, column = np.unravel_index(disc.argmax(), disc.shape)
    pixel_deg = 70.0 / size_px[0]
    assert np.degrees(np.arccos(rays(view, size_px)[row, column] @ toward)) < 0.3 + pixel_deg
    expected = tables_of(LAYER).passed(30.0, 1.0)[1] * SUN_LUX * tables_of(LAYER).unit_per_nit / 2.0**5
    assert (disc * _solid_angles(view, size_px)).sum() == pytest.approx(expected, rel=0.25)


def test_stars_shine_with_the_illuminance_of_the_catalogue(context: moderngl.Context) -> None:
    """Radiance times solid angle, summed over the pixels, is what the stars in front give, in two pictures that cut
    the sky differently. 10 %: stars on the border are half in."""
    stars = star_catalogue(LAYER.seed).astype(np.float64)
    drawing = Drawing(context, size_px=FINE_PX)
    for tilt_deg in (60.0, 80.0):
        view = view_from((0.0, 0.0, 1.6), 0.0, tilt_deg)
        dark = SkyLook(moon_gain=0.0)
        lit = drawing.picture(_moment(-40.0, dark, ev=12.0), view)
        off = drawing.picture(_moment(-40.0, replace(dark, stars_gain=0.0), ev=12.0), view)
        glow = np.median((lit - off)[..., 1], axis=1, keepdims=True)
        shown = float((((lit - off)[..., 1] - glow) * _solid_angles(view)).sum())
        clip = np.concatenate([stars[:, :3], np.zeros((len(stars), 1))], axis=1) @ np.array(
            view.clip_from_stage
        ).reshape(4, 4)
        seen = (np.abs(clip[:, 0]) < clip[:, 3]) & (np.abs(clip[:, 1]) < clip[:, 3]) & (stars[:, 2] > 0.0)
        unit = tables_of(LAYER).unit_per_nit * 2.0**12
        assert seen.sum() > 200
        assert shown == pytest.approx((stars[seen, 4] * np.exp(-0.25 / stars[seen, 2])).sum() * unit, rel=0.10)


def _solid_angles(view: View, size_px: tuple[int, int] = FINE_PX) -> NDArray[np.float64]:
    """(h, w) of each pixel: the area between its neighbours' directions."""
    fine = rays(view, (size_px[0] * 2, size_px[1] * 2))
    right, down = np.gradient(fine, axis=1)[::2, ::2] * 2.0, np.gradient(fine, axis=0)[::2, ::2] * 2.0
    return np.asarray(np.linalg.norm(np.cross(right, down), axis=-1))


def test_fog_before_the_sky_is_as_deep_as_its_layer(drawing: Drawing) -> None:
    """Depth = density x height / sine of the elevation; what is lost becomes haze, brighter toward the sun."""
    clear = _moment(40.0)
    fog = replace(clear, look=replace(clear.look, haze=HazeLook(fog_per_m=0.002, height_m=100.0)))
    light = drawing.block.light(fog)
    for tilt_deg in (15.0, 70.0):
        view = view_from((0.0, 0.0, 1.6), 100.0, tilt_deg)
        directions = rays(view)
        seen = directions[..., 2] > 0.02
        passed = np.exp(-0.2 / directions[seen][:, 2:])
        toward = (0.5 + 0.5 * directions[seen] @ np.array(light.toward))[:, None] ** 6
        haze = np.array(light.haze) + toward * np.array(light.glow)
        expected = drawing.picture(clear, view)[seen][:, :3] * passed + haze * (1.0 - passed)
        assert drawing.picture(fog, view)[seen][:, :3] == pytest.approx(expected, rel=2e-3, abs=1e-4)


def test_tables_are_made_again_only_when_their_inputs_change(context: moderngl.Context) -> None:
    target = context.framebuffer([context.texture((4, 4), 4)])
    target.use()
    tables = SkyTablesPass(context, LAYER)
    tables.update(_moment(30.0))
    assert tables.made == 4
    tables.update(_moment(30.0, SkyLook(cloud_cover=0.5, gain=0.3), time_s=9.0, ev=3.0))
    assert tables.made == 4
    tables.update(_moment(31.0))
    assert tables.made == 6
    tables.update(_moment(31.0, SkyLook(aerosol=2.0)))
    assert tables.made == 10
    assert context.fbo is target
    tables.release()


def test_every_variant_can_be_drawn_once(context: moderngl.Context) -> None:
    sky = SkyPass(Setup(context, Quality(), Material.LIT), read_sky(LAYER, Path()), haze_per_m=0.01)
    target = context.framebuffer([context.texture((4, 4), 4)], context.depth_renderbuffer((4, 4)))
    target.use()
    sky.warm_up(view_from((0.0, 0.0, 1.6)))
    assert context.error == "GL_NO_ERROR"
    sky.release()
