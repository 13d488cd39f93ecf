"""The scene pass as a part of a frame: repeatable, in its viewport only, the same by instances or apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest

from render.gl.context import create_offscreen_context
from render.gl.program import build_program, uniform
from render.layers.mesh.mesh_data import MeshMaterial, MeshPart
from render.layers.mesh.pieces import in_pieces
from render.pictures.picture import Picture
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from stage.errors import GraphicsError
from stage.model.stagefile import Quality
from tests.looks import a_look
from tests.shaders.scene_drawing import drawn, moment_of, pixels_of, random_place, scene_of, soup, view_from
from tests.shaders.tiny_set import box_set

SIZE_PX = (96, 64)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = create_offscreen_context()
    yield context
    context.release()


def _target(context: moderngl.Context) -> moderngl.Framebuffer:
    colour = context.texture(SIZE_PX, 4, dtype="f4")
    return context.framebuffer([colour], context.depth_renderbuffer(SIZE_PX))


def test_drawn_twice_is_the_same_bytes_whatever_came_between(context: moderngl.Context) -> None:
    scene, target = box_set(), _target(context)
    scene_pass = ScenePass(context, scene, Quality(), Material.LIT)
    view, other = view_from((0.0, -1.0, 1.5)), view_from((2.0, 1.0, 1.0), pan_deg=140.0)
    scene_pass.warm_up(target, other)
    pictures = []
    for between in (other, view, other):
        scene_pass.draw(target, (0, 0, *SIZE_PX), between, moment_of(box_set(), a_look(gain=3.0)))
        context.enable(moderngl.BLEND)
        scene_pass.draw(target, (0, 0, *SIZE_PX), view, moment_of(box_set(), a_look()))
        pictures.append(pixels_of(target).tobytes())
    assert len(set(pictures)) == 1
    scene_pass.release()


def test_a_rehearsal_touches_no_pixel_and_leaves_no_trace(context: moderngl.Context) -> None:
    target, scene_pass = _target(context), ScenePass(context, box_set(), Quality(), Material.LIT)
    view, other = view_from((0.0, -1.0, 1.5)), view_from((2.0, 1.0, 1.0), pan_deg=140.0)
    moment = moment_of(box_set(), a_look())
    scene_pass.draw(target, (0, 0, *SIZE_PX), view, moment)
    before = pixels_of(target).tobytes()
    scene_pass.rehearse(target, other, moment)
    assert pixels_of(target).tobytes() == before
    scene_pass.draw(target, (0, 0, *SIZE_PX), view, moment)
    assert pixels_of(target).tobytes() == before
    scene_pass.release()


def test_only_the_viewport_is_touched(context: moderngl.Context) -> None:
    target, scene_pass = _target(context), ScenePass(context, box_set(), Quality(), Material.LIT)
    target.clear(7.0, 8.0, 9.0, 0.5)
    view = view_from((0.0, -1.0, 1.5))
    scene_pass.draw(target, (20, 10, 48, 32), view, moment_of(box_set(), a_look()))
    seen = pixels_of(target)
    outside = np.ones(SIZE_PX[::-1], dtype=np.bool_)
    outside[64 - 42 : 64 - 10, 20:68] = False
    assert (seen[outside] == (7.0, 8.0, 9.0, 0.5)).all()
    alone = drawn(context, box_set(), view, size_px=(48, 32), quality=Quality())
    differs = np.abs(seen[~outside].reshape(32, 48, 4) - alone).max(axis=-1) > 1e-4
    assert differs.mean() < 0.005
    scene_pass.release()


def test_instances_are_drawn_as_separate_parts_are(context: moderngl.Context) -> None:
    random = np.random.default_rng(2)
    part = soup(random, 10)
    places = [random_place(random, mirrored=number % 2 == 1) for number in range(7)]
    shared = scene_of((part,), (MeshMaterial(),), [(0, place) for place in places])
    own = scene_of((part,) * 7, (MeshMaterial(),), list(enumerate(places)))
    view = view_from((0.1, 0.0, 0.5))
    for material in Material:
        assert np.array_equal(drawn(context, shared, view, material), drawn(context, own, view, material))


def test_the_order_of_instances_does_not_show(context: moderngl.Context) -> None:
    scene = box_set()
    meshes = scene.meshes
    order = np.random.default_rng(1).permutation(len(meshes.instance_part))
    shuffled = replace(
        meshes,
        instance_part=meshes.instance_part[order],
        stage_from_instance=meshes.stage_from_instance[order],
        instance_low_m=meshes.instance_low_m[order],
        instance_high_m=meshes.instance_high_m[order],
    )
    view = view_from((0.0, -1.0, 1.5))
    assert np.array_equal(drawn(context, scene, view), drawn(context, replace(scene, meshes=shuffled), view))


def test_pieces_of_a_part_are_drawn_as_it_is_whole(context: moderngl.Context) -> None:
    random = np.random.default_rng(4)
    whole = scene_of((soup(random, 1200),), (MeshMaterial(),), [(0, random_place(random, mirrored=True))])
    cut = replace(whole, meshes=in_pieces(whole.meshes))
    assert len(cut.meshes.parts) > 2
    view = view_from((0.1, 0.0, 0.5))
    for material in Material:
        assert np.array_equal(drawn(context, whole, view, material), drawn(context, cut, view, material))


def test_each_surface_has_its_own_picture(context: moderngl.Context) -> None:
    pictures = tuple(Picture(np.full((4, 4, 4), code, dtype=np.uint8)) for code in (50, 100, 200))
    materials = tuple(MeshMaterial(picture=number, unlit=True) for number in range(3))
    parts = tuple(_strip(number) for number in range(3))
    scene = scene_of(parts, materials, [(number, np.eye(4)) for number in range(3)], pictures)
    seen = drawn(context, scene, view_from((0.0, 0.0, 0.0)))[40, :, 0]
    linear = [((code / 255.0 + 0.055) / 1.055) ** 2.4 for code in (50, 100, 200)]
    for value in linear:
        assert (np.abs(seen - value) < 2e-3).sum() > 8


def _strip(number: int) -> MeshPart:
    """A board half a metre wide, the number'th from the left, 4 m ahead."""
    left = -0.9 + 0.6 * number
    vertices = np.zeros((4, 12), dtype=np.float32)
    vertices[:, 0:3] = [(left, 3, -2), (left + 0.5, 3, -2), (left + 0.5, 3, 2), (left, 3, 2)]
    vertices[:, 3:6], vertices[:, 8:] = (0, -1, 0), 1.0
    return MeshPart(vertices, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.uint32), number)


def _mixed() -> SceneData:
    """Every variant of the mesh program in one set."""
    random = np.random.default_rng(4)
    picture = Picture(np.full((8, 8, 4), 128, dtype=np.uint8))
    looks = [(None, 0.0, False), (0, 0.0, False), (0, 0.4, False), (0, 0.4, True), (None, 0.0, True)]
    materials = tuple(MeshMaterial(picture=p, alpha_cutoff=cutoff, double_sided=both) for p, cutoff, both in looks)
    parts = tuple(soup(random, 4, number) for number in range(len(materials)))
    places = [(number, random_place(random, mirrored=False)) for number in range(len(parts))]
    return scene_of(parts, materials, places, (picture,))


@pytest.mark.parametrize("material", list(Material))
def test_every_variant_compiles_and_everything_is_released(context: moderngl.Context, material: Material) -> None:
    target = _target(context)
    target.use()
    _ = context.error  # moderngl binds the framebuffer of an earlier test again, which is gone
    scene_pass = ScenePass(context, _mixed(), Quality(anisotropy=4), material)
    scene_pass.warm_up(target, view_from((0.0, 0.0, 0.0)))
    scene_pass.draw(target, (0, 0, *SIZE_PX), view_from((0.0, 0.0, 0.0)), moment_of(box_set(), a_look()))
    assert np.isfinite(pixels_of(target)).all()
    scene_pass.release()
    assert context.error == "GL_NO_ERROR"


def test_a_set_may_be_empty_or_out_of_view(context: moderngl.Context) -> None:
    empty = drawn(context, scene_of((), (), []), view_from((0.0, 0.0, 0.0)))
    behind = np.eye(4)
    behind[:3, 3] = (0.0, -50.0, 0.0)
    part = soup(np.random.default_rng(1), 3)
    away = drawn(context, scene_of((part,), (MeshMaterial(),), [(0, behind)]), view_from((0.0, 0.0, 0.0)))
    assert np.array_equal(empty, away)


def test_a_shader_error_names_file_and_line_and_an_unknown_uniform_what_there_is(context: moderngl.Context) -> None:
    files = {
        "a.vert": "#version 430 core\nvoid main() { gl_Position = vec4(0.0); }\n",
        "bad.frag": '#version 430 core\n#include "part.glsl"\nout vec4 c;\nvoid main() { c = vec4(level); }\n',
        "part.glsl": "uniform float level;\nfloat f() { return missing; }\n",
    }
    with pytest.raises(GraphicsError, match=r"part\.glsl:2"):
        build_program(context, "a.vert", "bad.frag", read=files.__getitem__)
    files["part.glsl"] = "uniform float level;\n"
    program = build_program(context, "a.vert", "bad.frag", uniforms={"level": 0.5}, read=files.__getitem__)
    with pytest.raises(GraphicsError, match=r"'lvel'.*: level"):
        uniform(program, "lvel")
    program.release()
