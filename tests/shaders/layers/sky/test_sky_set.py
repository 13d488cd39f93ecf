"""A set under a sky: its ground is lit by sun, moon and sky as numpy says, and fades into the haze of the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart
from render.layers.sky.light import sky_light, tables_of
from render.layers.sky.reader import read_sky
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.scene.view_block import ViewBlock
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.messages.frames import Heavens
from stage.model.layers import SkyLayer
from stage.model.look import HazeLook, Look, SkyLook, Weather
from stage.model.scene import Ambient
from stage.model.stagefile import Quality
from tests.shaders.scene_drawing import pixels_of, rays, scene_of, view_from

SIZE_PX = (48, 32)
LAYER = SkyLayer(kind="sky", exposure_ev=-6.0)
FAR_M = 20_000.0
EYE_M = (0.0, 0.0, 2.0)
WHITE, BLACK = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 1.0)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _plain(colour: tuple[float, float, float, float], source: str = "gradient") -> SceneData:
    """A level plain to the horizon, 40 km wide."""
    corners = np.zeros((4, 12), np.float32)
    corners[:, :2] = ((-FAR_M, -FAR_M), (FAR_M, -FAR_M), (FAR_M, FAR_M), (-FAR_M, FAR_M))
    corners[:, 5], corners[:, 8:] = 1.0, 1.0
    part = MeshPart(corners, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), 0)
    scene = scene_of((part,), (MeshMaterial(colour),), [(0, np.eye(4))])
    return replace(scene, sky=read_sky(LAYER, Path()), ambient=Ambient.model_validate({"source": source}))


def _drawn(ctx: moderngl.Context, scene: SceneData, view: View, moment: Moment) -> NDArray[np.float32]:
    target = ctx.framebuffer([ctx.texture(SIZE_PX, 4, dtype="f4")], ctx.depth_renderbuffer(SIZE_PX))
    scene_pass = ScenePass(ctx, scene, Quality(), Material.LIT)
    scene_pass.draw(target, (0, 0, *SIZE_PX), view, moment)
    picture = pixels_of(target)[..., :3].copy()
    scene_pass.release()
    return picture


@pytest.mark.parametrize("source", ["gradient", "background"])
@pytest.mark.parametrize(
    ("sun_deg", "look"),
    [
        (50.0, Look()),
        (12.0, Look()),
        (50.0, Look(sky=SkyLook(cloud_cover=1.0))),
        (-30.0, Look(sky=SkyLook(moon_gain=50.0))),
    ],
)
def test_level_ground_gets_sun_and_sky(context: moderngl.Context, source: str, sun_deg: float, look: Look) -> None:
    """White ground, seen from 2 m: direct light by the sine of the elevation, and the light from above. 1 % with the
    gradient; 20 % with the sky drawn into its environment (nine harmonics of it; clouds as they stand)."""
    look = replace(look, exposure=replace(look.exposure, ev=6.0 if sun_deg < 0.0 else 0.0))
    heavens = Heavens(40.0, sun_deg, 220.0, -sun_deg, 1.0)
    light = sky_light(tables_of(LAYER), look, heavens)
    expected = (np.array(light.direct) * max(light.toward[2], 0.0) + np.array(light.above)) * look.exposure.gain
    picture = _drawn(context, _plain(WHITE, source), view_from(EYE_M, 0.0, -80.0), Moment(look, heavens))
    middle = picture[SIZE_PX[1] // 2, SIZE_PX[0] // 2]
    tolerance = 0.01 if source == "gradient" else 0.20
    assert middle.sum() == pytest.approx(expected.sum(), rel=tolerance)


@pytest.mark.parametrize("haze", [HazeLook(), HazeLook(fog_per_m=0.002, height_m=30.0)])
def test_distance_fades_into_the_haze_of_the_horizon(context: moderngl.Context, haze: HazeLook) -> None:
    """Black ground: what is seen is haze alone. Its depth is the density integrated along the way by the midpoint rule;
    its colour the horizon's, brighter toward the sun."""
    moment = Moment(Look(haze=haze), Heavens(20.0, 15.0))
    scene, view = _plain(BLACK), view_from(EYE_M, 0.0, -8.0)
    light = ViewBlock(scene).light(moment)
    directions = rays(view, SIZE_PX)
    seen = directions[..., 2] < -0.01
    way = -EYE_M[2] / directions[seen][:, 2]
    air = (13.558e-3 + 0.050) / 1000.0
    share = (np.arange(200) + 0.5) / 200
    height = EYE_M[2] * (1.0 - share)
    thin = np.exp(-height / haze.height_m).mean() if haze.height_m else 1.0
    hidden = 1.0 - np.exp(-(air + haze.fog_per_m) * thin * way)[:, None]
    toward = (0.5 + 0.5 * directions[seen] @ np.array(light.toward))[:, None] ** 6
    expected = hidden * (np.array(light.haze) + toward * np.array(light.glow))
    picture = _drawn(context, scene, view, moment)[seen]
    assert picture == pytest.approx(expected, rel=5e-3, abs=2e-5)


def test_ground_and_sky_meet_without_a_seam_far_away(context: moderngl.Context) -> None:
    """On a hazy day the far edge of the plain is as bright as the horizon above it, within a fifth."""
    moment = Moment(Look(sky=SkyLook(aerosol=8.0)), Heavens(120.0, 30.0))
    picture = _drawn(context, _plain((0.3, 0.3, 0.3, 1.0)), view_from(EYE_M, 0.0, 0.0), moment)[:, 24, 1]
    directions = rays(view_from(EYE_M, 0.0, 0.0), SIZE_PX)[:, 24, 2]
    above, below = picture[directions > 0.0][-1], picture[directions < 0.0][0]
    assert below == pytest.approx(above, rel=0.2)


def test_rain_that_comes_later_mirrors_the_sky_as_rain_that_was_there(context: moderngl.Context) -> None:
    """Dry ground needs no mirrored sky: it is made when rain comes, also where its light was there before."""
    scene, view = _plain(WHITE, "background"), view_from(EYE_M, tilt_deg=-20.0)
    heavens = Heavens(sun_elevation_deg=30.0)
    dry, wet = (Moment(Look(weather=Weather(wetness=wetness)), heavens) for wetness in (0.0, 1.0))
    target = context.framebuffer([context.texture(SIZE_PX, 4, dtype="f4")], context.depth_renderbuffer(SIZE_PX))
    scene_pass = ScenePass(context, scene, Quality(), Material.LIT)
    pictures = []
    for moment in (dry, wet, dry):
        scene_pass.draw(target, (0, 0, *SIZE_PX), view, moment)
        pictures.append(pixels_of(target)[..., :3].copy())
    scene_pass.release()
    assert np.array_equal(pictures[1], _drawn(context, scene, view, wet))
    assert np.array_equal(pictures[2], pictures[0])
    assert not np.allclose(pictures[0], pictures[1], rtol=0.02)
