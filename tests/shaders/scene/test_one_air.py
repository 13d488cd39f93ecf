"""In full fog, what is far away is no brighter and no darker than the sky behind it, whatever that sky is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshMaterial
from render.layers.sky.reader import read_sky
from render.pictures.picture import Background
from render.scene.scene_data import SceneData
from stage.files.loading import find_look, load_preset
from stage.model.layers import SkyLayer
from stage.model.look import HazeLook
from stage.model.scene import Ambient, Haze, Sun
from tests.shaders.scene_drawing import drawn, scene_of, view_from
from tests.shaders.spheres import ball_at, sphere

FAR_M = 3000.0
CODE = 1.0 / 1023.0
LOOKS = ("neutral", "noon", "golden-hour", "dusk", "rain", "snowfall", "dust-storm", "sky-blue-hour")


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _hills(background: str, up_m: float) -> SceneData:
    """Dark and bright hills of 300 m far away, all round; raised by `up_m`."""
    turns = np.arange(12) * np.pi / 6.0
    places = [np.array([-np.sin(t) * FAR_M, np.cos(t) * FAR_M, 250.0 + up_m]) for t in turns]
    placed = [(number % 2, ball_at(place, 300.0)) for number, place in enumerate(places)]
    materials = (MeshMaterial((0.02, 0.02, 0.02, 1.0)), MeshMaterial((0.9, 0.9, 0.9, 1.0)))
    light = (Sun(pan_deg=30.0, elevation_deg=20.0), Ambient(), Haze(density_per_m=0.0003))
    scene = scene_of((sphere(0, 12), sphere(1, 12)), materials, placed, light=light)
    if background == "sky":
        return replace(scene, sky=read_sky(SkyLayer(kind="sky", exposure_ev=-6.0), Path()))
    if background == "picture":
        radiance = np.random.default_rng(3).uniform(0.0, 1.0, (16, 32, 3)).astype(np.float16)
        return replace(scene, background=Background(radiance))
    return scene


@pytest.mark.parametrize("background", ["sky", "picture", "gradient"])
@pytest.mark.parametrize("name", LOOKS)
def test_in_full_fog_a_hill_is_as_bright_as_the_sky_behind_it(
    context: moderngl.Context, name: str, background: str
) -> None:
    look = load_preset(find_look(name)).look
    weather = replace(look.weather, rain=0.0, snow=0.0, dust=0.0)
    look = replace(look, haze=HazeLook(fog_per_m=0.05), weather=weather)
    hills, none = _hills(background, 0.0), _hills(background, -50_000.0)
    for pan_deg in (0.0, 100.0, 200.0):
        view = view_from((0.0, 0.0, 1.6), pan_deg, 6.0)
        seen = drawn(context, hills, view, look=look)[..., :3]
        behind = drawn(context, none, view, look=look)[..., :3]
        assert behind.max() > 0.0
        assert np.abs(seen - behind).max() / behind.max() <= CODE
