"""Keyframes, rigs and skins against formulas; what is wrong in a file told with its place."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from render.layers.mesh.animation import Clip, Track
from render.layers.mesh.draw_list import DrawList
from render.layers.mesh.mesh_data import MeshData
from render.scene.loading import load_scene_data
from stage.errors import InputError
from stage.maths.arrays import Floats
from stage.model.scene import Scene
from tests.sets.moving_glb import bent_strip, clip
from tests.sets.tiny_glb import Glb, tetrahedron
from tests.shaders.scene_drawing import view_from

ROW = np.array([0])
TIMES = np.array([0.0, 0.5, 2.0])


def loaded(glb: Glb, folder: Path, **layer: object) -> MeshData:
    """The meshes of a set of one layer."""
    (folder / "set.glb").write_bytes(glb.glb())
    content = {"schema": "scene/1", "name": "set", "layers": [{"kind": "gltf", "file": "set.glb", **layer}]}
    return load_scene_data(Scene.model_validate(content), folder).meshes


def test_linear_values_lie_on_the_line_and_stand_still_outside() -> None:
    values = np.array([[[0.0, 1.0, 2.0]], [[1.0, 1.0, 0.0]], [[4.0, -2.0, 0.0]]])
    track = Track("translation", "LINEAR", ROW, TIMES, values)
    assert np.allclose(track.at(0.25), [[0.5, 1.0, 1.0]])
    assert np.allclose(track.at(1.25), [[2.5, -0.5, 0.0]])
    assert np.array_equal(track.at(-1.0), values[0])
    assert np.array_equal(track.at(9.0), values[2])


def test_steps_hold_until_the_next_key() -> None:
    track = Track("scale", "STEP", ROW, TIMES, np.arange(9.0).reshape(3, 1, 3))
    assert track.at(0.4999).tolist() == [[0.0, 1.0, 2.0]]
    assert track.at(0.5).tolist() == [[3.0, 4.0, 5.0]]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_rotations_turn_evenly_the_shorter_way(share: float, sign: float) -> None:
    angle = 2.0
    end = sign * np.array([math.sin(angle / 2), 0.0, 0.0, math.cos(angle / 2)])
    track = Track("rotation", "LINEAR", ROW, np.array([0.0, 1.0]), np.array([[[0.0, 0.0, 0.0, 1.0]], [end]]))
    got = track.at(share)[0]
    assert np.allclose(got, [math.sin(share * angle / 2), 0.0, 0.0, math.cos(share * angle / 2)], atol=1e-12)


def test_a_cubic_spline_follows_the_cubic_it_was_made_from() -> None:
    def value(t: Floats) -> Floats:
        return np.stack([t**3 - t, 2 * t**2, 1.0 - t], axis=-1)

    def slope(t: Floats) -> Floats:
        return np.stack([3 * t**2 - 1, 4 * t, -np.ones_like(t)], axis=-1)

    keys = np.stack([slope(TIMES), value(TIMES), slope(TIMES)], axis=1)[:, :, None]
    track = Track("translation", "CUBICSPLINE", ROW, TIMES, keys)
    for time_s in (0.0, 0.2, 0.5, 0.9, 1.7, 2.0):
        assert np.allclose(track.at(time_s)[0], value(np.array(time_s)), atol=1e-12)


def test_a_loop_is_exact_forward_and_backward() -> None:
    one = Clip("one", (Track("scale", "LINEAR", ROW, TIMES, np.ones((3, 1, 3))),))
    assert one.duration_s == 2.0
    assert one.time_in(0.75, 1.0) == one.time_in(0.75 + 6.0, 1.0) == 0.75
    assert one.time_in(0.75, -2.0) == 0.5


def strip_at(time_s: float, rest: Floats, weights: Floats) -> Floats:
    """The strip's corners in glTF's axes by trigonometry: the upper joint turns by up to 60 degrees about z."""
    turned = math.radians(60.0) * (1.0 - abs(1.0 - time_s % 2.0))
    cosine, sine = math.cos(turned), math.sin(turned)
    from_joint = rest - [0.0, 1.0, 0.0]
    upper = np.stack(
        [
            cosine * from_joint[:, 0] - sine * from_joint[:, 1],
            sine * from_joint[:, 0] + cosine * from_joint[:, 1] + 1.0,
        ],
        axis=1,
    )
    bent = rest.copy()
    bent[:, :2] = weights[:, :1] * rest[:, :2] + weights[:, 1:2] * upper
    return np.asarray(bent + np.array([0.5, 0.0, 0.0]))


@pytest.mark.parametrize("time_s", [0.0, 0.3, 1.0, 1.75, 4.6])
def test_palettes_bend_a_strip_as_trigonometry_does_and_boxes_hold_it(time_s: float, tmp_path: Path) -> None:
    glb, rest, joints, weights = bent_strip()
    meshes = loaded(glb, tmp_path, animation="wave", position_m=[1.0, 2.0, 3.0])
    assert meshes.animated
    pose = meshes.moving[0].pose(time_s)
    rows = np.einsum("vk,vkij->vij", weights, pose.palettes[0][joints])
    bent = np.einsum("vij,vj->vi", rows[:, :, :3], rest) + rows[:, :, 3] + pose.stage_from_instance[0, :3, 3]
    expected = strip_at(time_s, rest, weights)
    expected = np.stack([expected[:, 0], -expected[:, 2], expected[:, 1]], axis=1) + np.array([1.0, 2.0, 3.0])
    assert np.allclose(bent, expected, atol=1e-6)
    assert (bent >= pose.low_m[0] - 1e-6).all()
    assert (bent <= pose.high_m[0] + 1e-6).all()


def moving_box(folder: Path, **layer: object) -> MeshData:
    """A tetrahedron that goes 10 m along x in 4 s, beside one that stands still."""
    glb = tetrahedron()
    glb.add("nodes", {"mesh": 0, "translation": [0.0, 0.0, -20.0]})
    clip(glb, "go", [(0, "translation", np.array([0.0, 4.0]), np.array([[0.0, 0, 0], [10.0, 0, 0]]), "LINEAR")])
    return loaded(glb, folder, **layer)


def test_only_what_a_clip_moves_moves_at_its_speed(tmp_path: Path) -> None:
    meshes = moving_box(tmp_path, animation="go", animation_speed=2.0)
    assert meshes.moving[0].instances.tolist() == [0]
    assert meshes.moving[0].pose(1.0).stage_from_instance[0, :3, 3].tolist() == [5.0, 0.0, 0.0]
    assert meshes.moving[0].pose(1.0).low_m[0, 0] == 5.0


def test_a_set_stands_still_without_a_chosen_clip_and_says_what_there_is(tmp_path: Path) -> None:
    meshes = moving_box(tmp_path)
    assert (meshes.animated, meshes.moving) == (False, ())
    assert [entry.asks for entry in meshes.passport] == ["animations (go)"]


def test_what_moves_out_of_the_view_is_left_out_and_what_moves_in_is_drawn(tmp_path: Path) -> None:
    meshes = moving_box(tmp_path, animation="go")
    drawn = DrawList(meshes)
    (moving,) = meshes.moving
    rows = drawn.rows_of(moving.instances)
    counts = []
    for time_s in (0.0, 3.9, 0.0):
        pose = moving.pose(time_s)
        drawn.place(rows, pose.stage_from_instance, pose.low_m, pose.high_m)
        counts.append(len(drawn.visible(view_from((0.0, -6.0, 0.5))).records))
    assert counts == [2, 1, 2]


def _unknown_clip(glb: Glb) -> None:
    glb.document["animations"][0]["name"] = "stroll"


def _falling_times(glb: Glb) -> None:
    times = np.array([4.0, 0.0], dtype=np.float32)
    glb.document["animations"][0]["samplers"][0]["input"] = glb.numbers(times)


def _no_node(glb: Glb) -> None:
    glb.document["animations"][0]["channels"][0]["target"]["node"] = 7


def _short(glb: Glb) -> None:
    glb.document["animations"][0]["samplers"][0]["output"] = glb.numbers(np.zeros((1, 3), dtype=np.float32))


def _far(glb: Glb) -> None:
    glb.document["animations"][0]["samplers"][0]["output"] = glb.numbers(np.full((2, 3), 1e12, dtype=np.float32))


def _matrix(glb: Glb) -> None:
    glb.document["nodes"][0]["matrix"] = np.eye(4).reshape(-1).tolist()


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        (_unknown_clip, "animations"),
        (_falling_times, "animations[0].samplers[0].input"),
        (_no_node, "animations[0].channels[0].target.node"),
        (_short, "accessors["),
        (_far, "animations[0].samplers[0].output"),
        (_matrix, "nodes[0].matrix"),
    ],
)
def test_errors_tell_their_place(damage: Callable[[Glb], None], field: str, tmp_path: Path) -> None:
    glb = tetrahedron()
    keys = np.array([[0.0, 0, 0], [10.0, 0, 0]])
    clip(glb, "go", [(0, "translation", np.array([0.0, 4.0]), keys, "LINEAR")])
    damage(glb)
    with pytest.raises(InputError) as caught:
        loaded(glb, tmp_path, animation="go")
    assert caught.value.field.startswith(field)


def test_a_clip_that_moves_nothing_plays_as_nothing(tmp_path: Path) -> None:
    glb, *_ = bent_strip()
    glb.document["animations"][0]["channels"] = []
    meshes = loaded(glb, tmp_path, animation="wave")
    assert not meshes.animated
    assert np.isfinite(meshes.moving[0].pose(1.0).stage_from_instance).all()


def test_a_joint_that_the_skin_does_not_have_is_an_error(tmp_path: Path) -> None:
    glb, *_ = bent_strip()
    glb.document["skins"][0]["joints"] = [0]
    with pytest.raises(InputError, match="names joint 1 of 1"):
        loaded(glb, tmp_path)


def test_gpu_instancing_places_a_mesh_many_times(tmp_path: Path) -> None:
    glb = tetrahedron(translation=[0, 5, 0])
    places = np.array([[1.0, 0, 0], [0, 0, 2.0]], dtype=np.float32)
    attributes = {"TRANSLATION": glb.numbers(places)}
    glb.document["nodes"][0]["extensions"] = {"EXT_mesh_gpu_instancing": {"attributes": attributes}}
    glb.document["extensionsRequired"] = ["EXT_mesh_gpu_instancing"]
    meshes = loaded(glb, tmp_path)
    assert meshes.stage_from_instance[:, :3, 3].tolist() == [[1.0, 0.0, 5.0], [0.0, -2.0, 5.0]]
