"""Meshes bent on the graphics card against numpy; the same time gives the same bytes, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from stage.model.stagefile import Quality
from tests.sets.moving_glb import bent_strip
from tests.shaders.scene_drawing import SIZE_PX, rays, view_from
from tests.unit.render.layers.mesh.test_animation import loaded, strip_at

VIEW = view_from((0.5, -3.0, 1.0))


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def pictures(
    context: moderngl.Context, folder: Path, material: Material, times: list[float], second_set: bool = False
) -> list[bytes]:
    """The strip at these times, drawn by one pass, float32 RGBA, row 0 at the bottom; `second_set`: its joints are the
    fifth to eighth of each vertex, and the first four weigh nothing."""
    glb, *_ = bent_strip()
    if second_set:
        own = glb.document["meshes"][0]["primitives"][0]["attributes"]
        own |= {"JOINTS_1": own["JOINTS_0"], "WEIGHTS_1": own["WEIGHTS_0"]}
        own["WEIGHTS_0"] = glb.numbers(np.zeros((18, 4), np.float32))
    scene = SceneData("strip", loaded(glb, folder, animation="wave"))
    made = ScenePass(context, scene, Quality(shadow_px=512), material)
    colour, depth = context.texture(SIZE_PX, 4, dtype="f4"), context.depth_renderbuffer(SIZE_PX)
    target = context.framebuffer(colour, depth)
    result = []
    for time_s in times:
        made.draw(target, (0, 0, *SIZE_PX), VIEW, Moment(time_s=time_s))
        result.append(target.read(components=4, dtype="f4"))
    made.release()
    for thing in (target, colour, depth):
        thing.release()
    return result


@pytest.mark.parametrize("time_s", [0.0, 0.6, 1.0])
def test_a_bent_strip_is_where_numpy_bends_it(context: moderngl.Context, time_s: float, tmp_path: Path) -> None:
    (picture,) = pictures(context, tmp_path, Material.PROBE, [time_s])
    seen = np.frombuffer(picture, dtype=np.float32).reshape(*SIZE_PX[::-1], 4)[::-1, :, :3]
    _, rest, _, weights = bent_strip()
    corners = strip_at(time_s, rest, weights)
    direction = rays(VIEW)
    at_plane = np.asarray(VIEW.eye_m) + direction * (3.0 / direction[..., 1])[..., None]
    inside = np.zeros(SIZE_PX[::-1], dtype=np.bool_)
    for first in range(0, 16, 2):
        for triangle in ((0, 1, 2), (1, 3, 2)):
            a, b, c = corners[[first + corner for corner in triangle]][:, [0, 1]]
            side = [
                (q[0] - p[0]) * (at_plane[..., 2] - p[1]) - (q[1] - p[1]) * (at_plane[..., 0] - p[0])
                for p, q in ((a, b), (b, c), (c, a))
            ]
            inside |= np.abs(np.sign(side).sum(axis=0)) == 3
    drawn = np.abs(seen[..., 1]) < 1.0
    assert inside.sum() > 100
    assert (drawn != inside).mean() < 0.005
    both = drawn & inside
    assert np.abs(seen[both] - at_plane[both]).max() < 2e-3


@pytest.mark.parametrize("material", list(Material))
def test_a_time_looks_the_same_whatever_was_drawn_before(
    context: moderngl.Context, material: Material, tmp_path: Path
) -> None:
    first, other, again, loop = pictures(context, tmp_path, material, [0.5, 1.25, 0.5, 2.5])
    assert first == again == loop
    assert first != other


def test_joints_beyond_the_fourth_bend_as_the_first_four_do(context: moderngl.Context, tmp_path: Path) -> None:
    one, two = (pictures(context, tmp_path, Material.PROBE, [0.6], second) for second in (False, True))
    assert one == two
