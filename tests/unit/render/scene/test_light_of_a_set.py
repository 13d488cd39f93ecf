"""Which light a set has: where its ambient light comes from, when its lamps are on, how the sun sees it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from render.layers.mesh.lamp_block import MOST_LAMPS, kept_lamps, lamp_block
from render.layers.mesh.mesh_data import PunctualLight
from render.layers.mesh.practicals import practicals_gain
from render.scene.scene_data import SceneData
from render.view.moment import Moment
from render.view.sun_frame import RADII_M, SunFrames
from stage.messages.frames import Heavens
from stage.model.look import Look, Practicals
from stage.model.scene import Scene
from tests.shaders.scene_drawing import scene_of
from tests.shaders.spheres import board, ground

EQUIRECT = {"kind": "equirect", "file": "sky.hdr"}
MESH = {"kind": "gltf", "file": "set.glb"}


@pytest.mark.parametrize(
    ("layers", "ambient", "source"),
    [
        ([MESH], None, "gradient"),
        ([MESH, EQUIRECT], None, "background"),
        ([MESH, {"kind": "sky"}], None, "background"),
        ([MESH, EQUIRECT], {"up": [1.0, 1.0, 1.0]}, "gradient"),
        ([MESH, EQUIRECT], {"source": "background"}, "background"),
        ([MESH, {"kind": "sky"}], {"source": "gradient"}, "gradient"),
    ],
)
def test_a_set_with_ambient_keeps_its_gradient_and_others_take_the_background(
    layers: list[Any], ambient: dict[str, Any] | None, source: str
) -> None:
    given = {} if ambient is None else {"ambient": ambient}
    scene = Scene.model_validate({"schema": "scene/1", "name": "a", "layers": layers, **given})
    assert scene.light_from_all_sides.source == source


def gain(mode: Any, elevation_deg: float, level: float = 1.0) -> float:
    look = Look(practicals=Practicals(mode, level))
    return practicals_gain(Moment(look, Heavens(sun_elevation_deg=elevation_deg)))


def test_practicals_come_on_at_dusk_smoothly_and_obey_their_mode() -> None:
    assert gain("auto", 30.0) == gain("off", -20.0) == gain("auto", 4.0) == 0.0
    assert gain("auto", -2.0, 3.0) == gain("auto", -20.0, 3.0) == gain("on", 50.0, 3.0) == 3.0
    rising = [gain("auto", elevation) for elevation in np.linspace(4.0, -2.0, 50)]
    assert rising == sorted(rising)
    assert max(np.diff(rising)) < 0.04


def test_of_many_lamps_the_strongest_are_kept_in_their_order() -> None:
    lights = tuple(PunctualLight("point", (float(number % 20), 0.0, 0.0), name=str(number)) for number in range(40))
    kept = kept_lamps(lights)
    assert len(kept) == MOST_LAMPS
    assert min(light.intensity[0] for light in kept) >= 11.0
    assert [int(light.name) for light in kept] == sorted(int(light.name) for light in kept)


def sun_frames(scene: SceneData) -> SunFrames:
    return SunFrames(scene.meshes.instance_low_m, scene.meshes.instance_high_m)


def suns() -> list[tuple[float, float, float]]:
    random = np.random.default_rng(8)
    toward = random.normal(size=(20, 3))
    toward[:, 2] = np.abs(toward[:, 2])
    toward /= np.linalg.norm(toward, axis=1, keepdims=True)
    return [(float(x), float(y), float(z)) for x, y, z in [*toward, (0.0, 0.0, 1.0)]]


@pytest.mark.parametrize("toward", suns())
def test_light_space_is_upright_whole_and_the_same_from_every_eye(toward: tuple[float, float, float]) -> None:
    scene = scene_of((ground(), board()), (), [(0, np.eye(4)), (1, np.eye(4))])
    frame = sun_frames(scene).frame(toward)
    axes = np.array([frame.across, frame.along, frame.toward])
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    corners = np.concatenate([scene.meshes.instance_low_m, scene.meshes.instance_high_m])
    eyes = [(0.0, 0.0, 0.0), (123.0, -45.0, 6.0)]
    seen = [np.array([[np.dot(row[:3], p - eye) + row[3] for row in frame.rows(eye)] for p in corners]) for eye in eyes]
    assert seen[0] == pytest.approx(seen[1], abs=1e-9)
    assert seen[0][:, 2].min() >= 0.0
    assert seen[0][:, 2].max() <= 1.0
    toward_light = np.array([np.dot(frame.rows((0.0, 0.0, 0.0))[2][:3], np.array(toward))])
    assert toward_light[0] < 0.0, "what is nearer to the sun has less depth"


def test_a_set_has_as_many_squares_as_it_is_large() -> None:
    counts = []
    for half_m in (5.0, 20.0, 400.0):
        scene = scene_of((ground(half_m=half_m),), (), [(0, np.eye(4))])
        counts.append(len(sun_frames(scene).radii_m()))
    assert counts == [1, 2, len(RADII_M)]
    assert math.isclose(sun_frames(scene_of((), (), [])).radii_m()[0], RADII_M[0])


@pytest.mark.parametrize(("mode", "burning"), [("on", 3), ("off", 1)])
def test_lamps_that_burn_come_first_and_are_counted(mode: Any, burning: int) -> None:
    """The shader sums as many as the first lamp's cone says; the lamps that are out follow it."""
    lights = tuple(PunctualLight("point", (1.0, 1.0, 1.0), practical=practical) for practical in (True, False, True))
    moment = Moment(Look(practicals=Practicals(mode)), Heavens(sun_elevation_deg=30.0))
    rows = np.frombuffer(lamp_block(lights, (0.0, 0.0, 0.0), moment), np.float32).reshape(3, 16)
    assert rows[:, 14].tolist() == [burning] * 3
    assert (rows[:burning, 4:7] > 0.0).all()
    assert (rows[burning:, 4:7] == 0.0).all()
